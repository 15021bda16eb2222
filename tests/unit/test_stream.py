"""The functions on the table's stream: a batch that can't be worked on is tried for a while, and then handed back."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from orders.functions import stream
from orders.order.errors import Misconfigured, Unavailable

Record = Mapping[str, Any]
EVENT = {"Records": [{"eventID": str(number), "dynamodb": {"SequenceNumber": f"{number}00"}} for number in (7, 8)]}
ATTEMPT_SECONDS = 8
HANDED_BACK = {"batchItemFailures": [{"itemIdentifier": "700"}]}


class Context:
    """A function with so many seconds, which pass only while it sleeps."""

    def __init__(self, seconds: float = 25) -> None:
        self.seconds, self.slept = seconds, list[float]()

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * self.seconds)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds -= seconds


class Counts:
    """Fails so many times."""

    def __init__(self, failures: int, error: Exception | None = None) -> None:
        self.failures, self.error = failures, error or Unavailable("counts: no answer")
        self.batches = list[Sequence[Record]]()

    def add(self, records: Sequence[Record]) -> None:
        self.batches.append(records)
        if len(self.batches) <= self.failures:
            raise self.error


def handled(counts: Counts, context: Context, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("time.sleep", context.sleep)
    return stream.handler(counts.add, ATTEMPT_SECONDS)(EVENT, context)


def test_a_batch_that_is_counted_is_done_with(monkeypatch: pytest.MonkeyPatch):
    counts = Counts(failures=0)

    assert handled(counts, Context(), monkeypatch) == {"batchItemFailures": []}
    assert counts.batches == [EVENT["Records"]]


def test_a_moments_outage_is_waited_for_with_the_same_batch(monkeypatch: pytest.MonkeyPatch):
    """The same batch has the same token: it counts once, though the first answer may only have been lost."""
    counts = Counts(failures=2)

    assert handled(counts, Context(), monkeypatch) == {"batchItemFailures": []}
    assert counts.batches == 3 * [EVENT["Records"]]


def test_a_batch_that_can_not_be_counted_is_handed_back_from_its_first_record(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """Lambda delivers it again as it is. After an error it would divide it."""
    context = Context()

    assert handled(Counts(failures=99), context, monkeypatch) == HANDED_BACK
    assert context.seconds >= ATTEMPT_SECONDS
    assert caplog.record_tuples[-1][1:] == (logging.WARNING, "2 records handed back to the stream: counts: no answer")


def test_no_attempt_begins_for_which_there_is_no_time(monkeypatch: pytest.MonkeyPatch):
    """A function that is killed may have counted the batch, and Lambda would divide it."""
    context = Context(seconds=8.5)

    assert handled(Counts(failures=99), context, monkeypatch) == HANDED_BACK
    assert context.slept == []


def test_what_a_person_has_to_correct_is_an_error_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    handled(Counts(99, Misconfigured("counts: AccessDeniedException")), Context(), monkeypatch)

    assert caplog.records[-1].levelno == logging.ERROR
