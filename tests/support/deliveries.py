"""Webhook deliveries as an endpoint gets them: signed by our own code, over HTTP."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orders.order import signature
from orders.order.clock import utc_now
from orders.order.event import Event, EventType, Happening, written

SECRET, OTHER_SECRET = (signature.new_secret(bytes([number]) * signature.SECRET_BYTES) for number in (1, 2))


@dataclass(frozen=True)
class Delivery:
    """The headers and the body of one delivery."""

    headers: dict[str, str]
    body: bytes

    def with_body(self, body: bytes) -> "Delivery":
        return replace(self, body=body)

    def with_headers(self, **headers: str) -> "Delivery":
        """With other headers; `_` in a name stands for `-`."""
        return replace(self, headers=self.headers | {name.replace("_", "-"): text for name, text in headers.items()})


def completed(order_id: str, position: int = 1) -> Event:
    """The event that an order was completed."""
    happening = Happening(EventType.ORDER_COMPLETED, order_id, 3, utc_now(), "COMPLETED")
    data = {"orderId": order_id, "status": "COMPLETED", "revision": 3, "metadata": {"café": "9 €"}}
    return Event(position, happening, data)


def delivery(event: Event, at: datetime | None = None, secrets: Sequence[str] = (SECRET,)) -> Delivery:
    """An event as it is sent now, or at another time."""
    body = written(event.to_document())
    headers = signature.headers(event.id, at or utc_now(), body, secrets)
    return Delivery({"content-type": "application/json", **headers}, body)


def post(url: str, sent: Delivery) -> int:
    """Send it. Returns the status of the answer."""
    request = urllib.request.Request(url, sent.body, sent.headers)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
