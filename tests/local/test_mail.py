"""Mail by a real server on one machine: into the outbox, by SMTP, and over an outage of the mail server."""

import email
import email.policy
import hashlib
import re
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tests.local.wall_clock import WallClock
from tests.support import extent
from tests.support.api import Api
from tests.support.command import Done
from tests.support.command import run as run_command
from tests.support.examples import BASKET
from tests.support.mail_server import mail_server
from tests.support.servers import serving, start

from orders.cli import main

ORDERS = 1_000 if extent.ALL else 300
SENDER = {"ORDERS_SENDER": "Casa Luna <receipts@casaluna.example>"}
A_QUARTER_OF_AN_HOUR = timedelta(minutes=15)
"""The longest pause between two attempts; what is put off in the very moment the clock moves waits for one more."""
SECONDS_TO_A_SWEEP = 100


def basket(number: int) -> dict[str, Any]:
    return BASKET | {"orderId": f"o{number}", "customerEmail": f"customer{number}@example.com"}


def awaited(done: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.2)  # nothing but another look can tell
    return done()


def parsed(content: bytes) -> EmailMessage:
    parse: Callable[..., EmailMessage] = email.message_from_bytes
    return parse(content, policy=email.policy.default)


def attached(message: EmailMessage) -> bytes:
    (part,) = message.iter_attachments()
    content: bytes = part.get_content()
    return content


def test_a_mail_is_in_the_outbox_moments_after_its_order_with_the_stored_receipt_and_the_stable_link(tmp_path: Path):
    with serving(tmp_path) as address:
        api = Api(address)
        link = api.post_order(basket(1)).body["receiptUrl"]
        assert awaited(lambda: bool(list(tmp_path.glob("outbox/*.eml"))), 20)  # long before any sweep
        (file,) = tmp_path.glob("outbox/*.eml")
        message, stored = parsed(file.read_bytes()), api.receipt("o1")

    assert not message.defects
    assert attached(message) == stored
    for part in (message.get_body(("plain",)), message.get_body(("html",))):
        assert part
        assert link in part.get_content()
        assert "signature=" not in part.get_content()


