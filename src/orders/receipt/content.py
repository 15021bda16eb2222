"""The texts on the receipt, ready for `receipt.typ`, which computes nothing."""

import json
import math
from collections.abc import Iterator
from itertools import chain
from typing import Any

from orders.order.document import Document, Kind
from orders.order.errors import DrawingAborted
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.receipt import attached, buyer, heading, lines, naming, qr, rows, scripts
from orders.receipt.bill import Bill
from orders.receipt.letters import breakable, is_printable, printable, with_breaks
from orders.receipt.writing import MOST_WORK, MOST_WORK_SINCE_VERSION_4, Writing, fonts_needed
from orders.shop import country, credited, language, public_url, title
from orders.shop.language import Language
from orders.shop.shop import Shop

_A_SIGN, _AN_ADDRESS = 20, 26
"""So many of the widest letters fit."""
_A_LINE, _LINES_OF_ROLLS = 40, {"80mm": 24, "58mm": 18}
_LONGEST_URL = 400


def of(order: Order, shop: Shop, most_work: float = math.inf) -> dict[str, Any]:
    """The content of the page, as `receipt.typ` takes it.

    Raises:
        DrawingAborted: its texts would need more work than `most_work`; see `orders.receipt.writing`.
    """
    families = scripts.families(order.posted, credited.texts(order))
    is_new = order.document is not None or order.posted.schema_version() >= 4
    writing = Writing(families, MOST_WORK_SINCE_VERSION_4 if is_new else MOST_WORK)
    page = _page(order, shop, writing)
    if writing.work > most_work:
        raise DrawingAborted("the receipt takes long to draw, as its letters are many and change much")
    return page | {
        "fonts": fonts_needed(json.dumps(page, ensure_ascii=False), families),
        "order": attached.text(order),
        "file": attached.name(order),
    }


def _page(order: Order, shop: Shop, writing: Writing) -> dict[str, Any]:
    """All that is printed."""
    speech = language.of(order.posted.locale or shop.language)
    facts = naming.facts(order, shop, speech, writing)
    of_its_kind = _of_its_kind(order, shop, speech, writing)
    return {
        "language": _language(order, speech),
        "paper": _paper(shop, speech),
        "shop": _shop(shop, speech),
        "title": speech.words[title.word_of(order, shop)],
        "orderId": order.order_id,
        "orderNumber": naming.order_number(order, writing),
        "number": naming.number(order, writing),
        "facts": facts,
        "areFactsWide": naming.are_wide(facts),
        "labelWidth": naming.label_width(facts, len(of_its_kind["parties"])),
        "reference": naming.reference(order, shop, speech, writing),
        "date": _date(order, shop, speech),
        **of_its_kind,
        "verification": _verification(order) if shop.qr_code else None,
    }


def _of_its_kind(order: Order, shop: Shop, speech: Language, writing: Writing) -> dict[str, Any]:
    if order.document and order.document.kind is Kind.CREDIT_NOTE:
        return _of_credit_note(order.posted, order.document, shop, speech, writing)
    return _of_receipt(order.posted, shop, speech, writing)


def _of_receipt(posted: PostedOrder, shop: Shop, speech: Language, writing: Writing) -> dict[str, Any]:
    bill = Bill(posted, posted.totals, shop, speech, writing) if posted.totals else None
    return {
        "headline": heading.of(bill) if bill else None,
        "parties": buyer.of(posted, speech, writing),
        "note": writing.breakable(posted.note, _a_line(shop)) if posted.note else None,
        "reason": None,
        "thankYou": _thanks(posted, shop, speech, writing),
        "bill": _bill(bill, rows.after_the_total(bill)) if bill else None,
    }


def _of_credit_note(
    posted: PostedOrder, document: Document, shop: Shop, speech: Language, writing: Writing
) -> dict[str, Any]:
    """With its own lines only, the buyer alone, and the reason in place of note and thanks."""
    credit, refund = credited.credit_of(document), credited.refund_of(document)
    part, totals = credited.part_of(posted, credit, refund, speech)
    bill = Bill(part, totals, shop, speech, writing, is_spread=credit.is_spread)
    went_back = refund.refunded_at is not None or totals.paid >= totals.payable
    reason = writing.breakable(refund.reason, _a_line(shop)) if refund.reason else None
    return {
        "headline": heading.of_credit(bill, went_back=went_back),
        "parties": buyer.of(posted, speech, writing)[:1],
        "note": None,
        "reason": {"label": speech.words["reason"], "value": reason} if reason else None,
        "thankYou": None,
        "bill": _bill(bill, rows.after_a_credit(bill)),
    }


