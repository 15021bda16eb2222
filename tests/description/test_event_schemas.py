"""`schema/webhook.json` and `schema/event.json`, and the other bodies about webhooks, agree with the API."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest
from tests.support.event_fakes import MemoryEvents, MemorySender
from tests.support.examples import ROOT

from orders.api.openapi.generated import DOCUMENT
from orders.order import webhook_validation
from orders.order.delivery import Addressee
from orders.order.errors import InvalidWebhook
from orders.order.event import MAIL_TYPES, TYPES, Event, EventType, Happening, data_of
from orders.use_cases.webhooks import deliver, manage

URL = "https://hooks.shop.example/orders"
EVENT_ID = "evt_000000000001042_9f3a1c2b"
HOUR = {"from": "2026-11-25T20:00:00Z", "to": "2026-11-25T21:00:00+00:00"}
PARSERS: dict[str, Callable[[object], object]] = {
    "PostedWebhook": webhook_validation.parse,
    "PostedWebhookChange": webhook_validation.parse_change,
    "PostedReplay": webhook_validation.parse_replay,
}
GOOD: dict[str, list[Any]] = {
    "PostedWebhook": [
        {"url": URL},
        {"url": URL, "types": None, "description": None},
        {"url": "HTTPS://hooks.shop.example:8443/a?b=c%20", "types": [], "description": ""},
        {"url": f"{URL}/{'a' * (2_047 - len(URL))}", "types": [*EventType], "description": "é" * 200},
    ],
    "PostedWebhookChange": [
        {"url": URL}, {"types": None}, {"types": []}, {"description": None}, {"description": " "},
        {"status": "DISABLED"}, {"status": "ENABLED", "skipMissed": True}, {"status": "DISABLED", "skipMissed": None},
    ],
    "PostedReplay": [
        {"eventId": EVENT_ID}, HOUR, HOUR | {"eventId": None}, {"eventId": EVENT_ID, "from": None, "to": ""},
    ],
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "PostedWebhook": [
        None, [], "x", {}, {"url": None}, {"url": 5}, {"url": [URL]}, {"url": "a" * 2_049},
        {"url": URL, "types": "order.failed"}, {"url": URL, "types": ["order"]}, {"url": URL, "types": [None]},
        {"url": URL, "types": ["order.failed"] * 19}, {"url": URL, "types": ["webhook.test"]},
        {"url": URL, "description": "a\nb"}, {"url": URL, "description": "x" * 201}, {"url": URL, "description": 1},
        {"url": URL, "secret": "whsec_x"}, {"url": URL, "status": "ENABLED"},
    ],
    "PostedWebhookChange": [
        {}, None, {"url": None}, {"url": 5}, {"status": None}, {"status": "enabled"}, {"status": ["ENABLED"]},
        {"skipMissed": True}, {"skipMissed": True, "status": "DISABLED"}, {"skipMissed": "x", "status": "ENABLED"},
        {"types": {}}, {"description": 5}, {"secret": "whsec_x"}, {"id": "we_x", "status": "ENABLED"},
    ],
    "PostedReplay": [
        {}, None, {"eventId": ""}, {"eventId": "A-1001"}, {"eventId": 5}, {"eventId": EVENT_ID} | HOUR,
        {"from": HOUR["from"]}, {"to": HOUR["to"]}, HOUR | {"to": "2026-11-25"}, HOUR | {"from": "2026-11-25T20:00:00"},
        HOUR | {"until": "x"}, {"eventId": "evt_test_17956376441209d27c41e"},
    ],
}  # fmt: skip
ROW = {
    "body": json.dumps({"orderNumber": "#1", "currency": "EUR", "metadata": {"a": "b"}}),
    "total": "1.00",
    "receipt": json.dumps({"sha256": "0" * 64, "size": 1}),
}


def cases(bodies: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(name, each, id=f"{name} {each!r:.80}") for name, those in bodies.items() for each in those]


def validator(name: str) -> Any:
    return jsonschema_rs.validator_for(
        {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}, validate_formats=True
    )


@pytest.mark.parametrize(("name", "body"), cases(GOOD))
def test_what_the_schema_allows_is_taken(name: str, body: Any):
    validator(name).validate(body)
    PARSERS[name](body)


@pytest.mark.parametrize(("name", "body"), cases(BAD))
def test_what_is_refused_is_not_in_the_schema(name: str, body: Any):
    assert not validator(name).is_valid(body)
    with pytest.raises(InvalidWebhook):
        PARSERS[name](body)


def test_the_file_of_an_endpoint_is_its_schema_in_the_description():
    kept = json.loads((ROOT / "schema" / "webhook.json").read_text(encoding="utf-8"))

    assert kept["properties"] == DOCUMENT["components"]["schemas"]["PostedWebhook"]["properties"]


def happenings() -> list[Happening]:
    now = MemoryEvents().clock.now
    rows = {"A-1": TYPES_OF[0], "A-1/refunds/r-1": TYPES_OF[1], "A-1/corrections/c-1": TYPES_OF[2]}
    moves = [Happening(type_, row, 2, now, "COMPLETED") for row, types in rows.items() for type_ in types]
    mails = [
        Happening(type_, row, 3, now, "COMPLETED", to, 2)
        for row in rows
        for type_ in MAIL_TYPES.values()
        for to in Addressee
    ]
    return [*moves, *mails]


TYPES_OF = [list(types.values()) for types in TYPES.values()]


@pytest.mark.parametrize("row", [ROW, ROW | {"total": None, "receipt": None, "body": "{}"}])
def test_every_event_is_as_its_schema_says_and_has_no_field_that_it_does_not_name(row: dict[str, Any]):
    schema = json.loads((ROOT / "schema" / "event.json").read_text(encoding="utf-8"))
    for part in schema["$defs"].values():
        if "properties" in part:
            part["additionalProperties"] = False
    closed = jsonschema_rs.validator_for(schema, validate_formats=True)

    seen = [Event(1, each, data_of(each, row)).to_document() for each in happenings()]
    for each in seen:
        closed.validate(each)
    assert {each["type"] for each in seen} == {*EventType}


def test_a_test_event_is_as_the_schema_of_events_says():
    schema = json.loads((ROOT / "schema" / "event.json").read_text(encoding="utf-8"))
    events = MemoryEvents(sender=MemorySender())
    endpoint = manage.add(URL, (), "", events.ports, by="olga").endpoint
    manage.test(endpoint.id, events.ports)
    events.clock.now += timedelta(seconds=1)
    deliver.take_turn(endpoint.id, events.ports, lambda: True)

    (sent,) = events.sender.got
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(json.loads(sent.body))
