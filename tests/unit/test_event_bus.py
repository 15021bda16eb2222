"""What EventBridge is told: ten events a call, fewer if they are large, and again what it did not take."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.support.event_fakes import an_event

from orders.aws import event_bus
from orders.aws.event_bus import EventBridgeBus
from orders.order.errors import Unavailable


class Client:
    """Takes every call but the one with this number."""

    def __init__(self, failing: int | None = None) -> None:
        self.calls = list[Sequence[Mapping[str, Any]]]()
        self.failing = failing

    def put_events(self, *, Entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:  # noqa: N803 - as AWS has it
        self.calls.append(Entries)
        failed = [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}]
        if len(self.calls) == self.failing:
            return {"FailedEntryCount": 1, "Entries": [{"EventId": "1"}, *failed]}
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}] * len(Entries)}


def bus_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> EventBridgeBus:
    monkeypatch.setattr("orders.aws.clients.events", lambda: client)
    return EventBridgeBus("shop")


def test_an_event_is_an_entry_whose_detail_is_its_document(monkeypatch: pytest.MonkeyPatch):
    client, event = Client(), an_event(1)
    bus_on(client, monkeypatch).publish([event])

    (entry,) = client.calls[0]
    assert json.loads(entry["Detail"]) == event.to_document()
    assert {name: entry[name] for name in ("EventBusName", "Source", "DetailType", "Time")} == {
        "EventBusName": "shop",
        "Source": "orders",
        "DetailType": "order.received",
        "Time": event.happening.at,
    }


def test_a_call_has_ten_events_at_most(monkeypatch: pytest.MonkeyPatch):
    client, events = Client(), [an_event(number) for number in range(1, 24)]
    bus_on(client, monkeypatch).publish(events)

    assert list(map(len, client.calls)) == [10, 10, 3]
    assert [json.loads(entry["Detail"])["id"] for call in client.calls for entry in call] == [it.id for it in events]


def test_a_call_stays_below_the_bytes_that_eventbridge_takes(monkeypatch: pytest.MonkeyPatch):
    client = Client()
    large = [
        replace(an_event(n), data={**an_event(n).data, "metadata": {str(k): "\N{SNOWMAN}" * 500 for k in range(20)}})
        for n in range(1, 21)
    ]
    bus_on(client, monkeypatch).publish(large)

    sizes = [sum(len(entry["Detail"].encode()) for entry in call) for call in client.calls]
    assert sum(map(len, client.calls)) == 20
    assert max(sizes) <= event_bus.MOST_BYTES < 256 * 1024


def test_what_was_not_taken_is_an_outage(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(Unavailable, match="1 events not taken, ThrottlingException"):
        bus_on(Client(failing=2), monkeypatch).publish([an_event(number) for number in range(1, 20)])


def test_nothing_is_no_call(monkeypatch: pytest.MonkeyPatch):
    client = Client()
    bus_on(client, monkeypatch).publish([])

    assert client.calls == []
