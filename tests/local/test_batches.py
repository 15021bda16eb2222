"""Records of one batch that share their writes."""

from collections.abc import Callable

import pytest

from orders.local import batches
from orders.local.greenlets import Together

ENOUGH = 30.0


class Disk:
    """What is written takes effect when all that wait are written."""

    def __init__(self) -> None:
        self.written: list[list[str]] = []
        self.waiting: list[str] = []
        self.together = Together(self._write)
        self.faults: list[Exception] = []

    def write(self, text: str) -> str:
        self.waiting.append(text)
        self.together.join()
        return text

    def _write(self) -> None:
        texts, self.waiting = self.waiting, []
        if self.faults:
            raise self.faults.pop()
        self.written.append(texts)


@pytest.fixture
def disk() -> Disk:
    return Disk()


def outcomes(work: Callable[[str], object], *order_ids: str, seconds: float = ENOUGH) -> list[object]:
    """What each record's work returned, or the error that it raised, or `...` if it was not done."""
    futures = batches.run(work, order_ids, seconds)
    return [(future.exception() or future.result()) if future.done() else ... for future in futures]


def test_all_records_share_each_write(disk: Disk):
    second = Disk()

    assert outcomes(lambda order_id: second.write(disk.write(order_id)), "a", "b", "c") == ["a", "b", "c"]
    assert (disk.written, second.written) == ([["a", "b", "c"]], [["a", "b", "c"]])


def test_a_record_that_raises_takes_no_other_with_it(disk: Disk):
    error = ValueError("b is poison")

    def work(order_id: str) -> str:
        if order_id == "b":
            raise error
        return disk.write(order_id)

    assert outcomes(work, "a", "b", "c") == ["a", error, "c"]


def test_a_write_that_fails_reaches_all_who_share_it_and_no_later_one(disk: Disk):
    full = OSError("no room")
    disk.faults = [full]

    assert outcomes(disk.write, "a", "b") == [full, full]
    assert outcomes(disk.write, "c") == ["c"]


def test_a_record_that_takes_long_delays_no_write_of_those_before_it(disk: Disk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "SECONDS_TO_GATHER", 0.0)

    assert outcomes(disk.write, "a", "b") == ["a", "b"]
    assert disk.written == [["a"], ["b"]]


def test_what_has_not_begun_when_the_time_is_over_is_not_done(disk: Disk):
    assert outcomes(disk.write, "a", "b", seconds=0.0) == [..., ...]
    assert not disk.written


def test_outside_of_a_batch_each_write_is_made_at_once(disk: Disk):
    assert disk.write("a") == "a"
    assert disk.written == [["a"]]
