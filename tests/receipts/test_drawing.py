"""Receipts are drawn in processes of their own: what happens there, and what is told of it."""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from tests.receipts.costly import COSTLY, largest
from tests.receipts.making import receipt_of, row_of
from tests.support.examples import ALICE, BASKET

from orders import receipt
from orders.order.errors import DrawingAborted, Misconfigured, ReceiptImpossible, Unavailable
from orders.receipt import drawing
from orders.receipt.drawing import _Lane
from orders.receipt.writing import LONG_WORK

ITEM = {"name": "Espresso cups", "quantity": 1, "unitPrice": "1"}
LONG = ALICE | {"currency": "EUR", "items": [ITEM] * 500}
PATIENT = 60.0


@pytest.fixture
def lane() -> Iterator[_Lane]:
    """One process, with time for everything."""
    made = _Lane(1, PATIENT, niceness=0)
    yield made
    made.end()


@pytest.fixture
def lane_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """One process that runs another program, once it has said that it is ready."""
    made: list[_Lane] = []

    def of(
        program: str,
        ready: str = "out, into = Connection(1), Connection(0); out.send_bytes(bytes(1)); into.recv_bytes();",
    ) -> _Lane:
        start = f"import os, signal, sys; from multiprocessing.connection import Connection; {ready} {program}"
        monkeypatch.setattr(drawing, "COMMAND", [sys.executable, "-c", start])
        made.append(_Lane(1, PATIENT, niceness=0))
        return made[-1]

    yield of
    for each in made:
        each.end()


def test_a_receipt_is_the_same_wherever_it_is_drawn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    lane = _Lane(1, PATIENT, niceness=0)

    assert lane.draw(row_of(BASKET)) == receipt_of(BASKET)
    lane.end()


def test_many_receipts_are_drawn_at_once_and_each_is_its_own():
    rows = [row_of(ALICE | {"orderId": f"order-{number}"}) for number in range(20)]
    with ThreadPoolExecutor(10) as threads:
        drawn = list(threads.map(receipt.draw, rows))

    assert drawn == [receipt.render(row) for row in rows]


def test_a_receipt_that_takes_too_long_ends_its_process_and_the_next_one_is_drawn():
    lane = _Lane(1, 0.015, niceness=0)
    with pytest.raises(DrawingAborted, match=r"takes too long to draw: over 0\.015 s of processor time"):
        lane.draw(row_of(LONG))

    assert lane.draw(row_of(ALICE)) == receipt_of(ALICE)
    lane.end()


def test_alone_a_receipt_that_takes_too_long_is_the_orders_fault(monkeypatch: pytest.MonkeyPatch):
    lane = _Lane(1, 0.015, niceness=0)
    monkeypatch.setattr(drawing, "_alone", lane)
    with pytest.raises(ReceiptImpossible, match="takes too long to draw"):
        receipt.draw_alone(row_of(LONG))

    assert receipt.draw_alone(row_of(ALICE)) == receipt_of(ALICE)
    lane.end()


def test_what_cannot_be_printed_is_the_orders_fault(lane: _Lane):
    """Half a character, which no shop can post: it can't be written into the PDF."""
    half = row_of(ALICE | {"customerEmail": "a@example.com"})
    with pytest.raises(ReceiptImpossible, match="can't be typeset"):
        lane.draw(replace(half, body=half.body.replace("Alice", "\\ud800")))

    assert lane.draw(row_of(ALICE)) == receipt_of(ALICE)


def test_an_unexpected_error_tells_nothing_that_a_customer_wrote(lane: _Lane):
    row = row_of(ALICE | {"currency": "EUR", "items": [ITEM]})
    with pytest.raises(DrawingAborted, match="failed with an unexpected ValueError"):
        lane.draw(replace(row, body=row.body.replace('"unitPrice":"1.00"', '"unitPrice":"dear"')))


