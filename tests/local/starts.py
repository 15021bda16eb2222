"""Starts of `orders serve` that do not end well."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.servers import clean_environment, start


def refusal(data: Path) -> str:
    """The one line that the server refuses to start with."""
    command = [sys.executable, "-m", "orders", "serve", "--port", "0", "--data", str(data)]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (1, ""), done
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("orders: ")]  # beside what is logged
    return line


@contextmanager
def mortal(data: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A server that is dead when the block ends, if not before."""
    with start(data, **environment) as server:
        try:
            yield server
        finally:
            server.kill()
