"""A server can't make the terminal of whoever asks it do anything: what it sends is text."""

import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.support.command import Done, run
from tests.support.servers import clean_environment

COMMANDS = [chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))]
TURNS = [*"\u061c\u200e\u200f\u2028\u2029", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x2070))]
EVIL = "\x1b]0;title\x07\x1b[2J\x9b31m" + "".join([*COMMANDS, *TURNS]) + "end"
AT = "2026-11-23T09:00:00.000Z"
LISTED = {
    "orderId": EVIL, "customerName": EVIL, "customerEmail": EVIL, "status": EVIL, "receivedAt": AT, "completedAt": None,
    "total": EVIL, "currency": EVIL, "mail": EVIL, "attempts": 2, "lastError": EVIL, "orderNumber": EVIL,
}  # fmt: skip
TAX = {"name": EVIL, "rate": EVIL, "category": EVIL, "base": EVIL, "amount": EVIL}
ITEM = {
    "name": EVIL, "quantity": EVIL, "unit": EVIL, "unitPrice": EVIL, "discount": {"amount": EVIL, "name": EVIL},
    "taxRate": EVIL, "taxName": EVIL,
}  # fmt: skip
CHECKED = {
    "order": {
        "customerName": EVIL, "customerEmail": EVIL, "note": EVIL, "currency": EVIL, "orderNumber": EVIL,
        "customerCompany": EVIL, "customerAddress": {"lines": [EVIL], "city": EVIL}, "rounding": EVIL, "items": [ITEM],
        "discounts": [{"name": EVIL}], "charges": [{"name": EVIL}],
        "payments": [{"method": EVIL, "label": EVIL, "last4": EVIL}],
    },
    "totals": {
        "lines": [EVIL], "discount": EVIL, "charges": EVIL, "net": EVIL, "taxes": [TAX], "tax": EVIL, "total": EVIL,
        "rounding": EVIL, "payable": EVIL, "paid": EVIL, "due": EVIL,
    },
}  # fmt: skip
SHOWN = (
    LISTED
    | CHECKED
    | {
        "receipt": {"sha256": EVIL, "size": 3},
        "mail": {"status": EVIL, "number": 2, "since": AT, "reason": EVIL},
        "history": [{"at": AT, "what": EVIL, "by": EVIL}],
    }
)
ACCEPTED = {"orderId": EVIL, "status": EVIL, "receiptUrl": EVIL}
FOLLOWING = {"refundId": EVIL, "creditNoteUrl": EVIL, "correctionId": EVIL}
DOCUMENT = {
    "kind": "credit-note", "orderId": EVIL, "id": EVIL, "number": EVIL, "date": AT, "total": EVIL, "currency": EVIL,
    "state": "FAILED", "receivedAt": AT, "lastError": EVIL,
}  # fmt: skip
ENTRY = {
    "series": EVIL, "number": 1, "text": EVIL, "kind": "receipt", "orderId": EVIL, "documentId": EVIL, "issuedAt": AT,
    "void": EVIL, "state": EVIL,
}  # fmt: skip
REGISTER = {"series": [{"name": EVIL, "last": 1, "hash": EVIL}], "entries": [ENTRY], "cursor": None}
EVENT = {"id": EVIL, "type": EVIL, "timestamp": AT, "data": {"orderId": EVIL}}
ENDPOINT = {
    "id": EVIL, "url": EVIL, "types": [EVIL], "description": EVIL, "status": EVIL, "disabledBecause": EVIL,
    "createdAt": AT, "createdBy": EVIL, "failures": 1, "failingSince": AT, "circuit": EVIL, "replays": 0,
    "secret": EVIL,
}  # fmt: skip
DELIVERY = {
    "eventId": EVIL, "type": EVIL, "status": EVIL, "attempts": 1, "nextAttemptAt": AT,
    "answer": {"status": 500, "body": EVIL, "error": EVIL, "seconds": 1.0},
    "request": {"url": EVIL, "headers": {EVIL: EVIL}, "body": EVIL},
}  # fmt: skip
PROBLEM = {"type": EVIL, "title": EVIL, "detail": EVIL, "errors": [{"pointer": f"#/{EVIL}", "detail": EVIL}]}