def test_the_outbox_is_listed_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str], run: Callable[..., str]):
    with serving(tmp_path) as address:
        Api(address).post_order(basket(1))
        assert awaited(lambda: bool(list(tmp_path.glob("outbox/*.eml"))), 20)

    assert "customer1@example.com" in run("outbox", "--data", str(tmp_path))
    shown = run("outbox", "show", "o1", "--data", str(tmp_path))
    assert "Subject   Your receipt for order o1" in shown
    assert "receipt-o1.pdf" in shown
    assert "Hello Zoë Ångström," in shown


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["orders", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    return run


def test_a_mail_that_is_only_kept_is_shown_as_kept_everywhere(tmp_path: Path):
    process = start(tmp_path / "data")
    assert process.stdout
    shown = next(line for line in process.stdout if "mail " in line)
    assert f"mail  kept in {tmp_path / 'data' / 'outbox'} because ORDERS_SMTP is not set" in shown
    api = Api(address_of_docs(process))
    api.post_order(basket(1))
    assert awaited(lambda: bool(mail_of(api, 1)) and mail_of(api, 1)["status"] == "OUTBOX", 20)
    status = command(tmp_path, "status", "o1", "--url", api.url).stdout

    assert "OUTBOX (not sent): no mail server is set" in status
    assert "mail kept in the outbox, not sent" in status
    assert api.get("/operations/orders").body["orders"][0]["mail"] == "OUTBOX"
    process.terminate()
    process.communicate()


def address_of_docs(process: "subprocess.Popen[str]") -> str:
    """From a line after the one that was read."""
    assert process.stdout
    return next(match[1] for line in process.stdout if (match := re.search(r"docs +(http://[\d.]+:\d+)/", line)))


def command(folder: Path, *words: str, **environment: str) -> Done:
    return run_command(words, "", environment, folder)


def test_kept_mails_are_sent_once_each_by_any_number_of_commands_beside_the_server(tmp_path: Path):
    orders = 12
    with serving(tmp_path / "data") as address, mail_server() as server:
        api = Api(address)
        for number in range(orders):
            api.post_order(basket(number))
        assert awaited(lambda: len(list(tmp_path.glob("data/outbox/*.eml"))) == orders, 20)
        assert awaited(lambda: all(mail_of(api, number)["status"] == "OUTBOX" for number in range(orders)), 20)
        smtp = {"ORDERS_SMTP": f"smtp://127.0.0.1:{server.port}"} | SENDER
        one = command(tmp_path, "outbox", "send", "o3", "--data", "data", **smtp)
        with ThreadPoolExecutor(3) as threads:
            all_of_them = list(
                threads.map(lambda _: command(tmp_path, "outbox", "send", "--data", "data", **smtp), range(3))
            )
        status = {mail_of(api, number)["status"] for number in range(orders)}

    assert (one.code, one.stdout.split()) == (0, ["1", "sent"])
    assert {done.code for done in all_of_them} <= {0, 1}  # one may find that another is just sending
    assert sorted(taken.recipient for taken in server.taken) == sorted(
        basket(number)["customerEmail"] for number in range(orders)
    )
    assert {taken.sender for taken in server.taken} == {"receipts@casaluna.example"}
    assert status == {"SENT"}
    assert list(tmp_path.glob("data/outbox/*.eml")) == []
    assert len(list(tmp_path.glob("data/outbox/sent/*.eml"))) == orders


def test_a_copy_is_kept_and_sent_as_a_mail_is(tmp_path: Path):
    """Of an order whose customer left no address: the copy is its only message."""
    (tmp_path / "shop.toml").write_text('copy_to = "accounts@casaluna.example"')
    with (
        serving(tmp_path / "data", ORDERS_RECEIPT=str(tmp_path / "shop.toml")) as address,
        mail_server() as server,
    ):
        api = Api(address)
        api.post_order({"orderId": "o1", "customerName": "Alice"})
        assert awaited(lambda: (copy_of(api) or {}).get("status") == "OUTBOX", 20)
        kept = list(tmp_path.glob("data/outbox/*-copy.eml"))
        settings = {"ORDERS_SMTP": f"smtp://127.0.0.1:{server.port}", "ORDERS_RECEIPT": str(tmp_path / "shop.toml")}
        sent = command(tmp_path, "outbox", "send", "o1", "--data", "data", **settings, **SENDER)
        after = copy_of(api)

    assert len(kept) == 1
    assert (sent.code, sent.stdout.split(), sent.stderr) == (0, ["1", "sent"], "")
    assert [taken.recipient for taken in server.taken] == ["accounts@casaluna.example"]
    assert after
    assert after["status"] == "SENT"
    assert list(tmp_path.glob("data/outbox/*.eml")) == []
    assert [path.name for path in tmp_path.glob("data/outbox/sent/*.eml")] == [kept[0].name]


def copy_of(api: Api) -> dict[str, Any] | None:
    copy: dict[str, Any] | None = api.get("/operations/orders/o1").body["copy"]
    return copy


def test_kept_mails_stay_kept_where_they_can_not_be_sent(tmp_path: Path):
    with serving(tmp_path / "data") as address:
        api = Api(address)
        api.post_order(basket(1))
        assert awaited(lambda: bool(mail_of(api, 1)) and mail_of(api, 1)["status"] == "OUTBOX", 20)
        no_server = command(tmp_path, "outbox", "send", "--data", "data")
        no_sender = command(tmp_path, "outbox", "send", "--data", "data", ORDERS_SMTP="smtp://127.0.0.1:9")
        down = command(tmp_path, "outbox", "send", "--data", "data", ORDERS_SMTP="smtp://127.0.0.1:9", **SENDER)
        unknown = command(
            tmp_path, "outbox", "send", "o2", "--data", "data", ORDERS_SMTP="smtp://127.0.0.1:9", **SENDER
        )

        assert (no_server.code, "ORDERS_SMTP is not set. Set it to the mail server" in no_server.stderr) == (2, True)
        assert (no_sender.code, "ORDERS_SMTP needs a sender" in no_sender.stderr) == (2, True)
        assert (down.code, down.stdout.split()) == (1, ["1", "still", "kept"])
        assert "Connection refused" in down.stderr
        assert (unknown.code, "No e-mail about this order is kept in the outbox" in unknown.stderr) == (1, True)
        assert mail_of(api, 1)["status"] == "OUTBOX"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"ORDERS_SMTP": "mail.example.com"}, "smtp://user:password@"),
        ({"ORDERS_SMTP": "smtp://mail.example.com"}, "ORDERS_SENDER"),
    ],
)
def test_a_server_that_could_not_send_mail_does_not_start(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], given: dict[str, str], complaint: str
):
    process = start(tmp_path, **given)

    assert process.wait(30) == 1
    assert complaint in " ".join(capfd.readouterr().err.split())
    process.communicate()


