"""What operators do with webhook endpoints over HTTP."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from orders.api import http, present_events
from orders.api.http import bodyless, dry_run, query
from orders.order import webhook_bodies, webhook_validation
from orders.order.clock import from_iso
from orders.order.errors import BadRequest, InvalidWebhook, UnknownEndpoint, UnknownEvent, WrongField
from orders.order.webhook import WebhookDeliveryStatus
from orders.ports.events import EventPorts
from orders.use_cases.webhooks import look, manage

DELIVERIES = frozenset({"status", "limit", "cursor"})
NO_STATUS = f"status must be one of {', '.join(WebhookDeliveryStatus)}."
_ID = re.compile(r"we_[A-Za-z0-9_-]{22}", re.ASCII)
_EVENT_ID = re.compile(r"evt_[0-9a-z_]{1,40}", re.ASCII)
"""Of an event of the feed, or of a test."""


def add(request: http.Request, ports: EventPorts) -> http.Answer:
    """Add an endpoint. Only this answer, and that of `rotate`, has the secret.

    Raises:
        BadRequest: the body is no endpoint, or there are too many.
        Unavailable: a table did not answer.
    """
    dry_run.refuse(request)
    posted = webhook_validation.parse(request.json())
    _refuse_url(posted.url, ports)
    types = webhook_bodies.in_order(posted.types)
    made = manage.add(posted.url, types, posted.description or "", ports, by=request.operator)
    location = {"Location": request.url(f"operations/webhooks/{made.endpoint.id}")}
    audited = {"webhook": made.endpoint.id, "to": _origin(posted.url)}
    shown = present_events.with_secret(made, look.of(made.endpoint, ports))
    return http.Answer(201, shown, location, audited=audited)


def list_all(request: http.Request, ports: EventPorts) -> http.Answer:
    """All endpoints: there are few.

    Raises:
        BadRequest: the query is not valid.
        Unavailable: a table did not answer.
    """
    query.refuse_others(request, frozenset())
    return http.Answer(200, present_events.webhooks(look.all_endpoints(ports)))


def show(request: http.Request, ports: EventPorts) -> http.Answer:
    """One endpoint.

    Raises:
        UnknownEndpoint: there is none with this id.
        Unavailable: a table did not answer.
    """
    return http.Answer(200, present_events.webhook(look.at(_id_of(request), ports)))


def change(request: http.Request, ports: EventPorts) -> http.Answer:
    """Change the fields that the body has, and no others.

    Raises:
        BadRequest: the body is no change of an endpoint.
        UnknownEndpoint: there is none with this id.
        EndpointConflict: others changed it at the same time.
        Unavailable: a table did not answer.
    """
    dry_run.refuse(request)
    wanted = webhook_validation.parse_change(request.json())
    if wanted.url is not None:
        _refuse_url(wanted.url, ports)
    changed = manage.change(
        _id_of(request),
        ports,
        url=wanted.url,
        types=None if wanted.types is None else webhook_bodies.in_order(wanted.types),
        description=wanted.description,
        status=wanted.status,
        skip_missed=wanted.skip_missed,
    )
    audited = {} if wanted.url is None else {"to": _origin(wanted.url)}
    return http.Answer(200, present_events.webhook(look.of(changed, ports)), audited=audited)


def remove(request: http.Request, ports: EventPorts) -> http.Answer:
    """Remove an endpoint.

    Raises:
        UnexpectedBody: the request has a body.
        UnknownEndpoint: there is none with this id.
        Unavailable: a table did not answer.
    """
    bodyless.refuse_body(request, bodyless.REMOVE)
    manage.remove(_id_of(request), ports)
    return http.Answer(204)


def rotate(request: http.Request, ports: EventPorts) -> http.Answer:
    """Give the endpoint a new secret. Only this answer has it.

    Raises:
        UnexpectedBody: the request has a body.
        UnknownEndpoint: there is none with this id.
        EndpointConflict: others changed it at the same time.
        Unavailable: a table did not answer.
    """
    bodyless.refuse_body(request, bodyless.ROTATE)
    made = manage.rotate(_id_of(request), ports)
    return http.Answer(200, present_events.with_secret(made, look.of(made.endpoint, ports)))


def test(request: http.Request, ports: EventPorts) -> http.Answer:
    """Send a test event.

    Raises:
        BadRequest: the endpoint is disabled, or the request has a body.
        UnknownEndpoint: there is none with this id.
        Unavailable: a table did not answer.
    """
    bodyless.refuse_body(request, bodyless.TEST)
    return http.Answer(202, present_events.delivery(manage.test(_id_of(request), ports)))


def replay(request: http.Request, ports: EventPorts) -> http.Answer:
    """Send an event, or the events of a time, again.

    Raises:
        BadRequest: the body is no replay, or too many replays wait.
        UnknownEndpoint: there is none with this id.
        UnknownEvent: the feed does not have the event.
        EndpointConflict: others changed the endpoint at the same time.
        Unavailable: a table did not answer.
    """
    dry_run.refuse(request)
    wanted, endpoint_id = webhook_validation.parse_replay(request.json()), _id_of(request)
    if wanted.event_id:
        return http.Answer(202, present_events.delivery(manage.replay_event(endpoint_id, wanted.event_id, ports)))
    since, before = _instant(wanted.from_), _instant(wanted.to)
    return http.Answer(202, {"replays": manage.replay(endpoint_id, since, before, ports)})


def list_deliveries(request: http.Request, ports: EventPorts) -> http.Answer:
    """The deliveries to an endpoint, the newest event first.

    Raises:
        BadRequest: the query is not valid.
        UnknownEndpoint: there is none with this id.
        Unavailable: a table did not answer.
    """
    query.refuse_others(request, DELIVERIES)
    status, limit = request.query.get("status"), query.limit(request, query.USUALLY_LISTED, query.MOST_LISTED)
    if status is not None and status not in WebhookDeliveryStatus.__members__:
        raise BadRequest(NO_STATUS)
    wanted = WebhookDeliveryStatus(status) if status else None
    page = look.deliveries(_id_of(request), wanted, limit, request.cursor, ports)
    return http.Answer(200, present_events.deliveries(page))


def show_delivery(request: http.Request, ports: EventPorts) -> http.Answer:
    """One delivery, with its request.

    Raises:
        UnknownEndpoint: there is no endpoint with this id.
        UnknownEvent: the event was not delivered to it, or too long ago.
        Unavailable: a table did not answer.
    """
    endpoint_id, event_id = _id_of(request), request.path["eventId"]
    if not _EVENT_ID.fullmatch(event_id):
        ports.webhooks.endpoint(endpoint_id)
        raise UnknownEvent
    return http.Answer(200, present_events.with_request(*look.delivery(endpoint_id, event_id, ports)))


def _id_of(request: http.Request) -> str:
    endpoint_id = request.path["webhookId"]
    if not _ID.fullmatch(endpoint_id):
        raise UnknownEndpoint
    return endpoint_id


def _refuse_url(url: str, ports: EventPorts) -> None:
    """Say that it is the field `url` whose value is refused."""
    try:
        ports.sender.refuse(url)
    except BadRequest as error:
        detail = str(error).removeprefix("url ").removesuffix(".")
        raise InvalidWebhook([WrongField("#/url", detail)]) from None


def _origin(url: str) -> str:
    """Where it leads, without the path: receivers put tokens there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _instant(text: str | None) -> datetime:
    assert text is not None  # noqa: S101 - a replay without it was refused
    return from_iso(text)
