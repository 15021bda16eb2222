"""The answers that shops and operators both get: a part of the event feed, and one event."""

import re

from orders.api import http, present_events
from orders.api.http import query
from orders.order.errors import BadRequest, UnknownEvent
from orders.order.event import EventType, parts_of_id
from orders.ports.events import EventPorts
from orders.use_cases import events

PARAMETERS = frozenset({"after", "types", "limit"})
USUALLY_READ, MOST_READ = 100, 500
NO_TYPE = f"types can have these, separated by commas: {', '.join(EventType)}."
NO_CURSOR = "after must be the cursor of an earlier answer, or the id of an event, as in evt_000000000001042_9f3a1c2b."
_LIKE_A_TYPE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_MOST_NAMED = 5
"""Wrong types that an answer repeats."""


def read(request: http.Request, ports: EventPorts) -> http.Answer:
    """The next events after the cursor `after`.

    Raises:
        BadRequest: the query is not valid.
        CursorExpired: the feed does not have the event that the cursor names.
        Unavailable: the feed did not answer.
    """
    query.refuse_others(request, PARAMETERS)
    after, limit = request.query.get("after"), query.limit(request, USUALLY_READ, MOST_READ)
    types = _types(request.query["types"]) if "types" in request.query else frozenset()
    if after is not None and not parts_of_id(after):
        raise BadRequest(NO_CURSOR)
    return http.Answer(200, present_events.part(events.read(ports.feed, after, types, limit)))


def show(request: http.Request, ports: EventPorts) -> http.Answer:
    """The event that the path names.

    Raises:
        UnknownEvent: the feed does not have it.
        Unavailable: the feed did not answer.
    """
    event_id = request.path["eventId"]
    if not parts_of_id(event_id):
        raise UnknownEvent
    return http.Answer(200, present_events.event(ports.feed.find(event_id)))


def _types(text: str) -> frozenset[EventType]:
    given = [each.strip() for each in text.split(",")]
    if wrong := sorted({each for each in given if each not in {*EventType}}):
        named = [each for each in wrong if _LIKE_A_TYPE.fullmatch(each)][:_MOST_NAMED]
        unknown = f"Unknown type: {', '.join(named)}. " if named else ""
        raise BadRequest(f"{unknown}{NO_TYPE}")
    return frozenset(map(EventType, given))
