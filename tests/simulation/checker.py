"""The checker of a run: sees every write and every answer, and says which rule was broken, for which order."""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from tests.simulation.credit_checker import CreditChecker
from tests.simulation.mail_checker import MailChecker
from tests.simulation.postings import CANARY, Poison, Posting, figures, poison_of
from tests.simulation.register_checker import RegisterChecker
from tests.simulation.scheduler import PREVIOUS, Milliseconds, current_process

from orders.order.document import NO_SETTLEMENT
from orders.order.order import MOVES, SCHEMA_VERSION, Order, Status
from orders.order.retries import LONGEST_WAIT
from orders.shop.shop import Shop

FINAL = frozenset(status for status, after in MOVES.items() if not after)
MOST_DELIVERIES = 16
"""Of one order's messages in two hours' outage: at once, after 1, 2, 4, 8, 16 minutes, then each quarter of an hour."""
LINK_SECONDS = 300
TOLD_IN_THE_END = {Status.COMPLETED: 303, Status.FAILED: 409, Status.CANCELLED: 410}
"""What the customer's link answers."""
ADDRESS = "https://orders.example/v1/"
"""Where the simulated shops call the API."""
RULES = {
    1: "what was answered 2xx ends COMPLETED with its one receipt, FAILED with a reason, or CANCELLED by an operator",
    2: "two different bodies are never both accepted under one id; what was accepted never changes",
    3: "a receipt's bytes never change; the SHA-256 in the row is that of the stored object",
    4: "no receipt without a row, no COMPLETED without a receipt, no way back from COMPLETED or CANCELLED",
    5: "an identical retry never gets 409; an outage within a day never produces FAILED",
    6: "a poison order neither vanishes nor takes its batch with it",
    7: "no answer carries a link to an object that is not there",
    8: "no name, address or e-mail appears in any log line",
    9: "in an outage orders are accepted as long as the table answers, and the queue's traffic is bounded",
    10: "no customer gets a second mail without a person asking, and none is missing without its row saying so;"
    " no mailbox gets more than a few within an hour",
    11: "the numbers of a series are 1 to n; each has exactly one document, or one reason why not; the chain is whole",
    12: "credits never exceed the order; once everything is refunded they add up to it, by line, by tax and in total",
    13: "a document never changes; a correction or refund never touches another document's bytes",
    14: "each committed move has exactly one event in the feed, and nothing else has one",
    15: "each event reaches each enabled endpoint that takes its type, or its delivery ends FAILED visibly",
    16: "a reader who follows the cursor sees each event once",
    17: "the amounts of an order are those that its lines come to, wherever they are shown; an order whose figures"
    " contradict each other is refused",
}


@dataclass(frozen=True, slots=True)
class Violation:
    rule: int
    order_id: str
    what: str

    def __str__(self) -> str:
        return f"rule {self.rule}, order {self.order_id}: {self.what}"


