"""Records a data folder as an earlier version of this program wrote it, for `test_formats.py`.

    python -m tests.formats.record NAME

`folders.py` says which commit has this name; add a line there to record another version. Its program runs as a server
and gets a few orders, until there is one in each state. Then it is stopped, or killed. The folder becomes
`NAME.tar.xz`, and what the server answered about the orders becomes `NAME.json`.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.formats.folders import FOLDERS, ORDERS, Recorded
from tests.support.api import Api
from tests.support.mail_server import mail_server
from tests.support.servers import address_of, clean_environment

SECONDS_TO_WAIT = 30
FAIL = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from orders.local.stack import stack_in

table = stack_in(Path(sys.argv[1]).absolute()).table
order = table.read("failed")
table.replace(order, order.failed("no ink", datetime.now(UTC), by="fail"))
table.close()
"""
"""An order fails by the code of that version: each version had other orders that it could not complete."""

Told = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description="Record data folders of earlier versions.")
    parser.add_argument("names", nargs="+", choices=[each.name for each in FOLDERS])
    names = parser.parse_args().names
    for each in FOLDERS:
        if each.name in names:
            _record(each)


def _record(recorded: Recorded) -> None:
    with tempfile.TemporaryDirectory() as folder:
        code, data = Path(folder, "code"), Path(folder, "data")
        unpack_code(recorded.commit, code)
        ledger = _ledger(code, data, recorded)
        recorded.ledger_file.write_text(json.dumps(ledger, indent=2) + "\n", encoding="utf-8")
        with tarfile.open(recorded.archive, "w:xz") as archive:
            archive.add(data, "data", filter=_nobodys)


def _ledger(code: Path, data: Path, recorded: Recorded) -> dict[str, Told]:
    """Have the program fill the folder; what it answered."""
    ledger, with_mail = dict[str, Told](), recorded.has_mail
    with mail_server() as mails:
        with serving_code(code, data, {"ORDERS_SMTP": f"smtp://127.0.0.1:{mails.port}"}) as api:
            _post(api, ledger, "completed", "sent")
            _until(api, ledger, "completed", is_completed)
            _until(api, ledger, "sent", has_mail("SENT") if with_mail else is_completed)
        closed = {"ORDERS_SMTP": f"smtp://127.0.0.1:{mails.port}"}
    if with_mail:
        with serving_code(code, data, {}) as api:
            _post(api, ledger, "kept")
            _until(api, ledger, "kept", lambda order: has_mail("SENT")(order) or has_mail("OUTBOX")(order))
    with serving_code(code, data, closed, kill=recorded.killed) as api:
        if with_mail:
            _post(api, ledger, "unsent")
            _until(api, ledger, "unsent", lambda order: has_mail("WAITING")(order) and bool(order["mail"]["reason"]))
        for order_id in ledger:
            _note_receipt(api, ledger, order_id)
        with _without_a_place_for_receipts(data):
            _post(api, ledger, "failed", "cancelled", "waiting")
            for order_id in ("failed", "cancelled", "waiting"):
                _until(api, ledger, order_id, lambda order: order["attempts"] > 0)
            if api.request("POST", "/operations/orders/cancelled/cancel").status == 200:
                _until(api, ledger, "cancelled", lambda order: order["status"] == "CANCELLED")
            subprocess.run([sys.executable, "-c", FAIL, data], env=_environment(code), check=True)
            _until(api, ledger, "failed", lambda order: order["status"] == "FAILED")
    return ledger


def _post(api: Api, ledger: dict[str, Told], *order_ids: str) -> None:
    for order_id in order_ids:
        reply = api.post_order(ORDERS[order_id])
        assert reply.status == 202, reply
        ledger[order_id] = {"path": "/receipt" + reply.body["receiptUrl"].partition("/receipt")[2]}


def _until(api: Api, ledger: dict[str, Told], order_id: str, done: Callable[[Any], bool]) -> None:
    end = time.monotonic() + SECONDS_TO_WAIT
    while not done(shown := api.get(f"/orders/{order_id}").body):
        assert time.monotonic() < end, shown
        time.sleep(0.05)  # nothing but another request can tell
    mail = shown.get("mail")
    ledger[order_id] |= {"status": shown["status"], "mail": mail and mail["status"]}


def _note_receipt(api: Api, ledger: dict[str, Told], order_id: str) -> None:
    ledger[order_id]["sha256"] = hashlib.sha256(api.receipt(order_id)).hexdigest()


def is_completed(order: Mapping[str, Any]) -> bool:
    return bool(order["status"] == "COMPLETED")


def has_mail(status: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda order: bool(order["mail"] and order["mail"]["status"] == status)


@contextmanager
def _without_a_place_for_receipts(data: Path) -> Iterator[None]:
    """Orders of this day can't be completed until the block ends: a file has the name of the day's folder."""
    (day,) = (data / "bucket" / "receipts").iterdir()
    aside = data.with_name(day.name)
    day.rename(aside)
    day.touch()
    yield
    day.unlink()
    aside.rename(day)


@contextmanager
def serving_code(code: Path, data: Path, settings: dict[str, str], *, kill: bool = False) -> Iterator[Api]:
    command = [sys.executable, "-m", "orders", "serve", "--port", "0", "--data", str(data)]
    sender = {"ORDERS_SENDER": "Casa Luna <receipts@casaluna.example>"}
    with subprocess.Popen(
        command, env=_environment(code) | sender | settings, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield Api(address_of(server))
        finally:
            server.kill() if kill else server.terminate()


def _environment(code: Path) -> dict[str, str]:
    return clean_environment() | {"PYTHONPATH": str(code / "src")}


def unpack_code(commit: str, folder: Path) -> None:
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], capture_output=True, check=True).stdout
    subprocess.run(["tar", "x", "-C", folder], input=archive, check=True)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Without the names of this machine's user, and without lock files."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return None if entry.name.endswith((".lock", "-turns")) else entry


if __name__ == "__main__":
    main()
