"""The checker of what follows a receipt: refunds never exceed their order and add up to it (rule 12); documents stay as
they are, and say what they must (rule 13).

The oracle says what an order comes to, and each credit note what it gives back. All else is adding up.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from tests.simulation.postings import figures

from orders.order.order import Order, Status

Sums = Counter[Hashable]
"""Minor units by what they are of: `("line", 0)`, `("tax", "VAT", "19", "S")`, `"total"`."""
_MAY_CHANGE_SIGN = frozenset({"net", "discount"})
"""What may be larger in part than in all, where an order has negative lines."""
A_MOMENT = timedelta(seconds=15)
"""Longer than a refund takes to be stored after the receipt was read."""
Json = Mapping[str, Any]


class CreditChecker:
    """`broken` is told which rule was broken, for which row, and how."""

    def __init__(self, rows: Mapping[str, Order], broken: Callable[[int, str, str], None]) -> None:
        self._rows, self._broken = rows, broken
        self.credited = defaultdict[str, Sums](Counter)
        """What was given back of each order."""
        self.documents = defaultdict[str, list[str]](list)
        """The rows that follow each order, in their order."""

    def row_written(self, before: Order | None, after: Order) -> None:
        if before is None and after.document_text is not None:
            self._added(after, json.loads(after.document_text))
        if before is not None and before.settlement != after.settlement:
            self._settled(before, after)

    def _settled(self, before: Order, after: Order) -> None:
        known, now = before.settlement.documents, after.settlement.documents
        if now[:-1] != known or after.status is not Status.COMPLETED or before.status is not Status.COMPLETED:
            self._broken(13, after.order_id, f"{after.status}, and it has {len(now)} documents after {len(known)}")

    def _added(self, row: Order, document: Json) -> None:
        order_id, folder, document_id = row.order_id.split("/")
        order, kind = self._rows.get(order_id), document["kind"]
        if order is None or (kind, document_id) not in {(it.kind, it.id) for it in order.settlement.documents}:
            self._broken(13, row.order_id, "a document that its order does not name")
            return
        if folder != {"credit-note": "refunds", "corrected-receipt": "corrections"}.get(kind):
            self._broken(13, row.order_id, f"a {kind} among the {folder}")
        self._check_reference(row, document["refersTo"], self._receipt_of(order))
        self.documents[order_id].append(row.order_id)
        if kind == "credit-note":
            self._credit(order, row, document)
        else:
            self._check_correction(order, row, document["posted"])

    def _receipt_of(self, order: Order) -> Order:
        """The row of the receipt that is valid: the last corrected one that is there, or the order's."""
        rows = [self._rows[each] for each in self.documents[order.order_id]]
        corrected = [row for row in rows if "/corrections/" in row.order_id and row.status is Status.COMPLETED]
        return corrected[-1] if corrected else order

    def _check_reference(self, row: Order, named: Json, receipt: Order) -> None:
        if named["row"] not in {receipt.order_id, *self._were_valid(row, receipt)}:
            self._broken(13, row.order_id, f"it refers to {named['row']}, and not to {receipt.order_id}")
        referred = self._rows[named["row"]]
        if referred.issue and named["number"] != referred.issue.text:
            self._broken(13, row.order_id, f"it refers to number {named['number']}, and that is not its number")

    def _were_valid(self, row: Order, receipt: Order) -> Iterator[str]:
        """What the receipt replaced: while a document was made, the correction may have been completed."""
        is_new = receipt.completed_at is not None and row.received_at - receipt.completed_at < A_MOMENT
        if is_new and "/refunds/" in row.order_id and receipt.document_text:
            yield json.loads(receipt.document_text)["refersTo"]["row"]

    def _check_correction(self, order: Order, row: Order, posted: Json) -> None:
        """The same lines and amounts, and the given fields replaced."""
        named = json.loads(row.document_text or "")["refersTo"]["row"]
        changes = {name: value for name, value in posted.items() if name != "correctionId"}
        if json.loads(row.body) != json.loads(self._rows[named].body) | changes:
            self._broken(13, row.order_id, "the corrected receipt has other changes than were posted")
        if figures(row.body) != figures(order.body):
            self._broken(13, row.order_id, "the corrected receipt has other amounts")

    # Rule 12.

    def _credit(self, order: Order, row: Order, document: Json) -> None:
        whole, before = sums_of(order.body), self.credited.get(order.order_id, Counter())
        credit = credit_of(document["credited"])
        after = Counter(before)
        after.update(credit)
        self.credited[order.order_id] = after
        for name, amount in after.items():
            if name not in _MAY_CHANGE_SIGN and not min(0, whole[name]) <= amount <= max(0, whole[name]):
                self._broken(12, row.order_id, f"{amount} of {name} was given back, of {whole[name]}")
        if credit["payable"] <= 0:
            self._broken(12, row.order_id, "a credit note that gives nothing back")
        if after["payable"] == whole["payable"] and nonzero(after) != nonzero(whole):
            odd = {name for name in after | whole if after[name] != whole[name]}
            self._broken(12, row.order_id, f"everything is refunded, and {odd} do not add up")
        self._check_posted(document["posted"], credit, before, whole, row)

    def _check_posted(self, posted: Json, credit: Sums, before: Sums, whole: Sums, row: Order) -> None:
        """What was posted is what is given back."""
        if "amount" in posted and credit["payable"] != minor(posted["amount"]):
            self._broken(12, row.order_id, f"{credit['payable']} is given back, and {posted['amount']} was posted")
        if not posted.keys() & {"amount", "lines"} and credit["payable"] != whole["payable"] - before["payable"]:
            self._broken(12, row.order_id, "not all that remains is given back")
        for line in posted.get("lines", ()):
            name = ("line", line["item"] - 1) if "item" in line else ("charge", line["charge"] - 1)
            remains = whole[name] - before[name]
            expected = minor(line["amount"]) * (-1 if remains < 0 else 1) if "amount" in line else remains
            if "quantity" not in line and abs(credit[name]) < abs(expected):
                self._broken(12, row.order_id, f"{credit[name]} of {name} is given back, and not {expected}")

    def shown(self, order: Order, shown: Json) -> None:
        """What an order shows of its documents, to somebody who asks for it."""
        whole, taken = sums_of(order.body), self.credited.get(order.order_id, Counter())
        remains = whole["payable"] - taken["payable"]
        state = "NONE" if not taken else "PARTLY_REFUNDED" if remains else "REFUNDED"
        if shown["settlement"] != state:
            self._broken(12, order.order_id, f"{state}, and shown as {shown['settlement']}")
        if taken and minor((shown["refunded"] or {"payable": "0"})["payable"]) != taken["payable"]:
            self._broken(12, order.order_id, f"{taken['payable']} was given back, and is shown as {shown['refunded']}")
        if len(shown["documents"]) != 1 + len(self.documents.get(order.order_id, ())):
            self._broken(13, order.order_id, f"it has other documents than {shown['documents']}")

    def too_much(self, order_id: str, posted: Json) -> bool:
        """Whether a refund exceeds what remains, where that is easy to say."""
        order, taken = self._rows[order_id], self.credited.get(order_id, Counter())
        whole = sums_of(order.body)
        remains = whole["payable"] - taken["payable"]
        if "amount" in posted:
            return minor(posted["amount"]) > remains
        if "lines" not in posted:
            return remains <= 0
        return any(self._is_line_too_much(line, whole, taken) for line in posted.get("lines", ()))

    def _is_line_too_much(self, line: Json, whole: Sums, taken: Sums) -> bool:
        name = ("line", line["item"] - 1) if "item" in line else ("charge", line["charge"] - 1)
        return whole[name] == taken[name] or "quantity" in line or "amount" in line

    def facts(self) -> Counter[str]:
        """How many documents there are, and how many orders are refunded in part, and to the cent."""
        every = (row_id for documents in self.documents.values() for row_id in documents)
        found = Counter("refund" if "/refunds/" in row_id else "correction" for row_id in every)
        for order_id, taken in self.credited.items():
            is_whole = taken["payable"] == sums_of(self._rows[order_id].body)["payable"]
            found["order refunded whole" if is_whole else "order refunded in part"] += 1
        return found

    def ended(self) -> None:
        """What is true in the end: orders and documents name each other."""
        for row in self._rows.values():
            named = [
                f"{row.order_id}/{'refunds' if it.kind == 'credit-note' else 'corrections'}/{it.id}"
                for it in row.settlement.documents
            ]
            if named != self.documents.get(row.order_id, []) or any(each not in self._rows for each in named):
                self._broken(13, row.order_id, "the order names other documents than there are")


