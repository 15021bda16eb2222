"""The audit of a deployment: how it reads the API's answers, and how it waits for a busy server."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from tests.support.examples import NINE

from orders.cli.auditing import deployment
from orders.cli.auditing.deployment import OfDeployment
from orders.cli.exits import NotNow, Stop
from orders.cli.reply import Reply
from orders.order.clock import to_iso
from orders.order.document import Kind
from orders.order.errors import Misconfigured, UnknownOrder
from orders.order.register import BEFORE_THE_FIRST, Entry, Place

HEADING = "kind,number,id,orderId,problem\r\n"


class Client:
    """Answers as an API with two series whose numbers look alike from 1000 on."""

    was_answered = True

    def __init__(self) -> None:
        self.series = ["R{number}", "R{number:03}"]
        self.owner_of = {("R{number}", 1234): "a", ("R{number:03}", 1234): "b"}
        self.shown = dict[str, tuple[int, Any]]()
        self.busy = 0
        self.parts = [HEADING]

    def get(self, path: str, query: Mapping[str, str]) -> Reply:
        if self.busy:
            self.busy -= 1
            raise NotNow("busy", 0.001)
        series = [{"name": name, "last": 2000, "hash": "0" * 64} for name in self.series]
        place = (query.get("series", ""), int(query.get("from", 0)))
        owner = self.owner_of.get(place)
        return _reply(200, {"series": series, "entries": [_entry(*place, owner)] if owner else []})

    def get_any(self, path: str) -> Reply:
        return _reply(*self.shown[path])

    def download(self, url: str) -> bytes:
        if url == "gone":
            raise Stop("The file is gone.", 1)  # type: ignore[arg-type]
        return b"%PDF"

    @contextmanager
    def lines(self, path: str, query: Mapping[str, str]) -> Iterator[tuple[Iterator[str], Mapping[str, str]]]:
        number = int(query.get("cursor", 0))
        more = {"Next-Cursor": str(number + 1)} if number + 1 < len(self.parts) else {}
        yield iter(self.parts[number].splitlines(keepends=True)), more


def _reply(status: int, document: Any) -> Reply:
    return Reply(status, {}, json.dumps(document).encode())


def _entry(series: str, number: int, owner: str) -> dict[str, Any]:
    return Entry(series, number, Kind.RECEIPT, owner, owner, NINE, "0" * 64, BEFORE_THE_FIRST).to_document()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(deployment, "_PAUSES", (0.001, 0.001))
    monkeypatch.setattr(deployment, "_OF_ONE", (0.001,))
    return Client()


@pytest.fixture
def source(client: Client) -> Iterator[OfDeployment]:
    with ThreadPoolExecutor(2) as threads:
        yield OfDeployment(client, threads)  # type: ignore[arg-type]


def shown(number: str | None, **fields: Any) -> dict[str, Any]:
    receipt = {"sha256": "1" * 64, "size": 4}
    order = {"orderId": "a", "customerName": "Alice"}
    document = {"number": number, "date": to_iso(NINE)}
    return {"status": "COMPLETED", "order": order, "documents": [document], "receipt": receipt, "history": []} | fields


@pytest.mark.parametrize(("order_id", "series"), [("a", "R{number}"), ("b", "R{number:03}")])
def test_a_number_that_two_series_print_alike_is_that_of_its_document(
    client: Client, source: OfDeployment, order_id: str, series: str
):
    client.shown[f"/operations/orders/{order_id}"] = (200, shown("R1234"))
    source.series()

    assert source.rows([order_id])(order_id).place == Place(series, 1234)


def test_a_series_that_began_meanwhile_is_found(client: Client, source: OfDeployment):
    client.series = ["R{number}"]
    source.series()
    client.series = ["C{number}", "R{number}"]
    client.shown["/operations/orders/a"] = (200, shown("C7"))

    assert source.rows(["a"])("a").place == Place("C{number}", 7)


def test_a_number_of_no_series_is_not_taken_for_another_one(client: Client, source: OfDeployment):
    client.shown["/operations/orders/a"] = (200, shown("X-17"))

    assert source.rows(["a"])("a").place == Place("X-17", 0)


def test_what_follows_an_order_has_a_number_and_no_fingerprint(client: Client, source: OfDeployment):
    note: dict[str, Any] = {
        "status": "COMPLETED",
        "number": "R0012",
        "date": to_iso(NINE),
        "receipt": None,
        "history": [],
    }
    client.shown["/operations/orders/a/refunds/r-1"] = (200, note)
    client.series = ["R{number:04}"]
    row = source.rows(["a/refunds/r-1"])("a/refunds/r-1")

    assert (row.place, row.fingerprint, row.issued_at) == (Place("R{number:04}", 12), None, NINE)


@pytest.mark.parametrize(("status", "error"), [(404, UnknownOrder), (503, Misconfigured)])
def test_a_row_that_the_server_does_not_show_is_missing_or_damaged(
    client: Client, source: OfDeployment, status: int, error: type[Exception]
):
    client.shown["/operations/orders/a"] = (status, {"title": "no"})

    with pytest.raises(error):
        source.rows(["a"])("a")


def test_a_server_that_has_too_much_to_do_is_asked_again(client: Client, source: OfDeployment):
    client.busy = 2

    assert [head.number for head in source.series()] == [2000, 2000]


def test_a_server_that_stays_busy_ends_the_audit(client: Client, source: OfDeployment):
    client.busy = 100

    with pytest.raises(NotNow):
        source.series()


def test_each_file_is_downloaded_and_hashed_and_a_lost_one_is_none(client: Client, source: OfDeployment):
    client.shown |= {f"/operations/orders/{name}": (200, shown("R1")) for name in "abc"}
    client.shown |= {
        "/operations/orders/a/receipt": (200, {"signedReceiptUrl": "here"}),
        "/operations/orders/b/receipt": (200, {"signedReceiptUrl": "gone"}),
        "/operations/orders/c/receipt": (503, {"title": "lost"}),
    }
    read = source.rows(["a", "b", "c"])
    digests = source.digests([read(each) for each in "abc"])

    assert digests == ["315d429b7714cedb6ad04ac31240145257692630457f3c88253c5beceac76027", None, None]


def test_the_documents_of_all_parts_are_read_each_once(client: Client, source: OfDeployment):
    client.series = ["R{number}"]
    client.parts = [
        HEADING + "receipt,R1,a,a,\r\nreceipt,R1,a,a,\r\n",
        "credit-note,R2,r-1,a,\r\nreceipt,,b,b,\r\n,,,c,can't be read\r\n",
    ]
    (part,) = source.all_rows()

    assert [(row.id, row.place) for row in part.numbered] == [
        ("a", Place("R{number}", 1)), ("a/refunds/r-1", Place("R{number}", 2)),
    ]  # fmt: skip
    assert (part.unreadable, part.seen) == (["c"], 4)
