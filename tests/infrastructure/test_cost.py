"""What an order costs on AWS is computed, written in the guide, and does not grow unseen."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cost import filtering, guide, prices, reference, units
from cost.bill import Biller
from cost.durations import Durations
from cost.functions import Functions
from cost.page import QUERIES, read_pauses
from cost.report import Report, bills
from cost.stack import TEMPLATE, Stack
from cost.stand_in import READ, WRITE, StandIn
from cost.units import Index, Table

INDEX = Index("byState", "state", frozenset({"id", "state"}), frozenset({"id", "state", "note"}))
TABLE = Table("Orders", "id", (INDEX,))
ITEM = {"id": {"S": "1"}, "state": {"S": "new"}, "note": {"S": "-"}, "body": {"S": "x" * 900}}


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.of(TEMPLATE)


def test_an_order_is_not_dearer_than_what_was_accepted(report: Report):
    """If a change is worth its price: `make cost ACCEPT=yes`."""
    assert not list(reference.complaints(reference.read(), reference.of(report)))


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("MemorySize: 1769 # one whole vCPU", "MemorySize: 10240 # one whole vCPU", "Make its receipt, Lambda"),
        ("ProjectionType: KEYS_ONLY", "ProjectionType: ALL", "Make its receipt, tables"),
        ("BatchSize: 10", "BatchSize: 1", "Make its receipt, Lambda"),
    ],
    ids=["more memory", "larger indexes", "smaller batches"],
)
def test_what_makes_an_order_dearer_is_named(report: Report, before: str, after: str, part: str, tmp_path: Path):
    text = TEMPLATE.read_text(encoding="utf-8")
    assert before in text
    changed = tmp_path / "template.yaml"
    changed.write_text(text.replace(before, after), encoding="utf-8")
    stack = Stack.read(changed)
    functions = Functions(stack)
    now = replace(report, orders=bills(Biller(stack, report.prices, Durations.read()), functions, functions))

    (complaint, *_) = reference.complaints(reference.read(), reference.of(now))

    assert re.search(r"cost 0\.\d+ dollars instead of 0\.\d+: \d+% more\. " + part, complaint), complaint
    assert complaint.endswith("If this is worth it: make cost ACCEPT=yes.")


def test_nothing_that_an_order_needs_costs_what_the_bill_has_no_price_for():
    """Other processors cost more, and so does a key of one's own: a call to it for each object, message or item."""
    stack = Stack.read(TEMPLATE)

    assert all(it["Architectures"] == ["arm64"] for it in stack.functions.values())
    assert all(it["BillingMode"] == "PAY_PER_REQUEST" for it in stack.of("AWS::DynamoDB::Table").values())
    for kind in ("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::DynamoDB::Table"):
        assert not re.search("aws:kms|KMSMasterKeyI[Dd]|KmsMasterKeyId", str(stack.of(kind)))


def test_five_percent_are_accepted():
    accepted = {"one at a time": {"accept it, API": 0.10}}

    assert not list(reference.complaints(accepted, {"one at a time": {"accept it, API": 0.1049}}))
    assert list(reference.complaints(accepted, {"one at a time": {"accept it, API": 0.1051}}))


def test_numbers_make_an_order_dearer_by_a_fifth_and_batches_share_a_transaction(report: Report):
    """As the guide says."""
    added = report.numbers

    assert 0 < added["ten at a time"] < added["one at a time"]
    assert all(0.15 < added[case] / report.total(case, with_mail=False) < 0.25 for case in added)


def test_the_guide_shows_these_figures(report: Report):
    """To write them again: `make cost ACCEPT=yes`."""
    assert guide.differences(guide.shown(), str(report)) == []


def test_a_figure_of_the_guide_that_is_no_longer_true_is_noticed():
    assert guide.differences("accept it 0.0100 0.0020", "accept it 0.0101 0.0020") == []
    assert guide.differences("accept it 0.0100 0.0020", "accept it 0.0100 0.0030")
    assert guide.differences("accept it 0.0100", "show it 0.0100")
    assert guide.differences("Live 1.5", "Live 1.4") == []
    assert guide.differences("Live 1.5", "Live 1.3")


def test_the_table_fits_a_terminal(report: Report):
    assert max(map(len, str(report).splitlines())) <= 80


def test_each_price_names_its_page_and_how_far_it_was_checked():
    document: dict[str, Any] = tomllib.loads(prices.FILE.read_text(encoding="utf-8"))

    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", document.pop("date"))
    for price in [each for each in document.values() if isinstance(each, dict)]:
        assert price["source"].startswith("https://aws.amazon.com/")
        assert price["checked"]
        assert all(0 < price[region] < 10 for region in document["regions"])