class Checker:
    """`rows` and `objects` are what table and bucket hold now, `receipts` says what a row's receipt may look like.

    `now` is time as it passes, whatever the clocks say.
    """

    def __init__(
        self,
        rows: Mapping[str, Order],
        objects: Mapping[str, bytes],
        receipts: Callable[[Order], set[bytes]],
        now: Callable[[], Milliseconds],
    ) -> None:
        self.rows, self.objects, self.receipts, self.now = rows, objects, receipts, now
        self.waiting_since: dict[str, Milliseconds] = {}
        self.table_is_down = False
        self.acknowledged: dict[str, tuple[str, str]] = {}
        self.to_be_cancelled: set[str] = set()
        """The orders that an operator wants cancelled."""
        self.unnumbered: set[str] = set()
        """The rows whose receipts the version before has stored, which knows no numbers."""
        self.lost: set[str] = set()
        """The receipts that are gone from the bucket, until they are put back."""
        self.shop = Shop()
        """As shop.toml describes it."""
        self.mail = MailChecker(rows, objects, self.broken, now, lambda: self.shop)
        self.register = RegisterChecker(rows, objects, self.broken, lambda: self.shop)
        self.credits = CreditChecker(rows, self.broken)
        self.followed: dict[str, Mapping[str, object]] = {}
        """The bodies of the refunds and corrections that were accepted, by the ids of their rows."""
        self.violations: list[Violation] = []

    def broken(self, rule: int, order_id: str, what: str) -> None:
        self.violations.append(Violation(rule, order_id, what))

    # What the table and the bucket are told.

    def row_written(self, before: Order | None, after: Order) -> None:
        if before:
            self._moved(before, after)
        elif after.status is not Status.RECEIVED:
            self.broken(4, after.order_id, f"the first row is {after.status}")
        elif after.api_url != ADDRESS:
            self.broken(2, after.order_id, "the address at which the API was called is not what was kept")
        if after.status is Status.RECEIVED and (before is None or before.status is Status.FAILED):
            self.waiting_since[after.order_id] = self.now()
        if (after.schema_version == SCHEMA_VERSION) is not self._has_something_new(after):
            self.broken(2, after.order_id, f"version {after.schema_version}, which is not the oldest that can read it")
        self.register.row_written(before, after)
        self.credits.row_written(before, after)
        self._reached(after)

    def _has_something_new(self, row: Order) -> bool:
        """That the previous version does not know. The history has the number that is void."""
        has_had_number = row.issue is not None or row.order_id in self.register.given
        return has_had_number or row.settlement != NO_SETTLEMENT or row.document_text is not None

    def _reached(self, row: Order) -> None:
        if row.status is Status.COMPLETED:
            self._completed(row)
        elif row.status is Status.FAILED:
            self._failed(row)
        elif row.status is Status.CANCELLED and row.order_id not in self.to_be_cancelled:
            self.broken(1, row.order_id, "CANCELLED, and nobody wanted it")

    def _moved(self, before: Order, after: Order) -> None:
        if before.status in FINAL and _but_for_mail(after) != _but_for_mail(before):
            self.broken(4, after.order_id, f"a {before.status} row was written over, with {after.status}")
        elif after.status is not before.status and after.status not in MOVES[before.status]:
            self.broken(4, after.order_id, f"{before.status} became {after.status}")
        if _what_was_accepted(before) != _what_was_accepted(after):
            rule = 13 if before.status is Status.COMPLETED or before.document_text else 2
            self.broken(rule, after.order_id, "the accepted order, its token or its time changed")

    def _completed(self, row: Order) -> None:
        if row.receipt and row.receipt.key in self.lost:
            return
        if row.receipt is None or row.receipt.key not in self.objects:
            self.broken(4, row.order_id, "COMPLETED without a receipt")
        elif row.receipt.sha256 != hashlib.sha256(self.objects[row.receipt.key]).hexdigest():
            self.broken(3, row.order_id, "the row's SHA-256 is not that of the stored receipt")

    def _failed(self, row: Order) -> None:
        if not row.last_error:
            self.broken(1, row.order_id, "FAILED without a reason")
        waited = timedelta(milliseconds=self.now() - self.waiting_since[row.order_id])
        if not poison_of(row.body).may_fail and waited <= LONGEST_WAIT:
            self.broken(5, row.order_id, f"FAILED for what is not its fault: {row.last_error}")

    def object_lost(self, key: str) -> None:
        """Which is nobody's fault; in the end it must be there again."""
        self.lost.add(key)

    def object_written(self, key: str, before: bytes | None, after: bytes) -> None:
        order_id = _owner(key)
        row = self.rows.get(order_id)
        self.lost.discard(key)
        receipt = row.receipt if row and row.receipt and row.receipt.key == key else None
        if receipt and hashlib.sha256(after).hexdigest() != receipt.sha256:
            self.broken(3, order_id, "another receipt than the one that was issued was stored")
        if current_process().version == PREVIOUS:
            self.unnumbered.add(order_id)
        if row is None or receipt_key(key) not in {row.receipt_key, *self._left_over(row)}:
            self.broken(4, order_id, "a receipt without a row")
        if before is not None and before != after:
            self.broken(13 if "/" in order_id else 3, order_id, "the stored receipt was overwritten")

    def facts(self) -> Counter[str]:
        """What a run had of all that rules 11 to 16 are about."""
        found = Counter(f"{entry.kind}: {'void' if entry.void else 'numbered'}" for entry in self.register.all())
        return found + self.credits.facts()

    def _left_over(self, row: Order) -> set[str]:
        """The keys of files that nobody was given: with a number that is void, or without one by the version before."""
        keys = self.register.void_keys(row)
        if row.order_id in self.unnumbered:
            keys.add(replace(row, issue=None).receipt_key)
        return keys - {row.receipt_key}

    # What callers are told.

    def accepted(self, posted: Posting, token: str) -> None:
        """A 202 to a POST."""
        row = self.rows.get(posted.order_id)
        if posted.is_wrong:
            self.broken(17, posted.order_id, "accepted, though its figures contradict each other")
        elif row is None:
            self.broken(1, posted.order_id, "acknowledged, and not in the table")
        elif row.body != posted.canonical:
            self.broken(2, posted.order_id, "acknowledged, while the table holds another order")
        elif row.receipt_token != token:
            self.broken(2, posted.order_id, "the customer's token in the answer is not the row's")
        if self.acknowledged.setdefault(posted.order_id, (posted.canonical, token)) != (posted.canonical, token):
            self.broken(2, posted.order_id, "acknowledged twice, differently")

    def refused(self, posted: Posting) -> None:
        """A 409 to a POST."""
        row = self.rows.get(posted.order_id)
        if row is None or row.body == posted.canonical:
            self.broken(5, posted.order_id, "409 for an order with whom nothing conflicts")

    def linked(self, order_id: str, url: str) -> None:
        """A link that somebody may open."""
        row, (path, _, query) = self.rows.get(order_id), url.partition("?")
        key, signed = path.split("/", 3)[3], dict(pair.split("=") for pair in query.split("&"))
        receipt = row.receipt if row else None
        if key not in self.objects:
            self.broken(7, order_id, "a link to an object that is not there")
        elif receipt is None or (key, signed.get("version")) != (receipt.key, receipt.version):
            self.broken(7, order_id, "a link to what is not this order's receipt")
        if int(signed["seconds"]) > LINK_SECONDS:
            self.broken(7, order_id, f"a link that lives for {signed['seconds']} s")

    def told_failed(self, order_id: str) -> None:
        """A 409 to somebody who asks for a receipt."""
        if not any(entry.what.startswith("failed") for entry in self.rows[order_id].history):
            self.broken(1, order_id, "told to have failed, and has not")

    def told_of_receipt(self, order_id: str, status: int) -> None:
        """What somebody is told who asks for a receipt that is not there."""
        if status == 404:
            self.unknown(order_id)
        elif status == 409:
            self.told_failed(order_id)
        elif status == 410:
            self.told_cancelled(order_id)

    def told_cancelled(self, order_id: str) -> None:
        """A 200 to an operator who cancels, or a 410 to somebody who asks for a receipt."""
        if self.rows[order_id].status is not Status.CANCELLED:
            self.broken(1, order_id, f"told to be cancelled, and is {self.rows[order_id].status}")

    def not_cancelled(self, order_id: str) -> None:
        """A 409 to an operator who cancels."""
        if self.rows[order_id].status is not Status.COMPLETED:
            self.broken(1, order_id, f"can't be cancelled, though it is {self.rows[order_id].status}")

    def unknown(self, order_id: str) -> None:
        """A 404 for an order that was acknowledged."""
        if order_id in self.acknowledged:
            self.broken(1, order_id, "404 for an order that was acknowledged")

    def unexpected(self, order_id: str, status: int) -> None:
        self.broken(1, order_id, f"an answer that nobody should get: {status}")

    def shown(self, order_id: str, shown: Mapping[str, object]) -> None:
        """The order, as somebody who asks for it sees it in the end."""
        row = self.rows[order_id]
        if shown["status"] != row.status or shown["lastError"] != row.last_error:
            self.broken(1, order_id, f"{row.status} with {row.last_error!r}, and shown as {shown['status']}")
        if row.document_text is None:
            self.counted(row, shown.get("totals"))
            self.credits.shown(row, shown)
        number = row.issue.text if row.issue else None
        if shown.get("number", number) != number:
            self.broken(11, order_id, f"it has the number {number}, and is shown with {shown['number']}")

    def counted(self, row: Order, totals: object) -> None:
        """The amounts that are shown of an order: on its receipt, or to somebody who asks for it."""
        if totals != (expected := figures(row.body)):
            self.broken(17, row.order_id, f"shown with {totals}, and comes to {expected}")

    def opened(self, order_id: str, with_token: int, with_another: int) -> None:
        """The statuses that the customer's link leads to in the end, and the same link with another token."""
        if with_token != TOLD_IN_THE_END[self.rows[order_id].status]:
            self.broken(1, order_id, f"{self.rows[order_id].status}, and the customer's link answers {with_token}")
        if with_another != 404:
            self.broken(7, order_id, f"a link for somebody with a wrong token: {with_another}")

    # What callers are told of refunds and corrections.

    def not_followed(self, row_id: str, posted: Mapping[str, object], problem: str, *, was_completed: bool) -> None:
        """A refusal. `was_completed` says whether the order was when the caller asked."""
        order_id, row = row_id.partition("/")[0], self.rows.get(row_id)
        if row is not None and posted_of(row) == posted:
            self.broken(5, row_id, f"{problem} for a document that is there")
        elif problem.endswith("-conflict") is (row is None):
            self.broken(5, row_id, f"{problem}, and {'no' if row is None else 'another'} document has this id")
        elif problem == "not-refundable" and was_completed:
            self.broken(5, row_id, "it can't be refunded, though it is COMPLETED")
        elif problem in {"exceeds-remaining", "invalid-order"} and not self.credits.too_much(order_id, posted):
            self.broken(12, row_id, f"{problem} for what does not exceed what remains")

    def followed_by(self, row_id: str, posted: Mapping[str, object]) -> None:
        """A 202 to a refund or a correction: `posted` as it is kept."""
        row = self.rows.get(row_id)
        if row is None:
            self.broken(1, row_id, "acknowledged, and not in the table")
        elif posted_of(row) != posted:
            self.broken(2, row_id, "acknowledged, while the table holds another one")
        if self.followed.setdefault(row_id, posted) != posted:
            self.broken(2, row_id, "acknowledged twice, differently")

    def kept_waiting(self, order_id: str) -> None:
        """A shop that was not answered at once."""
        if not self.table_is_down:
            self.broken(9, order_id, "kept from being accepted by an outage of something else than the table")

    def notified(self, order_id: str, times: int) -> None:
        """The messages about an order that were sent, or delivered, in an outage."""
        if times > MOST_DELIVERIES:
            self.broken(9, order_id, f"its queue got {times} messages for it")

    def disturbed(self, order_id: str, poison: Poison) -> None:
        """An order in one batch with a poison one."""
        self.broken(6, order_id, f"kept waiting, or delivered again, because of its {poison} neighbour")

    def logged(self, record: logging.LogRecord) -> None:
        """A line of the log, with all that is printed of an error and its causes."""
        if CANARY.casefold() in " ".join(_printed(record)).casefold():
            self.broken(8, "-", f"logged by {record.name}: {record.msg}")

    # What is true in the end.

    def end(self, settled: bool) -> None:
        """`settled`: nothing was left to do when the run ended."""
        if not settled:
            waiting = [row.order_id for row in self.rows.values() if row.status is Status.RECEIVED]
            what = "still RECEIVED long after the faults stopped" if waiting else "messages that never end"
            self.broken(1, ", ".join(waiting) or "-", what)
        self._still_there()
        self.register.ended()
        self.credits.ended()
        kept: dict[str, list[str]] = {}
        for key in self.objects:
            kept.setdefault(_owner(key), []).append(key)
        for row in self.rows.values():
            self._ended(row, kept.get(row.order_id, []))
            self.mail.ended(row)

    def _still_there(self) -> None:
        """What was acknowledged."""
        for order_id, (body, _) in self.acknowledged.items():
            if order_id not in self.rows or self.rows[order_id].body != body:
                self.broken(1, order_id, "acknowledged, and lost or altered")
        for row_id, posted in self.followed.items():
            if row_id not in self.rows or posted_of(self.rows[row_id]) != posted:
                self.broken(1, row_id, "acknowledged, and lost or altered")

    def _ended(self, row: Order, kept: list[str]) -> None:
        if row.due_at and row.status is not Status.RECEIVED:
            self.broken(9, row.order_id, f"{row.status}, and still due")
        if row.status is Status.COMPLETED:
            kept = [key for key in kept if receipt_key(key) not in self._left_over(row)]
            if [receipt_key(key) for key in kept] != [row.receipt_key]:
                self.broken(1, row.order_id, f"COMPLETED with {len(kept)} receipts")
            elif self.objects[kept[0]] not in self.receipts(row):
                self.broken(3, row.order_id, "the stored receipt is not the one that its row gives")
        elif row.receipt:
            self.broken(4, row.order_id, f"{row.status} with a receipt")
        if poison_of(row.body).is_fatal and row.status is Status.COMPLETED:
            self.broken(6, row.order_id, "a poison order was COMPLETED")


