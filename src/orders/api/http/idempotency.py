"""Ids for what is posted without one: the header `Idempotency-Key` makes the same id again."""

from orders.api.http.request import Request
from orders.order import ids
from orders.order.errors import BadRequest
from orders.ports import Outside


def key(request: Request) -> str | None:
    """The key that the caller sent.

    Raises:
        BadRequest: it is empty or too long.
    """
    sent = request.headers.get("idempotency-key")
    if sent is not None and not 1 <= len(sent) <= 255:
        raise BadRequest("Idempotency-Key must have 1 to 255 characters.")
    return sent


def made_up_id(key: str | None, outside: Outside, scope: str = "") -> str:
    """An id. The same key makes the same id in the same scope, such as an order; without a key it is a new one."""
    if key is None:
        return ids.time_ordered(outside.clock(), outside.random_bytes(10))
    return ids.derived(f"{scope} {key}" if scope else key)