_WORDS = (
    "order", "item", "quantity", "unit_price", "amount", "total", "note", "page", "verify", "attachment",
)  # fmt: skip
"""Those that the page itself prints. Each letter that it does not need saves a look for its font."""


_WORDS_OF_A_CREDIT_NOTE = {"verify": "credit_note_verify", "attachment": "credit_note_attachment"}
"""Those that take the place of a receipt's words."""


def _language(order: Order, speech: Language) -> dict[str, Any]:
    instead = _WORDS_OF_A_CREDIT_NOTE if title.is_credit_note(order) else {}
    words = {name: speech.words[instead.get(name, name)] for name in _WORDS} | {"direction": speech.direction}
    return {"code": speech.code.partition("-")[0], "country": _country(speech), "words": words}


def _country(speech: Language) -> str | None:
    """Typst knows countries by two letters. Other regions, such as Latin America in `es-419`, have three digits."""
    territory: str | None = speech.locale.territory
    return territory if territory and territory.isalpha() else None


def _bill(bill: Bill, after: list[list[rows.Row]]) -> dict[str, Any]:
    """`after` is what is below the total."""
    before = [] if bill.is_spread else list(rows.before_the_total(bill))
    included = bill.word("tax_included").replace("{tax}", bill.tax_name) if rows.has_taxes_inside(bill) else None
    written = lines.of(bill)
    columns = lines.widths(written)[2 if bill.is_spread else 0 :]
    return {
        "columns": columns,
        "hasQuantities": not bill.is_spread,
        "figureSize": lines.figure_size(written),
        "areLow": lines.are_low(written, columns),
        "currency": bill.currency,
        "taxIncluded": included,
        "tax": bill.tax_name,
        "lines": written,
        "before": before,
        "total": bill.price(bill.totals.total),
        "after": after,
        "isLong": rows.are_long([*before, *chain.from_iterable(after)]),
        "reasons": list(rows.reasons(bill)),
    }


def _paper(shop: Shop, speech: Language) -> str:
    """`a4`, `letter`, `80mm` or `58mm`."""
    if shop.paper != "auto":
        return shop.paper
    return "letter" if (shop.country or speech.locale.territory) in country.LETTER else "a4"


def _a_line(shop: Shop) -> int:
    """So many of the widest letters fit across the paper."""
    return _LINES_OF_ROLLS.get(shop.paper, _A_LINE)


def _date(order: Order, shop: Shop, speech: Language) -> dict[str, str]:
    """In the shop's time zone."""
    name, at = ("issued", order.received_at) if order.document else title.date_of(order)
    return {"name": speech.words[name], "value": speech.instant(at, shop.zone, is_printable)}


def _shop(shop: Shop, speech: Language) -> dict[str, Any]:
    return {
        "name": printable(shop.name) if shop.name else None,
        "sign": breakable(shop.name, _A_SIGN) if shop.name else None,
        "address": [breakable(line, _AN_ADDRESS) for line in shop.address],
        "taxIds": list(_tax_ids(shop, speech)),
        "contact": [breakable(each, _AN_ADDRESS) for each in (shop.phone, shop.web) if each],
        "footer": breakable(shop.footer, _a_line(shop)) if shop.footer else None,
        "logo": shop.logo.as_posix() if shop.logo else None,
        "colors": dict(shop.colors),
    }


def _tax_ids(shop: Shop, speech: Language) -> Iterator[dict[str, str]]:
    for tax_id in shop.tax_ids:
        usual = country.tax_id_label(tax_id.id, shop.country, speech.code) or speech.words["tax_id"]
        yield {"label": printable(tax_id.label or usual), "id": breakable(tax_id.id, _AN_ADDRESS)}


def _thanks(posted: PostedOrder, shop: Shop, speech: Language, writing: Writing) -> str:
    thanks = printable(shop.thank_you or speech.words["thank_you"])
    name = writing.printable(posted.customer_name)
    if lines.HAS_LEFTWARD.search(thanks) or lines.HAS_LEFTWARD.search(name):
        name = f"\u2068{name}\u2069"  # in its own direction, with the signs at its ends
    return with_breaks(thanks.replace("{name}", name), _a_line(shop))


def _verification(order: Order) -> dict[str, str] | None:
    """The page that verifies the receipt, or None if only some machines reach the API's address."""
    url = f"{order.api_url}receipt/{order.order_id}/verification"
    if not order.api_url or len(url) > _LONGEST_URL or not (url.isascii() and url.isprintable()):
        return None
    if not public_url.is_public(order.api_url):
        return None
    return {"url": url, "code": qr.svg(url)}