def _printed(record: logging.LogRecord) -> Iterator[str]:
    """All that a traceback would show of values: lines of source have none, and take long to find."""
    yield record.getMessage()
    error, seen = record.exc_info[1] if record.exc_info else None, set[int]()
    while error and id(error) not in seen:
        yield str(error)
        seen.add(id(error))
        error = error.__cause__ or error.__context__  # which may lead back: the same error can be raised twice


def posted_of(row: Order) -> object:
    """What was posted, of a refund or a correction."""
    return json.loads(row.document_text)["posted"] if row.document_text else None


def _owner(key: str) -> str:
    """The row whose receipt this key is of: an order's id, perhaps two more parts of a document's, perhaps a number."""
    parts = key.rpartition("/")[2].rpartition("-")[0].split("~")
    return "/".join(parts[:3] if len(parts) > 2 else parts[:1])


def receipt_key(key: str) -> str:
    """The key of the receipt in this object. On S3 the object's has two digits of a hash in front."""
    return key[max(0, key.find("receipts/")) :]


def _but_for_mail(row: Order) -> Order:
    """What is final of a row: only its mail, the documents that follow it, and the history of these go on."""
    row = replace(row, mail=None, copy=None, mail_due_at=None, history=row.history[:1], revision=0)
    return replace(row, settlement=NO_SETTLEMENT, schema_version=0)


def _what_was_accepted(row: Order) -> tuple[object, ...]:
    posted = row.body, row.fingerprint, row.document_text, row.total
    return *posted, row.receipt_token, row.received_at, row.api_url
