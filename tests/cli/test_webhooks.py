"""`orders webhooks` with a real server, and with `orders webhooks listen` as the receiver of real deliveries."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.support.command import Done, Orders, Server
from tests.support.deliveries import OTHER_SECRET, SECRET, completed, delivery, post
from tests.support.receivers import Receiver, closed_port, receiving
from tests.support.servers import clean_environment, serving

from orders.order.clock import utc_now


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("webhooks") / "data"
    with serving(data) as url:
        yield Server(url, data)


@pytest.fixture
def orders(quick: Orders) -> Iterator[Orders]:
    """The server has no endpoint afterwards."""
    yield quick
    for endpoint in quick("webhooks", "list", "--json").json()["webhooks"]:
        assert quick("webhooks", "remove", endpoint["id"]).code == 0


def added(orders: Orders, url: str, *options: str) -> tuple[str, str]:
    """The id and the secret of a new endpoint."""
    endpoint = orders("webhooks", "add", url, *options, "--json").json()
    return endpoint["id"], endpoint["secret"]


@contextmanager
def listening(secret: str, *options: str, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`orders webhooks listen`, and its address. The secret comes by standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "orders", "webhooks", "listen", "--port", str(port), *options],
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdin
        assert process.stderr
        process.stdin.write(f"{secret}\n")
        process.stdin.close()
        process.stdin = None
        yield process, process.stderr.readline().split()[2].rstrip(".")
    finally:
        process.kill()
        process.communicate(timeout=100)


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """What it printed after Ctrl-C, and its exit code."""
    process.send_signal(signal.SIGINT)
    printed, complaints = process.communicate(timeout=100)
    return process.returncode, printed, complaints


def narrow(done: Done) -> bool:
    return max(map(cell_len, done.stdout.splitlines())) <= 80


def test_an_endpoint_is_added_listed_changed_and_removed_and_its_secret_is_shown_once(orders: Orders):
    shown = orders("webhooks", "add", "https://shop.example/hooks", "--type", "order.completed", "--description", "ERP")
    assert (shown.code, shown.stderr) == (0, "")
    assert "whsec_" in shown.stdout
    assert "can't be shown again" in shown.stdout

    listed = orders("webhooks", "list")
    assert "whsec_" not in listed.stdout
    assert "ERP" in listed.stdout
    assert narrow(listed)
    endpoint_id = listed.stdout.split()[1]
    edited = orders("webhooks", "edit", endpoint_id, "--to", "https://other.example/", "--all-types")
    assert "https://other.example/" in edited.stdout
    assert "all" in edited.stdout
    assert orders("webhooks", "disable", endpoint_id).stdout.startswith("DISABLED")
    assert orders("webhooks", "enable", endpoint_id, "--skip-missed").stdout.startswith("ENABLED")
    assert "whsec_" not in orders("webhooks", "show", endpoint_id).stdout
    assert orders("webhooks", "remove", endpoint_id).stdout == f"Endpoint {endpoint_id} is removed.\n"
    assert "There are no webhook endpoints" in orders("webhooks", "list").stdout


@pytest.mark.parametrize("unknown", ["we_nobody", "..", "a/b", ""])
@pytest.mark.parametrize("command", ["show", "disable", "rotate", "test", "deliveries", "remove"])
def test_an_unknown_endpoint_is_said_to_be_unknown(orders: Orders, command: str, unknown: str):
    done = orders("webhooks", command, unknown)

    assert (done.code, done.stdout) == (1, "")
    assert "`orders webhooks list` shows all endpoints" in done.stderr


@pytest.mark.parametrize("url", ["http://shop.example/", "https://169.254.169.254/", "https://user:pw@shop.example/"])
def test_an_address_inside_is_refused_in_the_servers_words(orders: Orders, url: str):
    done = orders("webhooks", "add", url)

    assert (done.code, done.stdout) == (1, "")
    assert "url" in done.stderr


@pytest.mark.parametrize(
    "command",
    [["edit", "we_1"], ["edit", "we_1", "--type", "order.completed", "--all-types"], ["replay", "we_1"],
     ["replay", "we_1", "--event", "evt_1", "--from", "2026-11-25T20:00:00Z"], ["replay", "we_1", "--to", "now"]],
)  # fmt: skip
def test_a_mistake_in_the_options_is_explained(orders: Orders, command: list[str]):
    assert orders("webhooks", *command).code == 2


def test_listen_prints_the_events_of_an_order_and_the_outcome_is_seen(orders: Orders):
    port = closed_port()
    endpoint_id, secret = added(orders, f"http://127.0.0.1:{port}/hooks")
    with listening(secret, port=port) as (receiver, _):
        tested = orders("webhooks", "test", endpoint_id)
        assert (tested.code, tested.stderr) == (0, "")
        assert "HTTP 204" in tested.stdout
        assert receiver.stdout
        assert "webhook.test" in receiver.stdout.readline()

        orders("submit", "--id", "heard", "--name", "Zoë")
        lines = [receiver.stdout.readline() for _ in range(2)]
        assert {line.split()[2] for line in lines} == {"order.received", "order.completed"}
        assert all(line.endswith("  heard\n") for line in lines)

        event_id = lines[0].split()[3]
        replayed = orders("webhooks", "replay", endpoint_id, "--event", event_id)
        assert replayed.stdout.startswith("The event will be sent again.")
        assert receiver.stderr
        assert receiver.stderr.readline() == f"orders: {event_id} was delivered again.\n"
        while orders("webhooks", "deliveries", endpoint_id, event_id, "--json").json()["status"] == "PENDING":
            pass  # each look is a call of the server
        assert ended(receiver) == (0, "", "")

    listed, one = orders("webhooks", "deliveries", endpoint_id), orders("webhooks", "deliveries", endpoint_id, event_id)
    assert event_id in listed.stdout
    assert narrow(listed)
    assert "webhook-signature: v1," in one.stdout
    assert (
        orders("webhooks", "deliveries", endpoint_id, "--status", "failed").stdout == "There are no such deliveries.\n"
    )


def test_a_test_that_is_not_taken_ends_with_exit_code_1_and_shows_the_answer(orders: Orders):
    with receiving(receiver := Receiver(status=500)):
        endpoint_id, _ = added(orders, receiver.url)
        done = orders("webhooks", "test", endpoint_id)

    assert done.code == 1
    assert done.stdout.startswith("FAILED")
    assert "HTTP 500" in done.stdout
    assert done.stderr == "orders: The endpoint did not accept the event.\n"


def test_a_disabled_endpoint_is_not_tested(orders: Orders):
    endpoint_id, _ = added(orders, "https://shop.example/hooks")
    orders("webhooks", "disable", endpoint_id)
    done = orders("webhooks", "test", endpoint_id)

    assert (done.code, done.stdout) == (1, "")
    assert "disabled" in done.stderr


def test_listen_refuses_what_the_secret_did_not_sign_and_shows_each_event_once():
    event = completed("A-1001")
    real = delivery(event)
    forged = [
        real.with_body(real.body.replace(b"A-1001", b"A-1002")),
        real.with_headers(webhook_signature="v1,AAAA"),
        delivery(event, secrets=[OTHER_SECRET]),
        delivery(event, at=utc_now() - timedelta(minutes=6)),
    ]
    with listening(SECRET, "--json") as (receiver, url):
        statuses = [post(url, each) for each in (*forged, real, delivery(event, secrets=[OTHER_SECRET, SECRET]))]
        code, printed, complaints = ended(receiver)

    assert statuses == [400, 400, 400, 400, 204, 204]
    assert (code, printed.count("\n"), printed.count("A-1001")) == (0, 1, 1)
    assert complaints.count("refused a request") == 4
    assert f"{event.id} was delivered again" in complaints


@pytest.mark.parametrize("secret", ["", "whsec_short", "secret"])
def test_listen_needs_a_secret(quick: Orders, secret: str):
    done = quick("webhooks", "listen", "--port", "0", stdin=f"{secret}\n")

    assert (done.code, done.stdout) == (2, "")
    assert "secret" in done.stderr


def test_the_secret_may_be_in_a_file(quick: Orders, tmp_path: Path):
    (tmp_path / "secret").write_text("whsec_short\n")
    done = quick("webhooks", "listen", ORDERS_WEBHOOK_SECRET_FILE=str(tmp_path / "secret"))

    assert (done.code, "begins with whsec_" in done.stderr) == (2, True)
