"""Say whether a file is the receipt that was issued."""

import hmac
import re

from orders.order.errors import BadRequest
from orders.ports import Outside
from orders.use_cases import retrieve

_SHA256 = re.compile("[0-9a-fA-F]{64}")


def is_issued(order_id: str, sha256: str, outside: Outside) -> bool:
    """Whether the receipt of this order has this SHA-256, in hexadecimal.

    An unknown order has no receipt. It takes the same steps as a file that is not the receipt, so that a caller
    without a key learns only whether the file is genuine.

    Raises:
        BadRequest: the text is not a SHA-256.
        Unavailable: the table did not answer.
    """
    if not _SHA256.fullmatch(sha256):
        raise BadRequest("Send the file's SHA-256, 64 hexadecimal digits, as in ?sha256=9f86d081...")
    return hmac.compare_digest(retrieve.proof(order_id, outside).sha256, sha256.lower())
