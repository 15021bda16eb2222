"""The functions of events: what rings for whom, and what one part does when another fails."""

import importlib.util
import logging
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from tests.contract.test_queue import heard_by_sqs
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.resources import new_event_bus, new_event_table, new_queue, new_table
from tests.support.stream import records

from orders import edition
from orders.aws.clients import dynamodb
from orders.aws.dynamodb.feed import DynamoFeed
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.dynamodb.webhooks import DynamoWebhooks
from orders.order import validation
from orders.order.order import Order
from orders.order.webhook import BUS, Endpoint, Progress, Secret

SHOP = Endpoint("we_shop", "https://hooks.casaluna.example", (Secret("whsec_" + "A" * 44),), NINE, "maria")
PASSED_BY = Endpoint("we_off", "https://off.casaluna.example", SHOP.secrets, NINE, "maria").disabled("as if")
DONE: dict[str, Any] = {"batchItemFailures": []}


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def settings(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A table with an order that waits, and two endpoints, of which one is enabled."""
    found = {
        "ORDERS_TABLE": new_table(),
        "ORDERS_EVENTS": new_event_table(),
        "ORDERS_QUEUE": new_queue(),
        "ORDERS_SLOW_QUEUE": new_queue(),
        "ORDERS_WEBHOOK_QUEUE": new_queue("webhooks"),
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ORDERS_DATA", raising=False)
    DynamoTable(found["ORDERS_TABLE"]).create(Order.received(validation.parse(ALICE), "token", NINE))
    webhooks = DynamoWebhooks(found["ORDERS_EVENTS"], dynamodb())
    for endpoint in (SHOP, PASSED_BY):
        webhooks.add(endpoint, Progress(endpoint.id, None, NINE))
    return found


@pytest.fixture
def loaded(settings: dict[str, str]) -> Iterator[Callable[[str], ModuleType]]:
    """A function's module by itself, with clients of its own, as its environment says then."""

    def load(name: str) -> ModuleType:
        for connected in (edition.connect, edition.connect_events):
            connected.cache_clear()
        spec = importlib.util.find_spec(f"orders.functions.{name}")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield load
    for connected in (edition.connect, edition.connect_events):
        connected.cache_clear()


Load = Callable[[str], ModuleType]


class TestRecordEvents:
    def test_what_moved_is_in_the_feed_and_enabled_endpoints_are_rung_for(self, loaded: Load, settings: dict[str, str]):
        event = {"Records": records(settings["ORDERS_TABLE"])}

        assert loaded("record_events").handler(event, Context()) == DONE
        (told,) = DynamoFeed(settings["ORDERS_EVENTS"], dynamodb()).read(None, 9)
        assert (told.type, told.happening.row_id) == ("order.received", "12345")
        assert heard_by_sqs(settings["ORDERS_WEBHOOK_QUEUE"]) == [SHOP.id]

    def test_a_batch_without_events_rings_for_nobody(self, loaded: Load, settings: dict[str, str]):
        assert loaded("record_events").handler({"Records": [{"eventID": "1", "dynamodb": {}}]}, Context()) == DONE
        assert heard_by_sqs(settings["ORDERS_WEBHOOK_QUEUE"]) == []

    def test_the_bus_is_rung_for_too(self, loaded: Load, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("ORDERS_EVENT_BUS", "shop")
        loaded("record_events").handler({"Records": records(settings["ORDERS_TABLE"])}, Context())

        assert sorted(heard_by_sqs(settings["ORDERS_WEBHOOK_QUEUE"])) == [BUS, SHOP.id]

    def test_a_queue_that_fails_does_not_stop_the_stream(
        self, loaded: Load, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        monkeypatch.setenv("ORDERS_WEBHOOK_QUEUE", f"{settings['ORDERS_WEBHOOK_QUEUE']}-gone")

        assert loaded("record_events").handler({"Records": records(settings["ORDERS_TABLE"])}, Context()) == DONE
        assert DynamoFeed(settings["ORDERS_EVENTS"], dynamodb()).end()
        assert "no message sent for webhooks" in caplog.text

    def test_a_table_that_fails_hands_the_batch_back(
        self, loaded: Load, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("ORDERS_EVENTS", "gone")
        monkeypatch.setattr("time.sleep", lambda _seconds: None)
        batch = records(settings["ORDERS_TABLE"])

        failed = loaded("record_events").handler({"Records": batch}, Context())
        assert failed == {"batchItemFailures": [{"itemIdentifier": batch[0]["dynamodb"]["SequenceNumber"]}]}


class TestSweep:
    def test_it_rings_for_webhooks_and_requeues_orders(self, loaded: Load, settings: dict[str, str]):
        assert loaded("sweep_orders").handler({}, Context()) == {"requeued": 1}
        assert heard_by_sqs(settings["ORDERS_WEBHOOK_QUEUE"]) == [SHOP.id]
        assert heard_by_sqs(settings["ORDERS_QUEUE"]) == ["12345"]

    @pytest.mark.parametrize("broken", ["ORDERS_EVENTS", "ORDERS_WEBHOOK_QUEUE"])
    def test_orders_are_requeued_though_webhooks_fail(
        self, broken: str, loaded: Load, settings: dict[str, str],
        monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    ):  # fmt: skip
        monkeypatch.setenv(broken, f"{settings[broken]}-gone")

        assert loaded("sweep_orders").handler({}, Context()) == {"requeued": 1}
        assert heard_by_sqs(settings["ORDERS_QUEUE"]) == ["12345"]
        assert [each.levelno for each in caplog.records if "for webhooks" in each.message] == [logging.ERROR]

    def test_webhooks_are_rung_for_though_the_orders_table_fails(
        self, loaded: Load, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("ORDERS_TABLE", "gone")
        with pytest.raises(Exception, match="ResourceNotFound"):
            loaded("sweep_orders").handler({}, Context())

        assert heard_by_sqs(settings["ORDERS_WEBHOOK_QUEUE"]) == [SHOP.id]

    def test_a_stack_without_webhooks_only_sweeps(
        self, loaded: Load, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.delenv("ORDERS_EVENTS")

        assert loaded("sweep_orders").handler({}, Context()) == {"requeued": 1}


def messages(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"message {body}", "body": body} for body in bodies]}


class TestDeliverWebhooks:
    def test_an_endpoint_that_was_removed_is_done_with(self, loaded: Load):
        assert loaded("deliver_webhooks").handler(messages("we_removed"), Context()) == DONE

    def test_a_message_for_the_bus_publishes_there(
        self, loaded: Load, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("ORDERS_EVENT_BUS", new_event_bus())
        loaded("record_events").handler({"Records": records(settings["ORDERS_TABLE"])}, Context())

        assert loaded("deliver_webhooks").handler(messages(BUS), Context()) == DONE
        progress = DynamoWebhooks(settings["ORDERS_EVENTS"], dynamodb()).progress(BUS)
        assert progress.cursor == DynamoFeed(settings["ORDERS_EVENTS"], dynamodb()).end()
        assert progress.lease is None

    def test_what_the_table_fails_is_handed_back_alone(
        self, loaded: Load, settings: dict[str, str], caplog: pytest.LogCaptureFixture
    ):
        function = loaded("deliver_webhooks")
        item: Any = {"pk": {"S": "endpoints"}, "sk": {"S": "we_newer"}, "text": {"S": '{"tomorrow": 1, "types": []}'}}
        boto3.client("dynamodb").put_item(TableName=settings["ORDERS_EVENTS"], Item=item)
        assert function.handler(messages("we_newer", "we_removed"), Context()) == DONE
        assert "a newer version" in caplog.text
        boto3.client("dynamodb").delete_table(TableName=settings["ORDERS_EVENTS"])

        failed = function.handler(messages(SHOP.id), Context())
        assert failed == {"batchItemFailures": [{"itemIdentifier": f"message {SHOP.id}"}]}
