"""How long an invocation takes: `measured.toml`, which `bench/durations.py` writes, for a function's own memory."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("measured.toml")
MB_OF_A_PROCESSOR = 1769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
COLD = 0.01
"""The share of invocations that start a new instance: AWS says that it is usually under 1 %.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#cold-start-latency
"""
INIT_MS = 280
"""To start an instance, on a whole processor: `bench/functions.py`. AWS bills it, unless there is a snapshot."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Milliseconds of an invocation with so many records: of work on a whole processor, and of waiting for AWS."""

    work: float
    wait: float

    def milliseconds(self, gigabytes: float) -> int:
        """What Lambda bills: it rounds up, and a function has a share of a processor that its memory buys."""
        return ceil(self.wait + self.work / min(1.0, gigabytes * 1024 / MB_OF_A_PROCESSOR))


@dataclass(frozen=True, slots=True)
class Durations:
    measured: Mapping[str, Mapping[str, Any]]

    @classmethod
    def read(cls) -> "Durations":
        return cls(tomllib.loads(FILE.read_text(encoding="utf-8"))["functions"])

    def of(self, function: str, records: int) -> Duration:
        """The duration with so many records, by a straight line through those of one and of ten."""
        one, ten = (self.measured[function].get(number, {}) for number in ("one", "ten"))
        ten = ten or one
        more = (records - 1) / 9
        return Duration(*(one[part] + (ten[part] - one[part]) * more for part in ("work", "wait")))
