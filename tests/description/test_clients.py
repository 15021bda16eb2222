"""The README's clients, run as they stand there."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.examples import ROOT
from tests.servers import clean_environment, serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
CLIENTS = {language: re.findall(rf"```{language}\n(.*?)```", README, re.S) for language in ("python", "js")}
NODE = shutil.which("node")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data")) as address:
        yield address


def link_printed_by(command: list[str], server: str) -> str:
    environment = clean_environment() | {"ORDERS_URL": server}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_the_python_client_posts_and_waits_for_the_link(server: str):
    (client,) = CLIENTS["python"]

    assert link_printed_by([sys.executable, "-c", client], server).startswith(f"{server}/files/receipts/")


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_the_javascript_client_posts_and_waits_for_the_link(server: str, tmp_path: Path):
    (client,) = CLIENTS["js"]
    program = tmp_path / "client.mjs"
    program.write_text(client)

    assert link_printed_by([str(NODE), str(program)], server).startswith(f"{server}/files/receipts/")


def test_together_they_have_thirty_lines_at_most():
    (curl,) = (block for block in re.findall(r"```sh\n(.*?)```", README, re.S) if "ORDERS_URL" in block)

    assert sum(len(client.splitlines()) for client in (*CLIENTS["python"], *CLIENTS["js"], curl)) <= 30
