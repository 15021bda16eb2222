"""POST /orders: accept an order."""

from orders.api import http, present
from orders.edition import connect
from orders.order import ids, validation
from orders.order.errors import BadRequest
from orders.shop import public_url
from orders.use_cases import receive

outside = connect()


def accept(request: http.Request) -> http.Answer:
    document, key = request.json(), idempotency_key(request)
    if isinstance(document, dict) and "orderId" not in document:
        document["orderId"] = made_up_id(key)
    public_url.warn_unless_public(request.base_url)
    acceptance = receive.accept(validation.parse(document), outside, request.base_url)
    order = acceptance.order
    return http.Answer(
        202,
        present.accepted(order, request.url(f"receipt/{order.order_id}/{order.receipt_token}")),
        {"Location": request.url(f"orders/{order.order_id}")}
        | ({"Idempotent-Replayed": "true"} if acceptance.replayed else {}),
    )


def idempotency_key(request: http.Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= 255:
        raise BadRequest("Idempotency-Key must have 1 to 255 characters.")
    return key


def made_up_id(key: str | None) -> str:
    """An id for an order without one. The same `Idempotency-Key` makes the same id."""
    return ids.time_ordered(outside.clock(), outside.random_bytes(10)) if key is None else ids.derived(key)


handler = http.handler({"POST /orders": accept})