def test_all_orders_are_completed_while_the_mail_server_is_down_and_their_mails_sent_after_it_returns(
    tmp_path: Path, clock: WallClock
):
    with socket.socket() as nobody:  # who holds the port, and does not listen
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        down = {"ORDERS_SMTP": f"smtp://127.0.0.1:{port}"} | SENDER | clock.environment
        with serving(tmp_path / "data", **down) as address:
            api = Api(address)
            for number in range(ORDERS):
                assert api.post_order(basket(number)).status == 202
            assert awaited(lambda: counted(api)["COMPLETED"] == ORDERS, 60)
            assert awaited(lambda: all(is_put_off(mail_of(api, number)) for number in range(ORDERS)), 60)
            nobody.close()
            with mail_server(port) as server:
                for quarters in (1, 2):
                    clock.move(quarters * A_QUARTER_OF_AN_HOUR)
                    if awaited(lambda: len(server.taken) >= ORDERS, SECONDS_TO_A_SWEEP):
                        break
                assert awaited(lambda: mail_of(api, ORDERS - 1)["status"] == "SENT", 20)
            taken = [(message.recipient, hashlib.sha256(attached(parsed(message.content)))) for message in server.taken]
            stored = {number: api.get(f"/operations/orders/o{number}").body["receipt"] for number in range(ORDERS)}

    assert {recipient: pdf.hexdigest() for recipient, pdf in taken} == {
        basket(number)["customerEmail"]: receipt["sha256"] for number, receipt in stored.items()
    }
    assert len(taken) == ORDERS


def test_one_address_is_sent_so_many_mails_an_hour_also_after_a_new_start(tmp_path: Path):
    flooded = [basket(number) | {"customerEmail": f"Alice+{number}@example.com"} for number in range(6)]
    with mail_server() as server:
        settings = SENDER | {"ORDERS_SMTP": f"smtp://127.0.0.1:{server.port}", "ORDERS_MAILS_PER_HOUR": "3"}
        with serving(tmp_path, **settings) as address:
            api = Api(address)
            for order in flooded[:5]:
                api.post_order(order)
            assert awaited(lambda: all(is_settled(mail_of(api, number)) for number in range(5)), 20)
        with serving(tmp_path, **settings) as address:
            api = Api(address)
            api.post_order(flooded[5])
            assert awaited(lambda: is_settled(mail_of(api, 5)), 20)
            mails = [mail_of(api, number) for number in range(6)]

    assert len(server.taken) == 3
    assert Counter(mail["status"] for mail in mails) == {"SENT": 3, "WAITING": 3}
    assert all("got 3 mails within the hour" in mail["reason"] for mail in mails if mail["status"] == "WAITING")


def test_what_is_only_kept_in_the_outbox_is_not_limited(tmp_path: Path):
    with serving(tmp_path, ORDERS_MAILS_PER_HOUR="1") as address:
        for number in range(3):
            Api(address).post_order(basket(number) | {"customerEmail": "alice@example.com"})
        assert awaited(lambda: len(list(tmp_path.glob("outbox/*.eml"))) == 3, 20)


@pytest.mark.parametrize("number", ["0", "many"])
def test_a_server_that_can_not_tell_how_many_does_not_start(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], number: str
):
    process = start(tmp_path, ORDERS_MAILS_PER_HOUR=number)

    assert process.wait(30) == 1
    assert "ORDERS_MAILS_PER_HOUR must be a whole number from 1 to 100" in capfd.readouterr().err.replace("\n", " ")
    process.communicate()


def counted(api: Api) -> dict[str, int]:
    orders: dict[str, int] = api.get("/operations/summary").body["orders"]
    return orders


def is_put_off(mail: dict[str, Any]) -> bool:
    return mail["status"] == "WAITING" and mail["reason"] is not None


def is_settled(mail: dict[str, Any] | None) -> bool:
    return mail is not None and (mail["status"] == "SENT" or is_put_off(mail))


def mail_of(api: Api, number: int) -> dict[str, Any]:
    mail: dict[str, Any] = api.get(f"/operations/orders/o{number}").body["mail"]
    return mail
