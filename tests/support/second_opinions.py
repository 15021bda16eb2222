"""Other programs that answer as AWS does, beside the emulator: moto's server, and dynalite for DynamoDB.

What they are known to do differently from AWS is listed in `tests/contract/disagreements.py`.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support.emulator import SECONDS_TO_START, free_port
from tests.support.examples import ROOT
from tests.support.groups import DYNALITE as GROUP_OF_DYNALITE
from tests.support.groups import EMULATED
from tests.support.groups import MOTO as GROUP_OF_MOTO
from tests.support.servers import clean_environment

NPM = ROOT / "tests" / "second_opinion"
MOTO = ROOT / ".venv" / "moto" / "bin" / "moto_server"
DYNALITE = NPM / "node_modules" / "dynalite" / "cli.js"
HAS_NODE = bool(shutil.which("node")) and DYNALITE.is_file()
needs_node = pytest.mark.skipif(not HAS_NODE, reason="needs Node.js and the packages of tests/second_opinion")


def service(name: str, *others: object) -> list[Any]:
    """The parameters of a fixture that needs this service of AWS: the fixtures in whose programs it is."""
    return [
        pytest.param("emulator", id=name, marks=EMULATED),
        pytest.param("moto", id=f"{name} of moto", marks=GROUP_OF_MOTO),
        *others,
    ]


DYNAMODB = service(
    "DynamoDB", pytest.param("dynalite", id="DynamoDB of dynalite", marks=[GROUP_OF_DYNALITE, needs_node])
)
TRANSACTIONS = service("DynamoDB")
"""Without dynalite, which has none: `tests/contract/disagreements.py`."""
SQS, S3, SES = service("SQS"), service("S3"), service("SES")


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """The address of moto's server until the block ends. It forgets everything then."""
    assert MOTO.exists(), f"{MOTO} is missing: `make test` installs it"
    port = free_port()
    with _running([str(MOTO), "-H", "127.0.0.1", "-p", str(port)], folder / "moto.log", port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def dynalite(folder: Path) -> Iterator[str]:
    """The address of dynalite until the block ends. Its tables are in memory, and there at once."""
    port = free_port()
    command = ["node", str(DYNALITE), "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0"]
    with _running(command, folder / "dynalite.log", port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], log: Path, port: int) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=log.parent, env=clean_environment(), stdout=output, stderr=output)
    try:
        _wait_until_it_listens(process, port)
        yield
    finally:
        process.kill()
        process.wait(timeout=100)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)  # nothing but another try can tell
    raise AssertionError(f"{process.args!r} did not start: see its log in the test's folder")
