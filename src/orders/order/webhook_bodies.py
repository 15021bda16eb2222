"""What operators post about webhook endpoints. Fields are declared as in `orders.order.posted`.

In a change, a field that is left out stays as it is.
"""

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from orders.order import checks, rules
from orders.order.event import EventType
from orders.order.parts import STRICT
from orders.order.rule import NOT_IN_A_LINE, Checked, Flag, Limits, ListOf, Rule
from orders.order.webhook import LONGEST_DESCRIPTION, LONGEST_URL, EndpointStatus

A_URL = "https://shop.example/webhooks"
AN_EVENT_ID = "evt_000000000001042_9f3a1c2b"
_EVENT_ID = re.compile(r"evt_[0-9]{15}_[0-9a-f]{8}", re.ASCII)
_URL_LIMITS: Limits = {
    "type": "string", "format": "uri", "maxLength": LONGEST_URL, "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[!$-;=?-_a-z~\[\]]+$",
}  # fmt: skip
_WHERE = (
    f"Where events are sent: a URL that begins with `https://`, of at most {LONGEST_URL:,} characters. Its host must be"
    " a public one, and its port 443, or 1024 or higher."
)
_TYPES = "The types of events that the endpoint gets. By default, and with an empty list, it gets all of them."
_DESCRIPTION = "What the endpoint is for, in one line."


def _event_id(text: str) -> str:
    if not _EVENT_ID.fullmatch(text):
        raise ValueError(f"must be the id of an event in the feed, as in {AN_EVENT_ID}")
    return text


_URL_RULE = Rule(
    _WHERE,
    (checks.at_most(LONGEST_URL),),
    {name: limit for name, limit in _URL_LIMITS.items() if name != "type"},
    normalise=str,
    longest=10 * LONGEST_URL,
    form=f'a URL in double quotes, as in "{A_URL}"',
)
_LINE = rules.line(_DESCRIPTION, LONGEST_DESCRIPTION)
_read_url, _read_line = _URL_RULE.reader(is_optional=False), _LINE.reader(is_optional=True)


def _new_url(given: object) -> str:
    """The new URL. `null` is not one."""
    return _read_url(given) or ""


def _new_description(given: object) -> str:
    """The new description. `null` and a blank text remove the old one."""
    return _read_line(given) or ""


def _new_status(given: object) -> EndpointStatus:
    if not isinstance(given, str) or given not in EndpointStatus.__members__:
        raise ValueError("must be ENABLED or DISABLED, in double quotes")
    return EndpointStatus(given)


_TYPE = rules.one_of("A type of events.", *EventType)
_LIST_OF_TYPES = ListOf(_TYPES, most=len(EventType))


@dataclass(frozen=True, slots=True)
class PostedWebhook:
    """The body of `POST /operations/webhooks`."""

    __pydantic_config__: ClassVar = STRICT

    url: Annotated[str, _URL_RULE]
    types: Annotated[tuple[Annotated[str, _TYPE], ...], _LIST_OF_TYPES] = ()
    description: Annotated[str | None, _LINE] = None


@dataclass(frozen=True, slots=True)
class PostedWebhookChange:
    """The body of `PATCH /operations/webhooks/{webhookId}`. A field that is left out stays as it is."""

    __pydantic_config__: ClassVar = STRICT

    url: Annotated[str | None, Checked(_WHERE, limits=_URL_LIMITS, check=_new_url)] = None
    types: Annotated[tuple[Annotated[str, _TYPE], ...] | None, _LIST_OF_TYPES] = None
    description: Annotated[
        str | None,
        Checked(
            f"{_DESCRIPTION} An empty text removes it.",
            limits={
                "type": ["string", "null"], "maxLength": LONGEST_DESCRIPTION, "pattern": f"^[^{NOT_IN_A_LINE}]*$",
            },
            check=_new_description,
        ),
    ] = None  # fmt: skip
    status: Annotated[
        EndpointStatus | None,
        Checked(
            "`DISABLED`: no events are sent. `ENABLED`: events are sent again, first those that it missed.",
            limits={"type": "string", "enum": [*EndpointStatus]},
            check=_new_status,
        ),
    ] = None
    skip_missed: Annotated[
        bool, Flag("With `status` `ENABLED`: whether to skip the events that the endpoint missed.")
    ] = False


@dataclass(frozen=True, slots=True)
class PostedReplay:
    """The body of `POST /operations/webhooks/{webhookId}/replay`: either one event, or those of a time."""

    __pydantic_config__: ClassVar = STRICT

    event_id: Annotated[
        str | None,
        Rule(
            "The id of an event. It is sent whether or not the endpoint gets its type.",
            (_event_id,),
            {"pattern": f"^{_EVENT_ID.pattern}$"},
        ),
    ] = None
    from_: Annotated[str | None, rules.instant("Events from this time on are sent. With an offset (RFC 3339).")] = None
    to: Annotated[str | None, rules.instant("Events before this time are sent. With an offset (RFC 3339).")] = None


def in_order(types: tuple[str, ...]) -> tuple[EventType, ...]:
    """The types, each once, in the order of `EventType`."""
    return tuple(each for each in EventType if each in types)
