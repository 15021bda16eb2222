import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from orders.functions import batch
from orders.order.errors import NewerVersion, Unavailable


@dataclass
class Context:
    milliseconds: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def event(*bodies: str) -> dict[str, list[dict[str, str]]]:
    return {"Records": [{"messageId": f"id of {body}", "body": body} for body in bodies]}


def failures(response: dict[str, list[dict[str, str]]]) -> list[str]:
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def test_only_the_records_that_raised_are_handed_back():
    def work(order_id: str) -> None:
        if order_id == "down":
            raise Unavailable
        if order_id == "bug":
            raise KeyError

    assert failures(batch.handler(work)(event("a", "down", "b", "bug"), Context())) == ["id of down", "id of bug"]


def test_the_message_about_a_row_of_a_newer_version_is_done_with_and_the_log_says_that_its_order_waits(caplog):
    """Sweep sends the next one. Nobody could note in the row that it was tried, so each would be delivered again."""

    def work(order_id: str) -> None:
        if order_id == "of tomorrow":
            raise NewerVersion("update this one")

    assert failures(batch.handler(work)(event("a", "of tomorrow"), Context())) == []
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("ERROR", "order 'of tomorrow' still waits: update this one")
    ]


def test_the_records_of_a_batch_are_worked_on_side_by_side():
    all_there = threading.Barrier(10, timeout=10)

    assert failures(batch.handler(lambda _id: all_there.wait())(event(*"0123456789"), Context())) == []


def test_what_is_not_done_near_the_deadline_is_handed_back_and_the_rest_is_not():
    release = threading.Event()

    def work(order_id: str) -> None:
        if order_id == "slow":
            release.wait(10)

    try:
        assert failures(batch.handler(work)(event("slow", "quick"), Context(3_200))) == ["id of slow"]
    finally:
        release.set()


def test_a_process_in_which_a_record_hangs_ends_rather_than_take_another_batch(monkeypatch):
    class Ended(Exception):
        pass

    def end(code: int) -> None:
        raise Ended(code)

    monkeypatch.setattr(os, "_exit", end)
    release = threading.Event()
    handle = batch.handler(lambda _order_id: release.wait(10))
    try:
        assert failures(handle(event("hangs"), Context(0))) == ["id of hangs"]
        with pytest.raises(Ended):
            handle(event("next"), Context())
    finally:
        release.set()


def test_what_can_be_done_for_a_whole_batch_is_done_once_before_its_records_and_once_after_them():
    begun, done, ended = list[list[str]](), list[str](), list[list[str]]()

    def begin(order_ids: Sequence[str]) -> tuple[Callable[[str], None], Callable[[], None]]:
        begun.append(list(order_ids))
        return done.append, lambda: ended.append(sorted(done))

    assert failures(batch.handler_of_batches(begin)(event("a", "b"), Context())) == []
    assert begun == [["a", "b"]]
    assert ended == [["a", "b"]]


def test_a_batch_is_ended_also_if_one_of_its_records_hangs():
    release, ended = threading.Event(), threading.Event()
    try:
        handle = batch.handler_of_batches(lambda _order_ids: (lambda _order_id: release.wait(10), ended.set))
        assert failures(handle(event("hangs"), Context(0))) == ["id of hangs"]
        assert ended.is_set()
    finally:
        release.set()


def test_an_empty_batch_is_done():
    assert failures(batch.handler(lambda _id: None)(event(), Context())) == []
