"""Post an order through the public API as a shop does, and see that its receipt can be downloaded."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from orders.order.errors import OrdersError
from orders.ports import PublicApi

PATIENCE = 120.0
"""Seconds. A receipt that is not there by then is a fault, although the order may still be completed."""
PAUSE = 2.0
"""Seconds between two looks, as the answers of the API ask for."""


class NoReceipt(Exception):
    """There was no receipt in time. The message says what the last answer was."""


class NotYet(Exception):
    """A step has to be repeated. The message says why."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One order on its way, for at most `patience` seconds."""

    order_id: str
    api: PublicApi
    patience: float = PATIENCE
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def run(self) -> float:
        """How many seconds it took from the first attempt to post the order until its receipt was downloaded.

        Like a careful shop, this makes each call again until it has the answer that it wants.

        Raises:
            NoReceipt: it took longer than `patience`.
        """
        began = self.now()
        for step in (self._post, self._download):
            self._repeat(step, began + self.patience)
        seconds = self.now() - began
        if seconds > self.patience:
            raise NoReceipt(f"it took {seconds:.0f} seconds")
        return seconds

    def _repeat(self, step: Callable[[], None], end: float) -> None:
        while True:
            try:
                step()
            except (NotYet, OrdersError) as error:
                if self.now() + PAUSE > end:
                    raise NoReceipt(str(error)) from error
            else:
                return
            self.sleep(PAUSE)

    def _post(self) -> None:
        reply = self.api.post("orders", posted(self.order_id))
        if reply.status != 202:
            raise NotYet(f"POST /orders was answered by {reply.status}")

    def _download(self) -> None:
        """Each time by a new link: one may expire, or be refused."""
        reply = self.api.get(f"receipt/{self.order_id}")
        link = reply.document.get("signedReceiptUrl")
        if reply.status != 200 or not link:
            raise NotYet(f"GET /receipt/{{orderId}} was answered by {reply.status}")
        pdf = self.api.download(link)
        if pdf.status != 200 or not pdf.body.startswith(b"%PDF-"):
            raise NotYet(f"the link to the receipt was answered by {pdf.status} and {len(pdf.body)} bytes")


def posted(order_id: str) -> dict[str, object]:
    """The canary's order. It has an item, so that the whole drawing of a receipt has to work, and no e-mail address."""
    item = {"name": "Canary seed", "quantity": 1, "unitPrice": "1.00"}
    return {"orderId": order_id, "customerName": "Canary", "currency": "EUR", "items": [item]}