def test_a_crash_is_told_from_a_kill_and_from_a_program_that_cannot_start(lane_of: Any):
    with pytest.raises(DrawingAborted, match=r"crashed \(signal 11\)"):
        lane_of("os.kill(os.getpid(), signal.SIGSEGV)").draw(row_of(ALICE))
    with pytest.raises(Unavailable, match="was killed"):
        lane_of("os.kill(os.getpid(), signal.SIGKILL)").draw(row_of(ALICE))
    with pytest.raises(Misconfigured, match="ended with code 3"):
        lane_of("sys.exit(3)").draw(row_of(ALICE))
    with pytest.raises(Misconfigured, match="ended with code 1"):
        lane_of("", ready="import orders.nowhere").draw(row_of(ALICE))
    with pytest.raises(Misconfigured, match=r"did not start: .* crashed \(signal 11\)"):
        lane_of("", ready="os.kill(os.getpid(), signal.SIGSEGV)").draw(row_of(ALICE))


def test_a_process_that_does_not_answer_is_ended_and_is_not_the_orders_fault(
    lane_of: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(drawing, "SECONDS_TO_ANSWER", 1.0)
    with pytest.raises(Unavailable, match="did not answer within 1 seconds"):
        lane_of("signal.pause()").draw(row_of(ALICE))


def test_a_process_that_died_while_it_was_idle_is_replaced(lane: _Lane):
    lane.draw(row_of(ALICE))
    process = lane._free.queue[0]
    assert process
    os.kill(process._popen.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process._popen.pid, os.WEXITED | os.WNOWAIT)

    assert lane.draw(row_of(BASKET)) == receipt_of(BASKET)


def test_a_fault_of_the_page_is_told_each_time_until_it_is_mended(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    shop = tmp_path / "shop.toml"
    shop.write_text('nmae = "Casa Luna"')
    monkeypatch.setenv("ORDERS_RECEIPT", str(shop))
    lane = _Lane(1, PATIENT, niceness=0)
    for _ in range(2):
        with pytest.raises(Misconfigured, match="nmae is not a key"):
            lane.draw(row_of(ALICE))

    shop.write_text('name = "Casa Luna"')
    assert lane.draw(row_of(ALICE)).startswith(b"%PDF-")
    lane.end()


@pytest.mark.parametrize("unit", COSTLY, ids=ascii)
def test_the_costliest_orders_are_drawn_in_the_time_that_a_slow_order_has(unit: str):
    """They took up to 24 seconds before each mark had a letter and each receipt a limit of fonts."""
    lane = _Lane(1, drawing.SECONDS_ALONE, niceness=0)

    assert lane.draw(row_of(largest(unit))).startswith(b"%PDF-")
    lane.end()


@pytest.mark.parametrize("unit", [*COSTLY[:4], "\u0628\u0651", "\u0628\u064e\u0651", "\u0e01\u0e31 "], ids=ascii)
def test_a_costly_order_is_foreseen_and_costs_others_hardly_anything(unit: str):
    lane = _Lane(1, seconds=60, niceness=0, most_work=LONG_WORK)

    with pytest.raises(DrawingAborted, match="takes long to draw"):
        lane.draw(row_of(largest(unit)))
    assert lane.draw(row_of(ALICE)).startswith(b"%PDF-")
    lane.end()


def test_an_order_of_very_many_lines_is_foreseen_too():
    lane = _Lane(1, seconds=60, niceness=0, most_work=LONG_WORK)
    item = {"name": "Mug", "quantity": 1, "unitPrice": "1", "description": "a\n" * 249}

    with pytest.raises(DrawingAborted, match="takes long to draw"):
        lane.draw(row_of(ALICE | {"currency": "EUR", "items": [item] * 100}))
    lane.end()


def test_no_ordinary_order_is_taken_for_a_costly_one():
    lane = _Lane(1, seconds=60, niceness=0, most_work=LONG_WORK)
    texts = {"customerName": "\u0628\u064e\u0651 " * 50, "note": "\u4e2d\u6587 \u0e44\u0e17\u0e22 " * 100}
    long = largest("a", 200) | texts
    for order in (long, largest("\u0434", 150), largest("\u4e2d", 150), BASKET):
        assert lane.draw(row_of(order)).startswith(b"%PDF-")
    lane.end()
