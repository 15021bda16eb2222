"""A server in a process of its own, and the command in a folder of its own."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.command import Done, Orders, Server, run
from tests.support.servers import serving

from orders.cli import app
from orders.local.stack import stack_in


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


@pytest.fixture(scope="session")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose documents have numbers."""
    folder = tmp_path_factory.mktemp("numbered")
    shop = folder / "shop.toml"
    shop.write_text('[numbers]\nreceipt = "R{number:04}"\ncredit_note = "C{number:04}"\n')
    with serving(folder / "data", ORDERS_RECEIPT=str(shop)) as url:
        yield Server(url, folder / "data")


@pytest.fixture
def quick(numbered: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Orders:
    """The command in this process, which saves its start, with that server's address in its environment."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: str = "", **environment: str) -> Done:
        with monkeypatch.context() as patched:
            for name, value in {"ORDERS_URL": numbered.url, "COLUMNS": "80", **environment}.items():
                patched.setenv(name, value)
            streams = [io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2)]
            patched.setattr(sys, "stdin", io.StringIO(stdin))
            for name, stream in zip(("stdout", "stderr"), streams, strict=True):
                patched.setattr(sys, name, stream)
            stack_in.cache_clear()  # as in a process of its own
            code = app.run([str(each) for each in arguments])
            printed, complained = (_printed(stream) for stream in streams)
        return Done(code, printed.decode(), complained.decode(), printed)

    return call


def _printed(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()
