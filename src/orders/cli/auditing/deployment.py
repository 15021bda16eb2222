"""What an audit looks at, as a deployment's API shows it: its register, its documents, and each file by its link."""

import csv
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from orders.cli.client import Client, path_of_document
from orders.cli.csv_parts import lines_of
from orders.cli.exits import NoServer, NotNow, Stop
from orders.cli.reply import Reply, understood
from orders.order import canonical
from orders.order.clock import from_iso
from orders.order.document import Kind, is_of_an_order, row_id
from orders.order.errors import Misconfigured, UnknownOrder
from orders.order.order import Status, StoredReceipt
from orders.order.register import NUMBER, Entry, Head, text_of
from orders.use_cases.audited import PART, Place, Row, Rows, events

AT_ONCE = 8
"""Documents that are looked at together. `Client` must have as many connections."""
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between one attempt and the next."""
_OF_ONE = (0.5, 1.0)
"""The same for one document: it may be its own fault that the server can't answer."""


class OfDeployment:
    """As `orders.use_cases.audited.Source` has it. Every call may raise `Stop`."""

    def __init__(self, client: Client, threads: ThreadPoolExecutor) -> None:
        self._client, self._threads = client, threads
        self._series = frozenset[str]()

    def series(self) -> Sequence[Head]:
        with understood():
            found = self._get("/operations/register", {"limit": "1"}).document()["series"]
            heads = [Head(each["name"], each["last"], each["hash"]) for each in found]
        self._series = frozenset(head.series for head in heads)
        return heads

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        query = {"series": series, "from": str(first), "limit": str(limit)}
        with understood():
            found = self._get("/operations/register", query).document()["entries"]
            return [Entry.from_document(each) for each in found]

    def rows(self, ids: Sequence[str]) -> Callable[[str], Row]:
        found = {each: self._threads.submit(self._row, each) for each in ids}
        return lambda its_id: found[its_id].result()

    def digests(self, rows: Sequence[Row]) -> Sequence[str | None]:
        return list(self._threads.map(self._digest, rows))

    def all_rows(self) -> Iterator[Rows]:
        """Only completed documents: the API has no list with the numbers of others."""
        part, unreadable, last = list[Row](), list[str](), ""
        for cells in csv.DictReader(lines_of(self._client, "/operations/documents.csv", {})):
            with understood():
                its_id = cells["orderId"] if cells["problem"] else _row_id(cells)
                if its_id == last:
                    continue
                last = its_id
                if cells["problem"]:
                    unreadable.append(its_id)
                else:
                    part.append(self._listed(its_id, cells))
            if len(part) + len(unreadable) == PART:
                yield _part(part, unreadable)
                part, unreadable = [], []
        yield _part(part, unreadable)

    def _listed(self, its_id: str, cells: Mapping[str, str]) -> Row:
        place = self._place(its_id, cells["number"]) if cells["number"] else None
        return Row(its_id, Status.COMPLETED, place, None, None, None, None, frozenset(), 0)

    def _row(self, its_id: str) -> Row:
        reply = self._get_any(path_of_document("/operations/orders/{}", its_id))
        if reply.status == 404:
            raise UnknownOrder
        if reply.status == 503:
            raise Misconfigured("the server can't read it")
        if reply.status != 200:
            raise reply.refusal()
        with understood():
            return self._shown(its_id, reply)

    def _shown(self, its_id: str, reply: Reply) -> Row:
        """Only the body of an order is in an answer as it is printed, and so only its fingerprint can be computed."""
        shown = reply.document()
        order = shown.get("order")
        own = shown["documents"][0] if order is not None else shown
        receipt = shown["receipt"]
        return Row(
            id=its_id,
            status=Status(shown["status"]),
            place=self._place(its_id, own["number"]) if own["number"] else None,
            issued_at=from_iso(own["date"]) if own["number"] else None,
            fingerprint=canonical.fingerprint(canonical.written(order)) if order is not None else None,
            receipt=StoredReceipt("", receipt["sha256"], receipt["size"]) if receipt else None,
            names=frozenset(_names(shown)),
            events=events([each["what"] for each in shown["history"]]),
            revision=hash(reply.body),
        )

    def _digest(self, row: Row) -> str | None:
        """Of the file behind the link. A server that can't find the file answers 503."""
        try:
            reply = self._get_any(path_of_document("/operations/orders/{}/receipt", row.id))
            if reply.status != 200:
                return None
            with understood():
                return hashlib.sha256(self._client.download(reply.document()["signedReceiptUrl"])).hexdigest()
        except NoServer:
            raise
        except Stop:
            return None

    def _place(self, its_id: str, text: str) -> Place:
        """Which number of which series is printed like this. Hardly ever, two series have the same texts."""
        places = list(self._places(text))
        if not places:
            self.series()
            places = list(self._places(text))
        for place in places[:-1]:
            entries = self.entries(place.series, place.number, 1)
            if any(entry.number == place.number and _entrys(entry) == its_id for entry in entries):
                return place
        return places[-1] if places else Place(text, 0)

    def _places(self, text: str) -> Iterator[Place]:
        for series in sorted(self._series):
            before, after = (len(each) for each in _around_the_number(series))
            digits = text[before : len(text) - after]
            if digits.isdecimal() and digits.isascii() and text_of(series, int(digits)) == text:
                yield Place(series, int(digits))

    def _get(self, path: str, query: Mapping[str, str]) -> Reply:
        return self._again(lambda: self._client.get(path, query))

    def _get_any(self, path: str) -> Reply:
        """The answer about one document, with any status but that of a caller who asks too often."""

        def attempt() -> Reply:
            reply = self._client.get_any(path)
            if reply.status in {429, 502, 504}:
                raise reply.refusal()
            return reply

        for pause in _OF_ONE:
            if (reply := self._again(attempt)).status != 503:
                return reply
            time.sleep(pause)
        return self._again(attempt)

    def _again(self, attempt: Callable[[], Reply]) -> Reply:
        for pause in _PAUSES:
            try:
                return attempt()
            except NotNow as trouble:
                if not self._client.was_answered:
                    raise
                time.sleep(trouble.retry_after or pause)
        return attempt()


def _around_the_number(series: str) -> tuple[str, str]:
    """What is before and after the number in a series."""
    found = NUMBER.search(series)
    return (series[: found.start()], series[found.end() :]) if found else (series, "")


def _part(part: Sequence[Row], unreadable: Sequence[str]) -> Rows:
    following = [row.id for row in part if not is_of_an_order(row.id)]
    return Rows([row for row in part if row.place], unreadable, len(part) + len(unreadable), following)


def _names(shown: Mapping[str, Any]) -> Iterator[str]:
    """The rows of the documents that follow an order, if it is one that is shown."""
    return (row_id(shown["orderId"], Kind(each["kind"]), each["id"]) for each in shown.get("documents", ())[1:])


def _row_id(cells: Mapping[str, str]) -> str:
    return row_id(cells["orderId"], Kind(cells["kind"]), cells["id"])


def _entrys(entry: Entry) -> str:
    return row_id(entry.order_id, entry.kind, entry.document_id)
