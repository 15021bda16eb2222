"""Orders as CSV: what leaves is what is there, and no program runs it."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.fakes import World

from orders.api import export
from orders.api.export.forms import Excel
from orders.order import validation
from orders.order.order import Order
from orders.ports import Selection


def part(world: World, most: int = 100, cursor: str | None = None) -> tuple[list[list[str]], str | None]:
    text, after = export.part(Selection(), most, cursor, world.outside)
    return list(csv.reader(io.StringIO(text, newline=""))), after


def keep(world: World, number: int = 0, **fields: object) -> None:
    order = validation.parse(ALICE | {"orderId": f"o{number}"} | fields)
    world.table.create(Order.received(order, "token", NINE + timedelta(minutes=number)))


def name_in_csv(name: str) -> str:
    world = World()
    keep(world, customerName=name)
    return part(world)[0][1][4]


@pytest.mark.parametrize(
    "name",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1", "\ufe62" + "1", " =1+1", "\u00a0=1+1", "\u200b=1", "\u0301=1",
        '=HYPERLINK("http://evil.example","x")', "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_a_name_that_would_be_a_formula_begins_with_an_apostrophe(name: str):
    assert name_in_csv(name).startswith("'")


@pytest.mark.parametrize("name", ["a;=1+1", 'a";=1+1', "a; +1", "a|@x"])
def test_a_formula_behind_another_programs_separator_is_harmless_too(name: str):
    assert name_in_csv(name) == name.replace("=", "'=").replace("+1", "'+1", name.count("; +")).replace("@", "'@")


@pytest.mark.parametrize("name", ["a;\uff1d1+1", "a;\u200b=1+1", "a|\u00a0=1", 'a; "\ufe621'])
def test_a_formula_behind_a_separator_is_harmless_in_any_guise(name: str):
    written = name_in_csv(name)

    assert written.replace("'", "") == name
    assert len(written) == len(name) + 1
    assert not written.endswith("'")


@pytest.mark.parametrize("name", ["Alice", "O'Brien", 'He said "no", twice', "Anne-Marie", "a=b", "محمد", "1 = 1"])
def test_any_other_name_is_as_it_was(name: str):
    assert name_in_csv(name) == name


def test_a_cell_with_nothing_in_it_stays_empty():
    world = World()
    row = Order.received(validation.parse(ALICE), "token", NINE)
    world.table.create(replace(row, body='{"orderId":"12345"}'))

    assert part(world)[0][1][4:7] == ["", "", ""]


def test_each_column_has_what_its_heading_says():
    world = World()
    world.table.create(Order.received(validation.parse(BASKET), "token", NINE).failed("no ink", NINE, "process"))
    (heading, cells), _ = part(world)
    row = dict(zip(heading, cells, strict=True))

    assert (row["orderId"], row["status"], row["lastError"]) == ("basket-1", "FAILED", "no ink")
    assert (row["customerEmail"], row["currency"], row["total"]) == ("zoe@example.com", "EUR", "101.07")
    assert (row["receivedAt"], row["completedAt"]) == ("2026-11-23T09:00:00.000Z", "")


def test_the_parts_are_one_document_with_one_heading():
    world = World()
    for number in range(7):
        keep(world, number)
    first, cursor = part(world, most=3)
    second, cursor = part(world, most=3, cursor=cursor)
    third, end = part(world, most=3, cursor=cursor)

    lines = first + second + third
    assert lines[0] == list(export.COLUMNS)
    assert [line[0] for line in lines[1:]] == [f"o{number}" for number in reversed(range(7))]
    assert end is None


LONG = {"currency": "EUR", "items": [{"name": "ü" * 200, "quantity": 1, "unitPrice": "1.00"}] * 400}


def test_a_part_of_long_orders_ends_early_and_no_order_is_lost():
    """An answer on AWS may have 6 MB, whatever is exported."""
    world, texts, cursor = World(), list[str](), None
    for number in range(12):
        keep(world, number, **LONG)
    while cursor is not None or not texts:
        text, cursor = export.part(Selection(), 500, cursor, world.outside, export.ITEMS)
        texts.append(text)

    assert len(texts) > 1
    assert all(len(json.dumps(text)) < 5_000_000 for text in texts)
    rows = list(csv.DictReader(io.StringIO("".join(texts), newline="")))
    assert [row["orderId"] for row in rows] == [f"o{number}" for number in reversed(range(12)) for _ in range(400)]


def test_only_the_first_part_has_a_byte_order_mark_and_a_heading():
    world = World()
    for number in range(3):
        keep(world, number)
    first, cursor = export.part(Selection(), 2, None, world.outside, form=Excel())
    second, _ = export.part(Selection(), 2, cursor, world.outside, form=Excel())

    assert first.startswith("\ufefforderId,")
    assert second.startswith('"=""o0""",RECEIVED,2026-11-23 09:00:00,')


@pytest.mark.parametrize("text", ["x\n=1+1", 'x\n"=1+1', "x\n@A1", "x\n\n-1"])
def test_a_formula_in_another_line_of_a_text_is_harmless(text: str):
    """For a program that takes the quotation mark for a character, the line ends where the text has a line break."""
    world = World()
    keep(world, currency="EUR", items=[{"name": "A", "description": text, "quantity": 1, "unitPrice": "1"}])
    document, _ = export.part(Selection(), 1, None, world.outside, export.ITEMS)

    assert not [line for line in document.splitlines() if line.lstrip('"')[:1] in {"=", "@", "-", "+"}]
