"""Runs a function's process as Lambda does, calls it repeatedly, and measures its times and its memory.

It has one processor to itself, as with 1,769 MB on Lambda.
"""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import processes
from runtime_api import NEXT, RESTORE, Call, FunctionFailed, RuntimeApi

LINES_OF_LOG = 20


@dataclass(frozen=True, slots=True)
class Program:
    """An interpreter with Lambda's client, a package, the handler in it, and its environment."""

    interpreter: Path
    package: Path
    handler: str
    environment: Mapping[str, str]
    log: Path


@dataclass(frozen=True, slots=True)
class Sample:
    """An event, and what its answer must contain."""

    event: bytes
    expected: Mapping[str, object]


class LambdaFunction:
    """Every method returns when the function has answered. Figures are seconds."""

    def __init__(self, program: Program, api: RuntimeApi) -> None:
        self._log = program.log
        self._api = api
        self._waiting: Call | None = None
        self._started = time.perf_counter()
        self._process = _start(program, api.address)

    def initialised(self) -> float:
        """From the exec until the function requests its first event."""
        return self._next().at - self._started

    def invoke(self, sample: Sample) -> float:
        """From the event sent to the answer received."""
        assert self._waiting
        sent = self._api.send_event(self._waiting, sample.event)
        answered = self._called("/response")
        self._api.accept_answer(answered)
        self._next()
        answer: dict[str, Any] = json.loads(answered.request.body)
        if not sample.expected.items() <= answer.items():
            raise FunctionFailed(f"the function answered {answer}, not {sample.expected}{self._logged()}")
        return answered.at - sent

    def ready_for_snapshot(self) -> Call:
        """What it waits with for its restore."""
        return self._called(RESTORE)

    def restored(self, waiting: Call) -> float:
        """From the restore until the function requests its first event."""
        restored = self._api.restore(waiting)
        return self._next().at - restored

    def processor_seconds(self) -> float:
        return processes.processor_seconds(self._process.pid)

    def peak_memory(self) -> int:
        return processes.peak(self._process.pid)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _next(self) -> Call:
        self._waiting = self._called(NEXT)
        return self._waiting

    def _called(self, path: str) -> Call:
        try:
            return self._api.called(path, lambda: self._process.poll() is None)
        except FunctionFailed as failed:
            raise FunctionFailed(f"{failed}{self._logged()}") from None

    def _logged(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-LINES_OF_LOG:]
        return "".join(f"\n    {line}" for line in lines)


@contextmanager
def running(program: Program) -> Iterator[LambdaFunction]:
    with RuntimeApi() as api:
        function = LambdaFunction(program, api)
        try:
            yield function
        finally:
            function.stop()


def _start(program: Program, address: str) -> subprocess.Popen[bytes]:
    command = [str(program.interpreter), "-m", "awslambdaric", program.handler]
    environment = {**program.environment, "AWS_LAMBDA_RUNTIME_API": address}
    one, _ = processes.processors()
    with program.log.open("wb") as log, processes.on(one):
        return subprocess.Popen(
            command, cwd=program.package, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
