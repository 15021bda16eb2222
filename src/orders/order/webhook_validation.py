"""Reads and checks the JSON that operators post about webhook endpoints. Needs pydantic."""

from typing import TypeVar

from pydantic import TypeAdapter

from orders.order import validation
from orders.order.errors import InvalidBody, InvalidWebhook, WrongField
from orders.order.webhook import EndpointStatus
from orders.order.webhook_bodies import PostedReplay, PostedWebhook, PostedWebhookChange

ADAPTER = TypeAdapter(PostedWebhook)
CHANGE_ADAPTER = TypeAdapter(PostedWebhookChange)
REPLAY_ADAPTER = TypeAdapter(PostedReplay)
T = TypeVar("T")


def parse(document: object) -> PostedWebhook:
    """The endpoint that a JSON document describes.

    Raises:
        InvalidWebhook: with every wrong field.
    """
    return _read(document, ADAPTER, PostedWebhook, "a webhook endpoint")


def parse_change(document: object) -> PostedWebhookChange:
    """The change of an endpoint that a JSON document describes.

    Raises:
        InvalidWebhook: with every wrong field, or because it changes nothing.
    """
    change = _read(document, CHANGE_ADAPTER, PostedWebhookChange, "a change of a webhook endpoint")
    if change.skip_missed and change.status is not EndpointStatus.ENABLED:
        raise InvalidWebhook(
            [WrongField("#/skipMissed", "needs status ENABLED: it says what the endpoint gets when it is enabled")]
        )
    if change == PostedWebhookChange():
        raise InvalidWebhook([WrongField("#", "must have at least one of url, types, description and status")])
    return change


def parse_replay(document: object) -> PostedReplay:
    """The replay that a JSON document describes.

    Raises:
        InvalidWebhook: with every wrong field, or because it does not say what is to be sent again.
    """
    replay = _read(document, REPLAY_ADAPTER, PostedReplay, "a replay")
    if replay.event_id and (replay.from_ or replay.to):
        raise InvalidWebhook([WrongField("#", "must have either eventId, or from and to, and not both")])
    if not replay.event_id and not (replay.from_ or replay.to):
        raise InvalidWebhook(
            [WrongField("#", "must have eventId for one event, or from and to for all events between two times")]
        )
    if not replay.event_id and not (replay.from_ and replay.to):
        missing = "to" if replay.from_ else "from"
        raise InvalidWebhook([WrongField(f"#/{missing}", "is required: send both from and to")])
    if replay.from_ and replay.to and replay.from_ >= replay.to:
        raise InvalidWebhook([WrongField("#/from", "must be earlier than to")])
    return replay


def _read(document: object, adapter: TypeAdapter[T], kind: type[T], noun: str) -> T:
    try:
        return validation.read(document, adapter, kind, noun)
    except InvalidBody as error:
        raise InvalidWebhook(error.fields) from None
