"""Say whether a file is the document that was issued, and which one replaces it."""

import hmac
import re

from orders.order.document import Kind, parts_of
from orders.order.errors import BadRequest
from orders.order.order import Order
from orders.ports import Outside
from orders.use_cases import documents, retrieve

_SHA256 = re.compile("[0-9a-fA-F]{64}")


def is_issued(row_id: str, sha256: str, outside: Outside) -> bool:
    """Whether the receipt of this order, or the document with this row, has this SHA-256, in hexadecimal.

    An unknown order has no receipt. It takes the same steps as a file that is not the receipt, so that a caller
    without a key learns only whether the file is genuine.

    Raises:
        BadRequest: the text is not a SHA-256.
        Unavailable: the table did not answer.
    """
    if not _SHA256.fullmatch(sha256):
        raise BadRequest("Send the file's SHA-256, 64 hexadecimal digits, as in ?sha256=9f86d081...")
    return hmac.compare_digest(retrieve.proof(row_id, outside).sha256, sha256.lower())


def replacement(row_id: str, outside: Outside) -> Order | None:
    """The corrected receipt that replaces this document, if there is one. Only for a caller who has the file.

    Raises:
        UnknownOrder: no row has this id.
        Unavailable: the table did not answer.
    """
    order_id, kind, _ = parts_of(row_id)
    if kind is Kind.CREDIT_NOTE:
        return None
    known = documents.of(outside.table.read(order_id), outside)
    return known.replaced_by(row_id)
