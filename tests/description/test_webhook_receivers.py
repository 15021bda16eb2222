"""The receivers of docs/webhooks.md, the files of examples/webhooks: each gets real deliveries and forged ones.

The Python and the JavaScript receiver run with the `standardwebhooks` package. The library for PHP is on Packagist,
which no tool of this project reads. So the PHP receiver runs here with a stand-in for its library.
"""

import importlib.util
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.deliveries import OTHER_SECRET, SECRET, completed, delivery, post
from tests.support.emulator import free_port
from tests.support.examples import ROOT
from tests.support.second_opinions import NPM
from tests.support.servers import clean_environment

from orders.order.clock import utc_now

EXAMPLES = ROOT / "examples" / "webhooks"
PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
RECEIVERS = {"python": "receiver.py", "js": "receiver.mjs", "php": "receiver.php"}
NODE, PHP = shutil.which("node"), shutil.which("php")
STAND_IN = r"""<?php
namespace StandardWebhooks;
class Webhook {
    function __construct(private string $secret) {}
    function verify($payload, $headers) {
        [$id, $at] = [$headers["webhook-id"] ?? "", $headers["webhook-timestamp"] ?? ""];
        $key = base64_decode(substr($this->secret, strlen("whsec_")));
        $ours = "v1," . base64_encode(hash_hmac("sha256", "$id.$at.$payload", $key, true));
        $is_ours = in_array($ours, explode(" ", $headers["webhook-signature"] ?? ""), true);
        if (!$is_ours || abs(time() - (int) $at) > 300) throw new \Exception("not verified");
        return json_decode($payload, true);
    }
}
"""
"""What the library does, as its page says it (https://packagist.org/packages/standard-webhooks/standard-webhooks)."""

needs_python = pytest.mark.skipif(
    importlib.util.find_spec("standardwebhooks") is None, reason="standardwebhooks is not installed"
)
needs_node = pytest.mark.skipif(
    NODE is None or not (NPM / "node_modules" / "standardwebhooks").is_dir(),
    reason="needs Node.js and the packages of tests/second_opinion",
)
needs_php = pytest.mark.skipif(PHP is None, reason="php is not installed")


@dataclass(frozen=True)
class Running:
    """A receiver that runs, and the file that has what it prints."""

    url: str
    output: Path

    def lines(self) -> list[str]:
        """The lines about events."""
        return [line for line in self.output.read_text().splitlines() if "order." in line or "webhook." in line]


def command(name: str, folder: Path, port: int) -> list[str]:
    """How to start a receiver, with its library in place."""
    program = Path(shutil.copy(EXAMPLES / name, folder))
    if program.suffix == ".mjs":
        (folder / "node_modules").symlink_to(NPM / "node_modules")
        return [str(NODE), str(program)]
    if program.suffix == ".php":
        (folder / "vendor").mkdir()
        (folder / "vendor" / "autoload.php").write_text(STAND_IN)
        return [str(PHP), "-S", f"127.0.0.1:{port}", str(program)]
    return [sys.executable, str(program)]


@contextmanager
def running(name: str, folder: Path) -> Iterator[Running]:
    port, output = free_port(), folder / "output"
    environment = clean_environment() | {"ORDERS_WEBHOOK_SECRET": SECRET, "PORT": str(port), "TMPDIR": str(folder)}
    with output.open("wb") as out:
        process = subprocess.Popen(
            command(name, folder, port), cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            wait_until_it_listens(process, port)
            yield Running(f"http://127.0.0.1:{port}/hooks", output)
        finally:
            process.kill()
            process.wait(timeout=100)


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)  # nothing but another try can tell
    raise AssertionError("the receiver did not start")


@pytest.fixture(
    params=[
        pytest.param("receiver.py", marks=needs_python),
        pytest.param("receiver.mjs", marks=needs_node),
        pytest.param("receiver.php", marks=needs_php),
    ]
)
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    with running(request.param, tmp_path) as started:
        yield started


def test_it_takes_a_delivery_and_shows_the_event_once_however_often_it_comes(receiver: Running):
    event = completed("A-1001")

    assert [post(receiver.url, delivery(event)) for _ in range(2)] == [204, 204]
    assert len(receiver.lines()) == 1
    assert receiver.lines()[0].endswith("order.completed A-1001")


def test_it_takes_a_delivery_that_two_secrets_signed(receiver: Running):
    """As within 24 hours of a rotation."""
    assert post(receiver.url, delivery(completed("A-1001"), secrets=[OTHER_SECRET, SECRET])) == 204


def test_it_refuses_every_forged_delivery_and_still_takes_the_real_one(receiver: Running):
    real = delivery(completed("A-1001"))
    forged = [
        real.with_body(real.body.replace(b"A-1001", b"A-1002")),
        real.with_headers(webhook_id="evt_000000000000002_00000000"),
        real.with_headers(webhook_signature="v1,AAAA"),
        real.with_headers(webhook_signature="nonsense"),
        real.with_headers(webhook_timestamp="now"),
        delivery(completed("A-1001"), secrets=[OTHER_SECRET]),
        delivery(completed("A-1001"), at=utc_now() - timedelta(minutes=6)),
    ]

    assert [post(receiver.url, each) for each in forged] == [400] * len(forged)
    assert receiver.lines() == []
    assert post(receiver.url, real) == 204


@pytest.mark.parametrize(("language", "name"), RECEIVERS.items())
def test_the_page_prints_each_receiver_as_it_is_in_its_file(language: str, name: str):
    printed = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)

    assert (EXAMPLES / name).read_text(encoding="utf-8") in printed


def test_each_receiver_fits_on_a_screen():
    assert all(len((EXAMPLES / name).read_text(encoding="utf-8").splitlines()) <= 25 for name in RECEIVERS.values())
