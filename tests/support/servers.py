"""A real server, in a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def clean_environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ORDERS_")}
    return ours | {"COLUMNS": "80", "TZ": "UTC", "PYTHONUTF8": "1"}


def command(data: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "orders", "serve", "--port", "0", "--data", str(data), *options]


def start(data: Path, *options: str, **environment: str) -> subprocess.Popen[str]:
    """A server that works in `data`, on any free port unless the options say otherwise."""
    return subprocess.Popen(
        command(data, *options),
        env=clean_environment() | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def address_of(process: subprocess.Popen[str]) -> str:
    """The address that the server says it serves at; waits until it does."""
    assert process.stdout
    return next(match[0] for line in process.stdout if (match := re.search(r"http://[\d.]+:\d+", line)))


@contextmanager
def serving(data: Path, *options: str, **environment: str) -> Iterator[str]:
    """The address of a server that works in `data` until the block ends."""
    process = start(data, *options, **environment)
    try:
        yield address_of(process)
    finally:
        process.terminate()
        process.communicate(timeout=100)
    assert process.returncode == 0
