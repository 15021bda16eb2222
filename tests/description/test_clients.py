"""The clients of docs/clients.md, run as they are printed there."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.examples import ROOT
from tests.support.servers import clean_environment, serving

PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
CLIENTS = {
    language: [client for client in re.findall(rf"```{language}\n(.*?)```", PAGE, re.S) if "call(" in client]
    for language in ("python", "js", "sh")
}
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


SHELLS = [shell for shell in ("sh", "bash", "busybox") if shutil.which(shell)]


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the client for shells in one of them, where nothing waits."""
    (tmp_path / "sleep").write_text("#!/bin/sh\n")
    (tmp_path / "sleep").chmod(0o755)
    (client,) = CLIENTS["sh"]

    def run(url: str, shell: str = "sh") -> subprocess.CompletedProcess[str]:
        command = [shell, "sh"] if shell == "busybox" else [shell]
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        environment = clean_environment() | {"ORDERS_URL": url, "PATH": path}
        return subprocess.run([*command, "-c", client], env=environment, capture_output=True, text=True, timeout=60)

    return run


@pytest.mark.parametrize("name", SHELLS)
def test_the_client_for_shells_posts_and_waits_for_the_link(
    server: str, shell: Callable[..., subprocess.CompletedProcess[str]], name: str
):
    done = shell(server, name)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["signedReceiptUrl"].startswith(f"{server}/files/receipts/")


def test_it_needs_no_newer_curl_than_7_68(shell: Callable[..., subprocess.CompletedProcess[str]]):
    (client,) = CLIENTS["sh"]

    assert set(re.findall(r" (--?[a-zA-Z][a-z-]*)\b", client)) <= {"-s", "-m", "-w", "-H", "-d", "-lt"}


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on which the order of another customer has the id of the clients' own, and its receipt."""
    with serving(tmp_path_factory.mktemp("taken")) as address:
        Api(address).post_order({"orderId": "1001", "customerName": "Bob"})
        Api(address).signed_link("1001")
        yield address


def test_it_stops_in_the_servers_words_where_another_order_has_the_id_and_shows_nobodys_link(
    taken: str, shell: Callable[..., subprocess.CompletedProcess[str]]
):
    done = shell(taken)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("HTTP 409 ")
    assert "A different order was accepted with this id." in done.stderr
    assert "/files/" not in done.stderr


@pytest.mark.parametrize("language", ["python", "js"])
def test_the_others_stop_there_with_the_servers_words_too(taken: str, tmp_path: Path, language: str):
    if language == "js" and NODE is None:
        pytest.skip("node is not installed")
    program = tmp_path / ("client.mjs" if language == "js" else "client.py")
    program.write_text(CLIENTS[language][0])
    command = [str(NODE) if language == "js" else sys.executable, str(program)]
    environment = clean_environment() | {"ORDERS_URL": taken}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout) == (1, "")
    assert "409" in done.stderr
    assert "A different order was accepted with this id." in done.stderr
    assert "Traceback" not in done.stderr
    assert "/files/" not in done.stderr


class Scripted(BaseHTTPRequestHandler):
    """Answers with what its server has in store, one after another: a status and a body; no status closes the line."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = self.server.script.pop(0)  # type: ignore[attr-defined]
        if status:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as its base has it

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
        """Nothing."""


@contextmanager
def scripted(*script: tuple[int, bytes]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Scripted) as server:
        server.script = list(script)  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


BUSY, ACCEPTED, PENDING = (503, b'{"detail":"busy"}'), (202, b'{"orderId":"1001"}'), (202, b'{"status":"RECEIVED"}')
LINK = b'{"signedReceiptUrl":"https://shop.example/a\\u002db"}'


def test_it_goes_on_through_an_outage_and_prints_the_link_alone(shell: Callable[..., subprocess.CompletedProcess[str]]):
    with scripted(BUSY, (0, b""), BUSY, ACCEPTED, PENDING, BUSY, PENDING, (429, b"{}"), (200, LINK)) as url:
        done = shell(url)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{LINK.decode()}\n", "")


@pytest.mark.parametrize(
    "script",
    [
        [(403, b'{"detail":"no key"}')],
        [ACCEPTED, (410, b'{"detail":"no key"}')],
        [*[BUSY] * 89, (503, b'{"detail":"no key"}')],
    ],
)
def test_it_stops_with_the_servers_words_whatever_they_are(
    shell: Callable[..., subprocess.CompletedProcess[str]], script: list[tuple[int, bytes]]
):
    with scripted(*script) as url:
        done = shell(url)

    assert (done.returncode, done.stdout) == (1, "")
    assert "no key" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_it_stops_where_nobody_answers(shell: Callable[..., subprocess.CompletedProcess[str]]):
    with socket.socket() as nobody:  # who holds the port, and does not listen
        nobody.bind(("127.0.0.1", 0))
        done = shell(f"http://127.0.0.1:{nobody.getsockname()[1]}")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("HTTP 000")


def test_each_fits_on_a_screen():
    assert all(len(client.splitlines()) <= 30 for (client,) in CLIENTS.values())


def test_the_order_with_items_is_accepted_and_the_problem_is_the_servers(server: str):
    order, problem = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.S))
    first, *others = order["items"]
    wrong = order | {"customerName": " ", "items": [first | {"unitPrice": "7,50"}, *others]}

    assert Api(server).post_order(order).status == 202
    assert Api(server).post_order(wrong).body == problem


def test_the_refund_and_the_correction_are_accepted_as_they_are_printed(server: str):
    (order, _), api = re.findall(r"```json\n(.*?)```", PAGE, re.S), Api(server)
    api.post(order.encode())
    api.signed_link("1002")
    commands = [block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) if block.startswith("curl ")]
    environment = clean_environment() | {"ORDERS_URL": server, "ORDERS_API_KEY": ""}
    refund, correction, shown = (
        json.loads(subprocess.run(["sh", "-c", each], env=environment, capture_output=True, check=True).stdout)
        for each in commands
    )

    assert (refund["status"], correction["status"]) == ("RECEIVED", "RECEIVED")
    assert (shown["settlement"], shown["refunded"]["total"]) == ("PARTLY_REFUNDED", "9.00")
    assert [each["id"] for each in shown["documents"]] == ["1002", "r-1", "c-1"]
