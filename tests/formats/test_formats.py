"""Data folders that earlier versions wrote, served by this one: nothing is lost, changed or sent twice."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.formats.folders import CUSTOMERS, FOLDERS, ORDERS, Recorded
from tests.local.starts import refusal
from tests.support.api import Api
from tests.support.command import run
from tests.support.mail_server import mail_server
from tests.support.proof import hashes_of_files, wait_until_all_are_completed
from tests.support.servers import serving

from orders.local.sqlite.formats import FORMAT

SECONDS_TO_SEND = 30


@dataclass(frozen=True)
class Upgraded:
    """A recorded folder that this version serves: all orders are completed, and all mails that may leave have left."""

    recorded: Recorded
    data: Path
    api: Api
    mailed: list[str]
    """The recipients."""

    def is_copy(self) -> bool:
        """Since format 6 a folder knows its place, and a test can't unpack it in the place where it was recorded."""
        return self.recorded.format >= 6


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda recorded: recorded.name)
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    data = request.param.unpack(tmp_path_factory.mktemp("upgraded"))
    sender = {"ORDERS_SENDER": "Casa Luna <receipts@casaluna.example>"}
    with mail_server() as mails, serving(data, ORDERS_SMTP=f"smtp://127.0.0.1:{mails.port}", **sender) as address:
        api = Api(address)
        wait_until_all_are_completed(api)
        wait_until_no_mail_waits(api)
        yield Upgraded(request.param, data, api, [mail.recipient for mail in mails.taken])


def wait_until_no_mail_waits(api: Api) -> None:
    end = time.monotonic() + SECONDS_TO_SEND
    while mails_of(api) & {"WAITING", "SENDING"}:
        assert time.monotonic() < end, mails_of(api)
        time.sleep(0.02)  # nothing but another request can tell


def mails_of(api: Api) -> set[str | None]:
    return {order["mail"] for order in api.get("/operations/orders").body["orders"]}


def test_every_order_is_there_in_its_state_and_those_that_waited_are_completed(upgraded: Upgraded):
    for order_id, told in upgraded.recorded.ledger().items():
        shown = upgraded.api.get(f"/orders/{order_id}").body
        assert shown["order"] == ORDERS[order_id]
        assert shown["status"] == ("COMPLETED" if told["status"] == "RECEIVED" else told["status"])
        assert shown["history"][0]["what"] == "received"
        assert (order_id == "failed") == (shown["lastError"] == "no ink")


def test_a_receipt_that_was_issued_has_the_same_bytes_and_the_links_of_that_time_lead_to_one(upgraded: Upgraded):
    issued = {name: told["sha256"] for name, told in upgraded.recorded.ledger().items() if "sha256" in told}

    assert {name: hashlib.sha256(upgraded.api.receipt(name)).hexdigest() for name in issued} == issued
    for order_id, told in upgraded.recorded.ledger().items():
        expected = {"FAILED": 409, "CANCELLED": 410}.get(told["status"], 303)
        assert upgraded.api.get(told["path"]).status == expected, order_id


def test_posting_an_old_order_again_is_a_replay(upgraded: Upgraded):
    for order_id in upgraded.recorded.ledger():
        reply = upgraded.api.post_order(ORDERS[order_id])
        assert (reply.status, reply.headers["Idempotent-Replayed"]) == (202, "true")
        changed = ORDERS[order_id] | {"customerName": "Mallory"}
        assert upgraded.api.post_order(changed).problem == "order-conflict"


def test_search_finds_old_orders_by_name_and_address(upgraded: Upgraded):
    for order_id in upgraded.recorded.ledger():
        for text in (CUSTOMERS[order_id].upper(), ORDERS[order_id].get("customerEmail", order_id)):
            found = upgraded.api.get("/operations/orders", Orders_Search=quote(text)).body
            assert [order["orderId"] for order in found["orders"]] == [order_id], text


def test_the_counts_are_those_of_the_orders(upgraded: Upgraded):
    statuses = [order["status"] for order in upgraded.api.get("/operations/orders").body["orders"]]
    counted = upgraded.api.get("/operations/summary").body["orders"]

    assert {status: number for status, number in counted.items() if number} == {
        status: statuses.count(status) for status in statuses
    }


def test_a_mail_is_sent_if_it_never_was_and_no_mail_is_sent_twice(upgraded: Upgraded):
    """Versions without mail requested none: their customers hear only of receipts that are made from now on."""
    ledger = upgraded.recorded.ledger()
    new = [name for name, told in ledger.items() if told["status"] == "RECEIVED" or told["mail"] == "WAITING"]
    shown = {name: upgraded.api.get(f"/orders/{name}").body["mail"] for name in ledger}

    if upgraded.is_copy():
        assert upgraded.mailed == []
        held = {name for name, mail in shown.items() if mail and mail["status"] == "HELD"}
        assert held == {"kept", "failed", *new}  # a failed order would get its mail after a retry
    else:
        assert sorted(upgraded.mailed) == sorted(f"{name}@example.com" for name in new)
        assert {name for name, mail in shown.items() if mail and mail["status"] == "OUTBOX"} == set(ledger) & {"kept"}


def test_an_order_that_was_completed_long_ago_can_be_refunded(upgraded: Upgraded):
    """What the others find before and after this is the same: a credit note is in no list and no count of orders."""
    counted = upgraded.api.get("/operations/summary").body["orders"]
    body = json.dumps({"refundId": "r-1", "lines": [{"item": 1, "quantity": "1"}]})
    posted = upgraded.api.request("POST", "/orders/completed/refunds", body, Content_Type="application/json")
    assert posted.status == 202, posted
    note = upgraded.api.receipt("completed/refunds/r-1")
    shown = upgraded.api.get("/orders/completed").body

    assert note.startswith(b"%PDF-")
    assert (shown["settlement"], shown["refunded"]["total"]) == ("PARTLY_REFUNDED", "9.00")
    assert [document["kind"] for document in shown["documents"]] == ["receipt", "credit-note"]
    assert upgraded.api.get("/operations/summary").body["orders"] == counted


def test_a_check_finds_nothing_missing_or_damaged(upgraded: Upgraded):
    done = run(("check", "--data", upgraded.data), "", {}, upgraded.data.parent)

    assert (done.code, done.stdout.splitlines()[-1]) == (0, "Nothing is missing or damaged.")


def test_a_folder_of_each_format_is_here():
    """A new format needs a folder of the last version that wrote the format before: see `record.py`."""
    assert {recorded.format for recorded in FOLDERS} == set(range(1, FORMAT + 1))


def test_a_folder_of_a_newer_version_is_refused_and_stays_as_it_is(tmp_path: Path):
    data = FOLDERS[-1].unpack(tmp_path)
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    before = hashes_of_files(data)

    assert f"made by a newer version of this program (format {FORMAT + 1}, this version reads {FORMAT})" in refusal(
        data
    )
    assert hashes_of_files(data).items() >= before.items()
    assert (data / "orders.db-wal").read_bytes() == b""  # SQLite makes one wherever it reads
