"""What lets the stack take thousands of orders a second: shards, warm throughput, a stream that nothing holds up."""

import importlib
import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from tests.support.examples import ALICE, NINE
from tests.support.translated import allowed, name_of, resources, translated, without

from orders.aws.dynamodb.counting import _changes_of
from orders.aws.dynamodb.item import MOST_SHARDS, SHARDS, item_of
from orders.order import event, validation
from orders.order.delivery import Delivery
from orders.order.order import MOVES, Order, Status, StoredReceipt
from orders.order.record import from_order as record_of

Record = dict[str, Any]
DAY = 86_400
MOST_FILTERS = 5
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
LONGEST_PATTERN = 4096
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-eventsourcemapping-filter.html"""
RECEIPT = StoredReceipt("receipts/x.pdf", "ab" * 32, 13_000)
WAITING = Order.received(validation.parse(ALICE | {"customerEmail": "alice@example.com"}), "token", NINE)


READERS = {"CountOrdersFunction": "CountFailureQueue", "RecordEventsFunction": "EventFailureQueue"}
"""The functions that are fed by the table's stream, each with the queue of what was given up."""


def stream(reader: str = "CountOrdersFunction") -> dict[str, Any]:
    """The mapping from the table's stream to this function."""
    mappings = resources("AWS::Lambda::EventSourceMapping").values()
    (mapping,) = [it for it in mappings if it["FunctionName"] == {"Ref": f"{reader}Aliaslive"}]
    return mapping


def record(before: Order | None, after: Order | None) -> Record:
    images = {"OldImage": before, "NewImage": after}
    return {"eventID": "1", "dynamodb": {name: item_of(order) for name, order in images.items() if order}}


def is_let_through(told: Record, reader: str = "CountOrdersFunction") -> bool:
    """Whether a filter matches the record. They are alternatives."""
    filters = stream(reader)["FilterCriteria"]["Filters"]
    return any(matches(json.loads(each["Pattern"]), told) for each in filters)


def matches(pattern: dict[str, Any], value: Any) -> bool:
    """As Lambda does, for the rules that are used.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
    """
    return all(name in value and _fits(wanted, value[name]) for name, wanted in pattern.items())


def _fits(wanted: Any, value: Any) -> bool:
    return matches(wanted, value) if isinstance(wanted, dict) else any(_is(rule, value) for rule in wanted)


