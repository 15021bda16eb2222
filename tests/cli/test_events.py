"""`orders events`: the feed of a real server, read once, and followed over a restart."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.support.command import Orders, Server
from tests.support.servers import address_of, clean_environment, serving, start

from orders.cli import event_lines
from orders.order.event import TEST, EventType


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with nothing but the orders of this module."""
    data = tmp_path_factory.mktemp("events") / "data"
    with serving(data) as url:
        yield Server(url, data)


@pytest.fixture
def orders(quick: Orders) -> Orders:
    """The server has two completed orders before the first command."""
    for order_id in ("e-1", "e-2"):
        quick("submit", "--id", order_id, "--name", "Zoë Ångström", "--email", "zoe@example.com")
        assert quick("receipt", order_id, "-o", "made.pdf").code == 0
    return quick


def types(part: Any) -> list[str]:
    return [event["type"] for event in part["events"]]


def test_each_event_has_a_line_and_nothing_personal_is_in_it(orders: Orders):
    done = orders("events")

    lines = [line for line in done.stdout.splitlines() if "e-1" in line]
    assert (done.code, done.stderr) == (0, "")
    assert [line.split()[2] for line in lines] == ["order.received", "order.completed"]
    assert all(line.split()[3].startswith("evt_") and line.endswith("  e-1") for line in lines)
    assert max(map(cell_len, done.stdout.splitlines())) <= 80
    assert "Zoë" not in done.stdout + orders("events", "--json").stdout


def test_the_id_of_an_event_is_the_cursor_of_what_follows(orders: Orders):
    everything = orders("events", "--json").json()["events"]
    first = orders("events", "--json", "--limit", "1").json()
    rest = orders("events", "--json", "--after", first["cursor"]).json()

    assert (first["hasMore"], rest["hasMore"]) == (True, False)
    assert first["events"] + rest["events"] == everything
    assert f"orders events --after {first['cursor']}" in orders("events", "--limit", "1").stdout
    assert orders("events", "--after", rest["cursor"]).stdout == "There are no such events.\n"


def test_only_some_types_are_shown(orders: Orders):
    found = orders("events", "--json", "--types", "order.completed,mail.sent", "--limit", "1").json()

    assert set(types(found)) == {"order.completed"}


@pytest.mark.parametrize("options", [["--types", "order.eaten"], ["--after", "yesterday"], ["--after", "evt_9_9"]])
@pytest.mark.parametrize("follow", [[], ["--follow"]])
def test_a_mistake_is_explained_by_the_server(orders: Orders, options: list[str], follow: list[str]):
    done = orders("events", *options, *follow)

    assert (done.code, done.stdout) == (1, "")
    assert options[0].removeprefix("--") in done.stderr


def test_a_cursor_that_the_feed_no_longer_has_ends_the_command_with_the_servers_words(orders: Orders):
    done = orders("events", "--after", "evt_000000000000001_00000000", "--follow")

    assert (done.code, done.stdout) == (1, "")
    assert done.stderr.startswith("orders: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("follow", [[], ["--follow"]])
def test_without_a_server_the_command_says_so_at_once(quick: Orders, follow: list[str]):
    done = quick("events", *follow, ORDERS_URL="http://127.0.0.1:9")

    assert done.code == 4
    assert "No server answers" in done.stderr


def test_with_a_limit_following_ends(orders: Orders):
    done = orders("events", "--follow", "--json", "--limit", "2")

    assert [json.loads(line)["type"] for line in done.stdout.splitlines()] == ["order.received", "order.completed"]


def following(url: str, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "orders", "events", "--follow", "--json", *options],
        env=clean_environment() | {"ORDERS_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def next_event(process: subprocess.Popen[str]) -> Any:
    assert process.stdout
    return json.loads(process.stdout.readline())


def test_following_goes_on_after_the_server_was_killed_and_shows_each_event_once(quick: Orders, tmp_path: Path):
    data = tmp_path / "data"
    server = start(data)
    url = address_of(server)
    quick("submit", "--id", "before", "--name", "Ann", ORDERS_URL=url)
    reader = following(url, "--types", "order.completed")
    try:
        assert next_event(reader)["data"]["orderId"] == "before"
        os.kill(server.pid, signal.SIGKILL)
        server.communicate(timeout=100)
        assert reader.stderr
        assert "Waiting for it." in reader.stderr.readline()

        server = start(data, "--port", url.rpartition(":")[2])
        assert address_of(server) == url
        quick("submit", "--id", "after", "--name", "Ann", ORDERS_URL=url)
        assert next_event(reader)["data"]["orderId"] == "after"

        reader.send_signal(signal.SIGINT)
        rest, complaints = reader.communicate(timeout=100)
        assert (reader.returncode, rest, complaints) == (130, "", "")
    finally:
        reader.kill()
        reader.communicate(timeout=100)
        server.terminate()
        server.communicate(timeout=100)


def test_a_long_id_has_a_line_of_its_own():
    event = {"type": "order.completed", "timestamp": "2026-11-25T20:14:04.120Z", "id": f"evt_{1:015}_00000000"}
    short, long = (event_lines.line_of(event | {"data": {"orderId": each}}, 80).plain for each in ("1", "o" * 64))

    assert short.endswith("_00000000  1")
    assert long.splitlines()[1].strip() == "o" * 64
    assert max(map(cell_len, [short, *long.splitlines()])) <= 80


def test_an_event_about_a_document_names_it_and_the_copy_of_a_receipt():
    event = {"type": "mail.sent", "timestamp": "2026-11-25T20:14:04.120Z", "id": "evt_1"}
    data = {"orderId": "1", "document": {"kind": "credit-note", "id": "r-1"}, "mail": {"to": "copy", "number": 1}}

    assert event_lines.line_of(event | {"data": data}, 80).plain.endswith("evt_1  1/refunds/r-1 (copy)")


def test_the_column_of_types_is_as_wide_as_the_longest_type():
    assert max(len(each) for each in (*EventType, TEST)) == event_lines.WIDTH_OF_TYPES
