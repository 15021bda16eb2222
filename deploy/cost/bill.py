"""A bill: the steps of an order's life in dollars, by what AWS charges for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cost import stand_in
from cost.durations import COLD, INIT_MS, MB_OF_A_PROCESSOR, Durations
from cost.functions import Run
from cost.life import Step
from cost.prices import Prices
from cost.stack import Stack

GB = 1024**3
Units = Mapping[str, float]

_PRICE_OF = {
    stand_in.WRITE: "write-units", stand_in.READ: "read-units", stand_in.SQS: "messages", stand_in.S3_PUT: "puts",
    stand_in.S3_GET: "gets", stand_in.SES: "e-mails",
}  # fmt: skip
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "API": ("requests",),
    "Lambda": ("invocations", "gigabyte-seconds", "restored-gigabytes"),
    "tables": ("write-units", "read-units"),
    "SQS": ("messages",),
    "S3": ("puts", "gets"),
    "SES": ("e-mails", "attachment-gigabytes"),
    "logs": ("log-gigabytes",),
    "sent": ("transferred-gigabytes",),
}
"""What each column of the table adds up."""
EVENT_OVERHEAD = 26
"""Bytes that CloudWatch Logs adds to each line: https://aws.amazon.com/cloudwatch/pricing/."""
_REQUEST_ID = "5f0e7c52-9a41-4f2b-8d3c-1b6a70e4d901"
PLATFORM_LINES = (
    f'{{"time":"2026-11-26T09:00:00.000Z","type":"platform.start","record":{{"requestId":"{_REQUEST_ID}","version":"12"}}}}',
    f'{{"time":"2026-11-26T09:00:00.000Z","type":"platform.report","record":{{"requestId":"{_REQUEST_ID}","metrics":'
    '{"durationMs":18.642,"billedDurationMs":19,"memorySizeMB":512,"maxMemoryUsedMB":101},"status":"success"}}',
)
"""What Lambda itself logs about each invocation at the level INFO.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A step for 1,000 orders: the units of each price, and their dollars."""

    name: str
    units: Units
    dollars: float

    def column(self, name: str, prices: Prices) -> float:
        return prices.dollars({unit: self.units.get(unit, 0) for unit in COLUMNS[name]})


@dataclass(frozen=True, slots=True)
class Biller:
    """Turns steps into lines."""

    stack: Stack
    prices: Prices
    durations: Durations

    def lines(self, steps: Sequence[Step]) -> list[Line]:
        return [self.line(step) for step in steps]

    def line(self, step: Step) -> Line:
        units = {name: number * 1000 / step.orders for name, number in self.units(step).items()}
        return Line(step.name, units, self.prices.dollars(units))

    def units(self, step: Step) -> Units:
        """What AWS bills for a step of all its orders."""
        around = self.of_requests(step.requests, step.answered)
        batches = {"messages": 2 * step.batches}  # Lambda receives a batch and deletes it
        downloads = {"gets": step.downloads, "transferred-gigabytes": step.downloaded / GB}
        return added(around, batches, downloads, *(self.of_run(run) for run in step.runs))

    def of_requests(self, requests: int, answered: int) -> Units:
        """What API Gateway bills for requests with so many bytes of answers, and what it logs."""
        logged = requests * (len(self._access_log_format()) + EVENT_OVERHEAD) / GB
        return {"requests": requests, "transferred-gigabytes": answered / GB, "log-gigabytes": logged}

    def of_run(self, run: Run, name: str = "") -> Units:
        """What an invocation costs, and the calls that it makes."""
        called = {_PRICE_OF[kind]: run.noted.total(kind) for kind in _PRICE_OF}
        sizes = {
            "log-gigabytes": logged_by(run),
            "attachment-gigabytes": run.noted.total(stand_in.SES_BYTES) / GB,  # the whole e-mail, a little more
        }
        return called | sizes | self.of_invocation(run.function, run.size, name)

    def of_invocation(self, function: str, records: int = 1, name: str = "") -> dict[str, float]:
        """What Lambda bills for an invocation, with its share of the starts of instances.

        `name` is that of the measured duration, if it is not the function's.
        """
        gigabytes = self.stack.memory(function)
        seconds = self.durations.of(name or function, records).milliseconds(gigabytes) / 1000
        if self.stack.is_snapped(function):
            return {"invocations": 1, "gigabyte-seconds": gigabytes * seconds, "restored-gigabytes": COLD * gigabytes}
        init = INIT_MS / 1000 / min(1.0, gigabytes * 1024 / MB_OF_A_PROCESSOR)
        return {"invocations": 1, "gigabyte-seconds": gigabytes * (seconds + COLD * init), "restored-gigabytes": 0}

    def _access_log_format(self) -> str:
        """Its variables are about as long as their values."""
        (api,) = self.stack.of("AWS::Serverless::Api").values()
        return str(api["AccessLogSetting"]["Format"])


def logged_by(run: Run) -> float:
    """GB that an invocation logs: the function's lines, and Lambda's own."""
    return (run.logged + sum(len(line) + EVENT_OVERHEAD for line in PLATFORM_LINES)) / GB


def added(*parts: Units) -> Units:
    names = {name for part in parts for name in part}
    return {name: sum(part.get(name, 0) for part in parts) for name in names}


def less(units: Units, others: Units) -> Units:
    return {name: number - others.get(name, 0) for name, number in units.items()}