def sums_of(body: str) -> Sums:
    """What an order comes to, by the oracle."""
    totals, order = figures(body) or {}, json.loads(body)
    found: Sums = Counter()
    for place, line in enumerate(totals.get("lines", ())):
        found["line", place] = minor(line)
    for place, charge in enumerate(order.get("charges", ())):
        found["charge", place] = minor(charge["amount"])
    for tax in totals.get("taxes", ()):
        found["tax", tax["name"], tax["rate"], tax["category"]] += minor(tax["amount"])
        found["base", tax["name"], tax["rate"], tax["category"]] += minor(tax["base"] or "0")
    for name in ("discount", "net", "total", "rounding", "payable"):
        found[name] = minor(totals.get(name, "0"))
    return found


def credit_of(credited: Json) -> Sums:
    """What a credit note gives back."""
    found: Sums = Counter()
    for place, _, amount, _ in credited["lines"]:
        found["line", place] = amount
    for place, _, amount, _ in credited["charges"]:
        found["charge", place] = amount
    for name, rate, category, base, amount in credited["taxes"]:
        found["tax", name, rate, category] += amount
        found["base", name, rate, category] += base or 0
    for name in ("discount", "net", "total", "rounding"):
        found[name] = credited[name]
    found["payable"] = credited["total"] + credited["rounding"]
    return found


def nonzero(sums: Sums) -> dict[Hashable, int]:
    return {name: amount for name, amount in sums.items() if amount}


def minor(text: str) -> int:
    """Minor units of an amount with all of its currency's decimals."""
    return int(text.replace(".", ""))
