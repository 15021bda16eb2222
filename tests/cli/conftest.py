"""A server in a process of its own, and the command line as a shell runs it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from tests.servers import clean_environment, serving


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str
    pdf: bytes = field(default=b"", repr=False)

    def json(self) -> Any:
        return json.loads(self.stdout)


class Orders(Protocol):
    def __call__(self, *arguments: object, stdin: str = "", **environment: str) -> Done: ...


def run(arguments: tuple[object, ...], stdin: str, environment: dict[str, str], folder: Path) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", "orders", *map(str, arguments)],
        input=stdin.encode(),
        env=clean_environment() | environment,
        cwd=folder,
        capture_output=True,
        timeout=60,
    )
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(), done.stdout)


@dataclass(frozen=True)
class Server:
    url: str
    data: Path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("data")
    with serving(data) as url:
        yield Server(url, data)


@pytest.fixture
def orders(server: Server, tmp_path: Path) -> Orders:
    """The command, in a folder of its own, with the server's address in its environment."""

    def call(*arguments: object, stdin: str = "", **environment: str) -> Done:
        return run(arguments, stdin, {"ORDERS_URL": server.url} | environment, tmp_path)

    return call
