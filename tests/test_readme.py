"""Every command of the README, run from top to bottom in a fresh copy of the project."""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.examples import ROOT
from tests.support.servers import clean_environment

from orders.api.openapi.real_orders import CAFE, CANADIAN_SHOP, GERMAN_SHOP

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.S)
COMMANDS = [each for block in BLOCKS for each in re.findall(r"(?:'[^']*'|[^'\n])+", block)]
"""Line by line; text in quotes may have several."""


@dataclass(frozen=True)
class Checkout:
    folder: Path
    port: int

    def run(self, command: str) -> str:
        """The command's output; it must succeed. The server's port stands for the README's."""
        done = subprocess.run(
            ["bash", "-c", self.adapted(command)],
            cwd=self.folder,
            env=clean_environment() | {"ORDERS_URL": f"http://127.0.0.1:{self.port}"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def adapted(self, command: str) -> str:
        return command.replace("8000", str(self.port))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A copy without anything that git does not know, in which the README's first command runs."""
    folder = tmp_path_factory.mktemp("fresh") / "orders"
    known = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in known.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=folder, env=clean_environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        assert any(f"127.0.0.1:{port}" in line for line in server.stdout), "make run ended without serving"
        yield Checkout(folder, port)
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_the_first_command_is_make_run():
    assert COMMANDS[0] == "make run"


def test_every_command_after_it_does_what_the_readme_says(checkout: Checkout):
    outputs = {}
    for command in COMMANDS[1:]:
        if "/receipt/12345" in command:
            wait_for_receipt(checkout)
        outputs[command] = checkout.run(command)
    posted, receipt = (json.loads(outputs[command]) for command in COMMANDS[1:3])

    assert posted["status"] == "RECEIVED"
    pdf = subprocess.run(["curl", "-s", receipt["signedReceiptUrl"]], capture_output=True, check=True).stdout
    assert pdf.startswith(b"%PDF-")
    assert (checkout.folder / "receipt-777.pdf").read_bytes().startswith(b"%PDF-")
    again = checkout.run(".venv/bin/orders submit --json examples/orders.jsonl")
    assert json.loads(again)["replayed"] == 200
    assert receipts_made(checkout, 203) == 203, "202 receipts and a credit note"


def receipts_made(checkout: Checkout, expected: int) -> int:
    """How many there are after a while, or as soon as there are as many as expected."""
    end = time.monotonic() + 60
    while (made := len(list((checkout.folder / "data" / "bucket" / "receipts").rglob("*.pdf")))) < expected:
        if time.monotonic() > end:
            break
        time.sleep(0.1)  # nothing but another look can tell
    return made


def wait_for_receipt(checkout: Checkout) -> None:
    """A person takes longer to type the next command than the receipt takes to be made; a test does not."""
    checkout.run(".venv/bin/orders receipt 12345 -o first.pdf")


def test_the_answers_shown_have_the_fields_of_the_real_ones(checkout: Checkout):
    shown = [set(json.loads(block)) for block in re.findall(r"```json\n(.*?)```", README, re.S)]
    posted = checkout.run(COMMANDS[1])
    wait_for_receipt(checkout)
    real = [set(json.loads(answer)) for answer in (posted, checkout.run(COMMANDS[2]))]

    assert shown == real


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"`make ?(\w*)", README))))
def test_every_verb_that_the_readme_names_is_in_the_makefile(verb: str):
    assert subprocess.run(["make", "-n", *verb.split()], cwd=ROOT, capture_output=True).returncode == 0


def test_the_table_of_fields_has_only_fields_of_an_order():
    schema = json.loads((ROOT / "schema" / "order.json").read_text(encoding="utf-8"))
    table = README.partition("## An order")[2].partition("\n## ")[0]
    named = {name for row in re.findall(r"^\| (`.*?) \|", table, re.M) for name in re.findall(r"`(\w+)`", row)}

    assert {"orderId", "customerName", "items", "currency"} <= named <= set(schema["properties"])


def test_the_page_about_orders_leaves_no_field_out():
    schema = json.loads((ROOT / "schema" / "order.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
    parts = [schema, *schema["$defs"].values()]

    assert not [name for part in parts for name in part["properties"] if not re.search(f'[`"]{name}[`"]', page)]


def test_the_example_orders_of_that_page_are_those_of_the_api():
    page = (ROOT / "docs" / "orders.md").read_text(encoding="utf-8")
    shown = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.S)[:3]]

    assert shown == [GERMAN_SHOP, CANADIAN_SHOP, CAFE]


def test_it_is_short():
    assert len(README.splitlines()) <= 120


def test_its_receipt_is_a_picture_that_a_page_can_carry():
    picture = (ROOT / "docs" / "receipt.png").read_bytes()

    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000
