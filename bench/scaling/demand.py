"""What an order demands of each part of AWS, from the calls that the functions make and their measured durations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cost.durations import Durations
from cost.functions import Functions
from cost.life import Step, play
from cost.stack import Stack
from cost.stand_in import READ, S3_GET, S3_PUT, SES, SQS, WRITE

TOGETHER = 10
"""Orders that share a batch: a busy shop's batches are full."""
COUNTED = "CountOrdersFunction"


@dataclass(frozen=True, slots=True)
class Demand:
    """Of one order on average. `writes` and `reads` are units, by table and index.

    `hottest` are the write units of the partition key that gets most of them. `busy` are seconds of each function.
    A batch of CountOrders takes `batch` seconds, and `counting` write units on one row. `key` is that of a receipt.
    """

    requests: float
    writes: Mapping[str, float]
    hottest: Mapping[str, float]
    reads: Mapping[str, float]
    puts: float
    gets: float
    messages: float
    mails: float
    records: float
    busy: Mapping[str, float]
    batch: float
    counting: float
    key: str


def of_an_order(stack: Stack) -> Demand:
    """The demand of an order of this stack, with an e-mail if it has a sender."""
    functions = Functions(stack)
    several, one = play(functions, TOGETHER), play(functions, 1)
    return Demand(
        requests=sum(step.requests for step in several) / TOGETHER,
        writes=_units(several, WRITE),
        hottest=_hottest(one),
        reads=_units(several, READ),
        puts=sum(_units(several, S3_PUT).values()),
        gets=sum(_units(several, S3_GET).values()) + sum(step.downloads for step in several) / TOGETHER,
        messages=sum(_units(several, SQS).values()),
        mails=sum(_units(several, SES).values()),
        records=_records(one),
        busy=_busy(stack, several),
        batch=Durations.read().of(COUNTED, TOGETHER).milliseconds(stack.memory(COUNTED)) / 1000,
        counting=_counting(one),
        key=list(functions.aws.objects)[-1].removeprefix("/ReceiptBucket/"),
    )


def _units(steps: Sequence[Step], kind: str) -> dict[str, float]:
    units: Counter[str] = Counter()
    for step in steps:
        for run in step.runs:
            units.update(run.noted.by_resource(kind))
    return {name: number / TOGETHER for name, number in units.items()}


def _hottest(steps: Sequence[Step]) -> dict[str, float]:
    """By table and index, the units of the key that gets most of them in one order's life."""
    by_key: Counter[tuple[str, str]] = Counter()
    for step in steps:
        for run in step.runs:
            by_key.update(run.noted.by_key)
    names = {name for name, _ in by_key}
    return {each: max(number for (name, _), number in by_key.items() if name == each) for each in names}


def _records(steps: Sequence[Step]) -> float:
    """The records of the stream that CountOrders gets."""
    return sum(len(run.event["Records"]) for step in steps for run in step.runs if run.function == COUNTED)


def _counting(steps: Sequence[Step]) -> float:
    batches = [run.noted.by_key for step in steps for run in step.runs if run.function == COUNTED]
    return max((number for batch in batches for number in batch.values()), default=0)


def _busy(stack: Stack, steps: Sequence[Step]) -> dict[str, float]:
    durations, busy = Durations.read(), Counter[str]()
    for step in steps:
        for run in step.runs:
            ms = durations.of(run.function, run.size).milliseconds(stack.memory(run.function))
            busy[run.function] += ms / 1000 / TOGETHER  # type: ignore[assignment]
    return dict(busy)
