"""Measures programs that make receipts: each receipt, the whole process, its memory; and threads of our own."""

import json
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import baskets
import processes
from makers import Maker

from orders import receipt

NUMBERS = 1_000_000
"""Numbers for the orders of each thread."""


class MakerFailed(Exception):
    """A program made no receipt."""


@dataclass(frozen=True, slots=True)
class Made:
    """A receipt by its maker's own account: seconds, those of all its threads on the processors, the PDF's bytes."""

    seconds: float
    processors: float
    size: int


class Running:
    """A process that makes receipts until the end of its block."""

    def __init__(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._name = name
        self._process = process

    def make(self, request: bytes) -> Made:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(request)
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise MakerFailed(f"{self._name} ended without an answer")
        return Made(**json.loads(answer))

    def peak(self) -> int:
        return processes.peak(self._process.pid)


@contextmanager
def running(maker: Maker) -> Iterator[Running]:
    with subprocess.Popen(maker.each, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Running(maker.name, process)
        finally:
            process.kill()


def cold(maker: Maker, request: bytes) -> float:
    """Seconds from just before the process is made until it has ended and its receipt is here."""
    began = time.perf_counter()
    ended = subprocess.run(maker.once, input=request, stdout=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - began
    if ended.returncode or not ended.stdout.startswith(b"%PDF-"):
        raise MakerFailed(f"{maker.name} made no receipt")
    return seconds


def peaks(maker: Maker, receipts: int, items: int) -> tuple[int, int]:
    """The peak memory of a new process after its first receipt, and after RECEIPTS of them, in bytes."""
    request, *others = baskets.requests(receipts, items)
    with running(maker) as process:
        process.make(request)
        first = process.peak()
        for request in others:
            process.make(request)
        return first, process.peak()


@dataclass(frozen=True, slots=True)
class Pace:
    """Receipts a second, and how many processors they kept busy."""

    per_second: float
    processors: float


def pace(threads: int, items: int, seconds: float) -> Pace:
    """The speed of this many threads of this process."""
    with ThreadPoolExecutor(threads) as pool:
        began, used = time.perf_counter(), time.process_time()
        firsts = range(0, threads * NUMBERS, NUMBERS)
        made = sum(pool.map(lambda first: _made_until(began + seconds, first, items), firsts))
        taken = time.perf_counter() - began
        return Pace(made / taken, (time.process_time() - used) / taken)


def _made_until(deadline: float, first: int, items: int) -> int:
    made = 0
    while time.perf_counter() < deadline:
        receipt.render(baskets.row(first + made, items))
        made += 1
    return made
