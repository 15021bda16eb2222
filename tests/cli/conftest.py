"""A server in a process of its own, and the command in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.command import Done, Orders, Server, run
from tests.support.servers import serving


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