class Evil(BaseHTTPRequestHandler):
    """Answers everything with commands for terminals; orders and ids with `refused` in them with a problem."""

    def do_GET(self) -> None:  # noqa: C901 - one answer for each path
        if "refused" in self.path:
            self._answer(409, PROBLEM)
        elif "strange" in self.path or "q=strange" in self.path:
            self._answer(200, {"orders": [{"receivedAt": "yesterday"}], "status": EVIL, "cursor": None})
        elif self.path.startswith("/operations/orders?"):
            self._answer(200, {"orders": [LISTED | {"status": "FAILED"}, LISTED], "cursor": None})
        elif self.path.startswith("/operations/documents?"):
            self._answer(200, {"documents": [DOCUMENT], "cursor": None})
        elif self.path.startswith("/events?"):
            self._answer(200, {"events": [EVENT], "cursor": EVIL, "hasMore": False})
        elif self.path.endswith("/webhooks"):
            self._answer(200, {"webhooks": [ENDPOINT]})
        elif "/deliveries?" in self.path:
            self._answer(200, {"deliveries": [DELIVERY], "cursor": None})
        elif "/webhooks/" in self.path:
            self._answer(200, DELIVERY if "/deliveries/" in self.path else ENDPOINT)
        elif self.path.startswith("/operations/register?"):
            self._answer(200, REGISTER)
        else:
            self._answer(200, {"issued": False} if "verification" in self.path else SHOWN)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if b"refused" in body or "refused" in self.path:
            self._answer(422, PROBLEM)
        elif "/webhooks" in self.path:
            self._answer(200, ENDPOINT)
        elif "dryRun=true" in self.path and b"older" not in body:
            self._answer(200, CHECKED)
        else:
            self._answer(202, ACCEPTED if self.path == "/orders" else SHOWN | ACCEPTED | FOLLOWING)

    def _answer(self, status: int, document: object) -> None:
        content = json.dumps(document, ensure_ascii=False).encode()
        self.send_response(status, "\x1b[2J\x9b")
        self.send_header("Content-Type", "application/json")
        self.send_header("Retry-After", "\x1b[2J")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as its base has it
        """Nothing."""


@pytest.fixture(scope="module")
def evil() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Evil) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def told(done: Done) -> str:
    return done.pdf.decode() + done.stderr


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    "words",
    [
        ("status", "1"), ("status", "refused"), ("list",), ("retry", "1"), ("retry", "refused"), ("cancel", "1"),
        ("resend", "1"), ("resend", "refused"), ("submit", "--name", "Ann"), ("submit", "--name", "refused"),
        ("submit", "--name", "Ann", "--dry-run"), ("submit", "--name", "older", "--dry-run"),
        ("submit", "orders.jsonl"), ("verify", "orders.jsonl", "--order", "1"), ("receipt", "refused"),
        ("refund", "1", "--amount", "1"), ("correct", "1", "--name", "Ann"), ("documents",), ("register",),
        ("events",), ("webhooks", "list"), ("webhooks", "add", "u"), ("webhooks", "show", "w"),
        ("webhooks", "deliveries", "w"), ("webhooks", "deliveries", "w", "evt_1"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_answer_of_a_server_commands_the_terminal(evil: str, tmp_path: Path, words: tuple[str], as_json: tuple[str]):
    (tmp_path / "orders.jsonl").write_text('{"customerName":"Ann"}\n{"customerName":"refused"}\n')
    done = run((*words, *as_json), "", {"ORDERS_URL": evil}, tmp_path)

    assert "Traceback" not in told(done)
    assert [letter for letter in told(done) if letter in COMMANDS or letter in TURNS] == []
    assert "end" in told(done) or words[0] == "verify"


@pytest.mark.parametrize("words", [("status", "strange"), ("list", "--find", "strange")])
def test_an_answer_that_no_orders_server_gives_is_called_one(evil: str, tmp_path: Path, words: tuple[str]):
    done = run(words, "", {"ORDERS_URL": evil}, tmp_path)

    assert done.code == 4
    assert "is not an orders server" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("--name", "older"), ("orders.jsonl",)], ids=["one", "file"])
def test_a_server_that_stores_an_order_in_a_dry_run_is_named(evil: str, tmp_path: Path, words: tuple[str, ...]):
    (tmp_path / "orders.jsonl").write_text('{"customerName":"older"}\n')
    done = run(("submit", *words, "--dry-run"), "", {"ORDERS_URL": evil}, tmp_path)

    assert done.code == 1
    assert "The server has an older version, which knows no dry run. It accepted the order as" in done.stderr


def test_json_says_all_the_same_what_the_server_said(evil: str, tmp_path: Path):
    assert run(("status", "1", "--json"), "", {"ORDERS_URL": evil}, tmp_path).json() == SHOWN


def test_a_receipt_is_not_written_to_a_terminal(evil: str):
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "orders", "receipt", "1", "-o", "-", "--url", evil],
        env=clean_environment(),
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    os.close(theirs)
    os.close(ours)

    assert done.returncode == 2
    assert "Name a file with -o" in done.stderr