def test_the_open_page_costs_half_of_what_it_did(report: Report):
    """At one call for each of them in two seconds."""
    pauses = read_pauses(QUERIES.read_text(encoding="utf-8"))
    now = {screen.name: screen.dollars for screen in report.screens}
    summary = now["Live"] * pauses["LIVE_MS"]
    listed = (now["the list of orders"] - summary / pauses["ELSEWHERE_MS"]) * pauses["LIST_MS"]

    assert now["Live"] <= summary / 2 / 2
    assert now["the list of orders"] <= (summary + listed) / 2 / 2


def test_an_item_is_as_large_as_its_names_and_values():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    assert units.size({"id": {"S": "12345"}}) == 7
    assert units.size({"ß": {"S": "ü"}}) == 4
    assert units.size({"revision": {"N": "123"}}) == len("revision") + 3


@pytest.mark.parametrize(("letters", "written"), [(1, 1), (1014, 1), (1015, 2), (3000, 3)])
def test_a_write_counts_each_kilobyte(letters: int, written: int):
    assert units.write_units({"id": {"S": "12345"}, "b": {"S": "x" * (letters + 2)}}) == written


@pytest.mark.parametrize(
    ("before", "changes", "written"),
    [
        (None, {}, 1),
        (ITEM, {"body": {"S": "y"}}, 0),
        (ITEM, {"note": {"S": "+"}}, 1),
        (ITEM, {"state": {"S": "done"}}, 2),
        (ITEM, {"state": None}, 1),
        ({"id": {"S": "1"}}, {}, 1),
    ],
    ids=["a new item", "not in the index", "beside its key", "its key", "it leaves the index", "it enters the index"],
)
def test_an_index_counts_what_a_write_changes_in_it(before: Any, changes: dict[str, Any], written: int):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes"""
    after = {name: value for name, value in (ITEM | changes).items() if value is not None}

    assert units.index_writes(INDEX, before, after).total() == written


@pytest.mark.parametrize(
    ("status", "is_passed"), [("RECEIVED", False), ("COMPLETED", True)], ids=["it stays", "it moves"]
)
def test_a_stream_gives_the_function_only_what_its_filter_matches(status: str, is_passed: bool):
    moved = {"dynamodb": {"OldImage": {"status": {"S": "RECEIVED"}}, "NewImage": {"status": {"S": status}}}}
    source = {
        "FilterCriteria": {
            "Filters": [
                {"Pattern": '{"dynamodb": {"NewImage": {"revision": {"N": ["1"]}}}}'},
                {
                    "Pattern": '{"dynamodb": {"OldImage": {"status": {"S": ["RECEIVED"]}},'
                    '"NewImage": {"status": {"S": [{"anything-but": ["RECEIVED"]}]}}}}'
                },
            ]
        }
    }

    assert bool(filtering.passed([moved], filtering.patterns(source))) is is_passed
    assert filtering.passed([moved], filtering.patterns({})) == [moved]


def test_a_transaction_counts_twice():
    aws = StandIn({"Orders": TABLE})
    update = {
        "TableName": "Orders",
        "Key": {"id": {"S": "1"}},
        "UpdateExpression": "SET expiresAt = :later ADD accepted :one",
        "ExpressionAttributeValues": {":later": {"N": "7"}, ":one": {"N": "1"}},
    }
    call: Any = {"TransactItems": [{"Update": update}]}
    for _ in range(2):
        aws._transact(call)

    assert aws.noted.by_resource(WRITE) == {"Orders": 4}
    assert aws.items["Orders"]["1"] == {"id": {"S": "1"}, "expiresAt": {"N": "7"}, "accepted": {"N": "2"}}


def test_a_consistent_read_costs_twice_and_a_missing_item_as_much():
    aws = StandIn({"Orders": TABLE})
    call = {"TableName": "Orders", "Key": {"id": {"S": "nobody"}}}

    aws._get(call | {"ConsistentRead": True})
    assert aws.taken().by_resource(READ) == {"Orders": 1}
    aws._get(call)
    assert aws.taken().by_resource(READ) == {"Orders": 0.5}


def test_the_stack_is_read_with_its_parameters():
    stack = Stack.read(TEMPLATE, MailSender="a@casaluna.example")

    assert "ORDERS_MAIL_QUEUE" in stack.environment("ProcessOrderFunction")
    assert "ORDERS_MAIL_QUEUE" not in Stack.read(TEMPLATE).environment("ProcessOrderFunction")
    assert stack.environment("ReceiveOrderFunction")["ORDERS_QUEUE"].endswith("/OrderQueue")
    assert stack.memory("ProcessOrderFunction") == pytest.approx(1769 / 1024)
