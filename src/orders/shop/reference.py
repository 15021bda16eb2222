"""The sentence by which a document names the receipt that it credits or replaces."""

from orders.order.document import Document, Kind
from orders.order.order import Order
from orders.shop import title
from orders.shop.language import Language
from orders.shop.shop import Shop


def written(order: Order, document: Document, shop: Shop, speech: Language, number: str, day: str) -> str:
    """As in `Replaces R2026-000017 of November 25, 2026.`, with this number and date."""
    sentence = speech.words[_word(order, document, shop)]
    filled = sentence.replace("{date}", speech.apart(day)).replace("{number}", speech.apart(number))
    return filled.removesuffix(".") if filled.endswith("..") else filled  # a date may end in a dot, as in Russian


def is_by_number(order: Order, document: Document) -> bool:
    """Whether the receipt has a number of its own. Otherwise it is named by its order's."""
    return document.refers_to.number != title.number_of(order)


def _word(order: Order, document: Document, shop: Shop) -> str:
    is_numbered = is_by_number(order, document)
    if document.kind is Kind.CREDIT_NOTE:
        return f"for_{title.kind_of(order.posted, shop)}" if is_numbered else "for_order"
    return "replaces" if is_numbered else "replaces_order"
