"""The log as JSON: one object a line, of the server and of its workers."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.support.api import Api
from tests.support.examples import BASKET
from tests.support.servers import clean_environment, command

from orders.api.authority import Authority
from orders.local import logs
from orders.local.folder.folder import DataFolder
from orders.local.logs import Format
from orders.local.server.access import Access, AccessLog
from orders.local.server.keys import KeyRing, id_of


@pytest.fixture
def as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_LOG_FORMAT", "json")


@pytest.mark.parametrize(
    ("options", "setting"),
    [(("--log-format", "json"), {}), ((), {"ORDERS_LOG_FORMAT": "json"})],
    ids=["option", "setting"],
)
def test_every_line_is_an_object_and_stdout_is_empty(tmp_path: Path, options: tuple[str, ...], setting: dict[str, str]):
    shop = KeyRing(DataFolder.open(tmp_path).keys).make(Authority.SHOP, "shop")
    mail = {"ORDERS_SMTP": "smtp://127.0.0.1:1", "ORDERS_SENDER": "Casa Luna <receipts@casaluna.example>"}
    with subprocess.Popen(
        command(tmp_path, "--ask-for-keys", *options),
        env=clean_environment() | setting | mail,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        lines = objects(server)
        started = next(line for line in lines if line["message"].startswith("serving at "))
        api = Api(started["message"].removeprefix("serving at "), shop)
        api.post_order(BASKET)
        api.receipt(BASKET["orderId"])
        access = next(line for line in lines if line.get("route") == "/orders")
        of_a_worker = next(line for line in lines if "mail for order basket-1 deferred" in line["message"])
        server.terminate()
        rest = list(lines)
        assert server.stdout
        assert (server.stdout.read(), server.wait(30)) == ("", 0)

    assert {key: access[key] for key in ("level", "logger", "message", "method", "status", "caller")} == {
        "level": "INFO", "logger": "orders.access", "message": "POST /orders 202",
        "method": "POST", "status": 202, "caller": id_of(shop),
    }  # fmt: skip
    assert 0 < access["ms"] < 20_000
    assert UUID(access["apiRequestId"])
    for line in (started, access, of_a_worker, *rest):
        assert {"time", "level", "logger", "message"} <= line.keys()
        assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
    written = json.dumps([started, access, of_a_worker, *rest], ensure_ascii=False)
    assert not [word for word in ("Zoë", "zoe@", shop) if word in written]


def objects(server: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert server.stderr
    for line in server.stderr:
        yield json.loads(line)


def test_what_keeps_a_server_from_starting_is_an_object_for_each_fault(tmp_path: Path):
    settings = {"ORDERS_PUBLIC_URL": "casaluna.example", "ORDERS_SMTP": "mail.example.com"}
    done = subprocess.run(
        command(tmp_path, "--log-format", "json"), env=clean_environment() | settings, capture_output=True, text=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]

    assert (done.returncode, done.stdout) == (1, "")
    assert [(line["level"], line["message"].split()[0]) for line in lines] == [
        ("ERROR", "ORDERS_PUBLIC_URL"), ("ERROR", "ORDERS_SMTP"),
    ]  # fmt: skip


def test_warnings_of_libraries_and_errors_that_nobody_caught_are_objects_too(tmp_path: Path):
    program = """
import threading, warnings
from orders.local import logs
logs.show_logs()
warnings.warn("of a library")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
raise KeyError("unknown")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=clean_environment() | {"ORDERS_LOG_FORMAT": "json"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    warned, in_thread, last = map(json.loads, done.stderr.splitlines())

    assert "of a library" in warned["message"]
    assert "ZeroDivisionError" in in_thread["exception"]
    assert last["exception"].endswith("KeyError: 'unknown'")


@pytest.mark.usefixtures("as_json")
def test_an_exception_is_one_field_and_no_text_breaks_a_line():
    formatter = logs._JsonLines()
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("orders.x", logging.ERROR, "x.py", 1, "a %s\nb \udc80", ('"q"',), sys.exc_info())
    line = formatter.format(record)

    assert "\n" not in line
    found = json.loads(line)
    assert (found["level"], found["logger"], found["message"]) == ("ERROR", "orders.x", 'a "q"\nb \udc80')
    assert found["exception"].startswith("Traceback ")
    assert found["exception"].endswith("ValueError: two\nlines")


@pytest.mark.usefixtures("as_json")
def test_an_access_without_an_answer_or_a_key_has_null(capfd: pytest.CaptureFixture[str]):
    log = AccessLog()
    log.add(Access(0, "GET", "-", None, 0.00123, "-"))
    log._dropped = 3
    with log.running():
        pass

    first, dropped = map(json.loads, capfd.readouterr().err.splitlines())
    assert first == {
        "time": "1970-01-01T00:00:00.000+00:00", "level": "INFO", "logger": "orders.access", "message": "GET - -",
        "method": "GET", "route": "-", "status": None, "ms": 1.2, "caller": None, "apiRequestId": None,
    }  # fmt: skip
    assert (dropped["level"], dropped["message"]) == ("WARNING", "3 access lines were dropped: stderr was not read")


def test_an_unknown_format_is_refused_by_the_name_of_the_setting(tmp_path: Path):
    environment = clean_environment() | {"ORDERS_LOG_FORMAT": "xml"}
    done = subprocess.run(command(tmp_path), env=environment, capture_output=True, text=True, timeout=100)

    assert done.returncode == 2
    assert "ORDERS_LOG_FORMAT" in done.stderr
    assert "'text', 'json'" in " ".join(done.stderr.split())


def test_processes_that_the_server_starts_write_in_the_same_form(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ORDERS_LOG_FORMAT", raising=False)
    assert logs.chosen() is Format.TEXT
    monkeypatch.setenv("ORDERS_LOG_FORMAT", "text")
    logs.use(Format.JSON)
    assert logs.chosen() is Format.JSON