def _is(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return bool(rule == value)
    return value not in rule["anything-but"] if "anything-but" in rule else rule == {"exists": True}


def moves() -> list[tuple[Order | None, Order]]:
    """Everything that may happen to an order."""
    failed = WAITING.failed("as if", NINE, by="process")
    completed = WAITING.completed(RECEIPT, NINE, Delivery.requested(NINE))
    assert completed.mail
    return [
        (None, WAITING),
        (WAITING, WAITING.deferred("no answer", NINE, by="process")),
        (WAITING, failed),
        (WAITING, completed),
        (WAITING, WAITING.cancelled(NINE, by="maria")),
        (failed, failed.retried(NINE + timedelta(hours=1), by="maria")),
        (failed, failed.cancelled(NINE, by="maria")),
        (completed, completed.mailed(completed.mail.sent("m1", NINE), "mail sent", by="mail")),
    ]


def test_every_move_that_changes_a_count_passes_the_filters_and_no_other():
    for before, after in moves():
        told = record(before, after)
        assert is_let_through(told) == bool(_changes_of(told)), after.history[-1]

    assert {after.status for _, after in moves()} == set(Status)


@pytest.mark.parametrize(("before", "after"), list(product([*Status, "ON_HOLD"], repeat=2)))
def test_a_newer_versions_moves_between_any_two_states_pass(before: str, after: str):
    told = record(WAITING, WAITING.deferred("x", NINE, by="process"))
    told["dynamodb"]["OldImage"]["status"] = {"S": before}
    told["dynamodb"]["NewImage"]["status"] = {"S": after}

    assert is_let_through(told) or before == after
    assert MOVES.keys() == set(Status)


def test_everything_that_makes_an_event_passes_the_filters_and_notes_of_attempts_do_not():
    for before, after in moves():
        is_told = any(event.happened(record_of(before) if before else None, record_of(after)))
        is_passed = is_let_through(record(before, after), "RecordEventsFunction")
        assert is_passed or not is_told, after.history[-1]

    assert not is_let_through(
        record(WAITING, WAITING.deferred("no answer", NINE, by="process")), "RecordEventsFunction"
    )


@pytest.mark.parametrize(("before", "after"), list(product([*Status, "ON_HOLD"], repeat=2)))
def test_an_event_of_a_newer_versions_move_is_recorded(before: str, after: str):
    """A filter can't see whether anything is new about an e-mail, so what waits for nothing always passes."""
    told = record(WAITING, WAITING.deferred("x", NINE, by="process"))
    told["dynamodb"]["OldImage"]["status"] = {"S": before}
    told["dynamodb"]["NewImage"]["status"] = {"S": after}

    waits = before == after and before in {Status.RECEIVED, Status.FAILED}
    assert is_let_through(told, "RecordEventsFunction") is not waits


@pytest.mark.parametrize("reader", READERS)
def test_what_is_removed_from_the_table_does_not_reach_the_function(reader: str):
    assert not is_let_through(record(WAITING, None), reader)


@pytest.mark.parametrize("reader", READERS)
def test_the_register_of_numbers_does_not_reach_the_function(reader: str):
    entry = {"orderId": {"S": "/register R 1"}, "hash": {"S": "-"}}

    assert not is_let_through({"eventID": "1", "dynamodb": {"NewImage": entry}}, reader)
    assert not is_let_through({"eventID": "1", "dynamodb": {"OldImage": entry, "NewImage": entry}}, reader)


@pytest.mark.parametrize("reader", READERS)
def test_lambda_takes_the_filters(reader: str):
    filters = stream(reader)["FilterCriteria"]["Filters"]

    assert len(filters) <= MOST_FILTERS
    assert all(len(each["Pattern"]) <= LONGEST_PATTERN for each in filters)
    assert all(json.loads(each["Pattern"]).keys() == {"dynamodb"} for each in filters)  # the only key that AWS names


@pytest.mark.parametrize(
    ("reader", "longest"), [("CountOrdersFunction", DAY / 2), ("RecordEventsFunction", DAY * 5 / 6)]
)
def test_a_batch_that_can_not_be_read_holds_up_the_stream_for_less_than_the_stream_remembers(
    reader: str, longest: float
):
    """Until then an outage of the counts or of the feed does no harm. What is given up is named in a queue."""
    source = stream(reader)
    queue = name_of(source["DestinationConfig"]["OnFailure"]["Destination"])

    assert source["BisectBatchOnFunctionError"] is True
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["MaximumRetryAttempts"] * sum(pauses()) >= 4 * 3600
    assert source["MaximumRecordAgeInSeconds"] <= longest
    assert queue == READERS[reader]
    assert resources("AWS::SQS::Queue")[queue]["MessageRetentionPeriod"] == 14 * DAY


def pauses() -> tuple[int, ...]:
    """Of one attempt of Lambda's, in seconds."""
    found: tuple[int, ...] = importlib.import_module("orders.functions.stream").PAUSES
    return found


@pytest.mark.parametrize("queue", sorted(resources("AWS::SQS::Queue")))
def test_a_queue_takes_messages_over_tls_only(queue: str):
    policy = resources("AWS::SQS::QueuePolicy")[f"{queue}Policy"]
    (plain_http,) = policy["PolicyDocument"]["Statement"]

    assert policy["Queues"] == [{"Ref": queue}]
    assert name_of(plain_http["Resource"]) == queue
    assert (plain_http["Effect"], plain_http["Principal"], plain_http["Action"]) == ("Deny", "*", "sqs:*")
    assert plain_http["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_number_of_shards_is_one_that_every_version_reads():
    parameter = translated()["Parameters"]["IndexShards"]

    assert (parameter["Default"], parameter["MinValue"], parameter["MaxValue"]) == (SHARDS, SHARDS, MOST_SHARDS)


def test_every_function_that_writes_orders_knows_the_number_of_shards():
    functions = resources("AWS::Lambda::Function")
    writers = {
        name for name in functions if ("dynamodb:PutItem", "OrderTable") in allowed(name.replace("Function", "Role"))
    }
    told = {name for name, it in functions.items() if "ORDERS_INDEX_SHARDS" in it["Environment"]["Variables"]}

    assert told == writers
    assert len(writers) == 7


def test_a_table_that_is_warmed_has_warm_indexes():
    """Each write to the table is one to several indexes, and an index that is throttled throttles the table."""
    parameters, table = translated()["Parameters"], resources("AWS::DynamoDB::Table")["OrderTable"]
    tables = [table, *table["GlobalSecondaryIndexes"]]
    warmed = {"ReadUnitsPerSecond": {"Ref": "WarmReadUnits"}, "WriteUnitsPerSecond": {"Ref": "WarmWriteUnits"}}

    assert [each["WarmThroughput"]["Fn::If"][:2] for each in tables] == 8 * [["IsWarmed", warmed]]
    assert [without("IsWarmed", each)["WarmThroughput"] for each in tables] == 8 * [{"Ref": "AWS::NoValue"}]
    assert (parameters["WarmReadUnits"]["Default"], parameters["WarmWriteUnits"]["Default"]) == (12_000, 4_000)
