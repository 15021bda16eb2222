"""POST /orders, and below it refunds and corrections: accept what a shop posts."""

import os

from orders.api import accepting, http, present
from orders.api.http import dry_run, idempotency
from orders.edition import connect
from orders.order import validation
from orders.order.history import CANARY, SHOP
from orders.shop import public_url
from orders.use_cases import receive

outside = connect()
CANARY_KEY_ID = os.environ.get("ORDERS_CANARY_KEY_ID")
"""The API key of the canary. Only that function can read the key itself."""
_NO_ID = "no-id"


def post(request: http.Request) -> http.Answer:
    return check(request) if dry_run.is_requested(request, "an order") else accept(request)


def check(request: http.Request) -> http.Answer:
    """Answer as for an order that is accepted, but for its state. Nothing is stored."""
    document, _ = request.json(), idempotency.key(request)
    has_no_id = isinstance(document, dict) and "orderId" not in document
    posted = validation.parse(document | {"orderId": _NO_ID} if has_no_id else document)
    validation.refuse_future(posted, outside.clock())
    checked = present.checked(posted)
    if has_no_id:
        del checked["order"]["orderId"]
    return http.Answer(200, checked)


def accept(request: http.Request) -> http.Answer:
    document, key = request.json(), idempotency.key(request)
    if isinstance(document, dict) and "orderId" not in document:
        document["orderId"] = idempotency.made_up_id(key, outside)
    public_url.warn_unless_public(request.base_url)
    acceptance = receive.accept(validation.parse(document), outside, request.base_url, poster(request))
    order = acceptance.order
    return http.Answer(
        202,
        present.accepted(order, request.url(f"receipt/{order.order_id}/{order.receipt_token}")),
        {"Location": request.url(f"orders/{order.order_id}")}
        | ({"Idempotent-Replayed": "true"} if acceptance.replayed else {}),
    )


def poster(request: http.Request) -> str:
    return CANARY if CANARY_KEY_ID and request.key_id == CANARY_KEY_ID else SHOP


def refund(request: http.Request) -> http.Answer:
    return accepting.refunded(request, outside)


def correct(request: http.Request) -> http.Answer:
    return accepting.corrected(request, outside)


handler = http.handler(
    {
        "POST /orders": post,
        "POST /orders/{orderId}/refunds": refund,
        "POST /orders/{orderId}/corrections": correct,
    }
)
