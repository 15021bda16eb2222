"""Who uses the system: a shop that posts until it is answered, its customer, an operator; all of them impatient."""

import json
from dataclasses import dataclass
from typing import Any

from tests.simulation.platform import Platform
from tests.simulation.postings import Posting
from tests.simulation.world import World

TRIES = 12
_HOST = {"host": "orders.example", "content-type": "application/json"}
_STAGE = "/v1"


def event(method: str, resource: str, body: str | None = None, **path: str) -> dict[str, Any]:
    """A request as API Gateway hands it to a function."""
    return {
        "httpMethod": method,
        "resource": resource,
        "headers": _HOST,
        "pathParameters": path,
        "queryStringParameters": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {"path": _STAGE + resource.format(**path)},
    }


@dataclass(frozen=True, slots=True)
class Public:
    """The people outside. Every answer they get is shown to the checker."""

    world: World
    platform: Platform

    def post(self, posting: Posting) -> bool:
        """Post the order until it is accepted or refused; whether it was accepted."""
        request = event("POST", "/orders", posting.body)
        for attempt in range(TRIES):
            answer = self.platform.request("ReceiveOrderFunction", request)
            status = answer["statusCode"] if answer else 502
            if self.world.traced:
                self.world.tell(f"POST {posting.order_id} {posting.canonical[-30:]} -> {status}")
            if answer and status == 202:
                self.world.checker.accepted(posting, json.loads(answer["body"])["receiptUrl"].rpartition("/")[2])
                return True
            if status == 409:
                self.world.checker.refused(posting)
                return False
            if status == 422 and posting.is_wrong:
                return False
            self._expected(posting.order_id, status)
            self._pause(attempt)
        return False

    def fetch(self, order_id: str) -> None:
        """The shop asks for the receipt."""
        self._ask(order_id, event("GET", "/receipt/{orderId}", orderId=order_id))

    def open(self, order_id: str) -> None:
        """The customer opens the stable link."""
        _, token = self.world.checker.acknowledged[order_id]
        self._ask(order_id, event("GET", "/receipt/{orderId}/{receiptToken}", orderId=order_id, receiptToken=token))

    def _ask(self, order_id: str, request: dict[str, Any]) -> None:
        """Until there is a link, or none will ever be."""
        for attempt in range(TRIES):
            answer = self.platform.request("GetReceiptFunction", request)
            status = answer["statusCode"] if answer else 502
            if self.world.traced:
                self.world.tell(f"GET receipt of {order_id} -> {status}")
            if answer and status in {200, 303}:
                self.world.checker.linked(order_id, _link(answer))
            self.world.checker.told_of_receipt(order_id, status)
            if status in {200, 303, 404, 409, 410}:
                return
            self._expected(order_id, status)
            self._pause(attempt)

    def look(self, order_id: str) -> None:
        """What everybody is told in the end."""
        token = self.world.rows[order_id].receipt_token
        link = "/receipt/{orderId}/{receiptToken}"
        shown = self._answer("GetOrderFunction", event("GET", "/orders/{orderId}", orderId=order_id))
        opened = self._answer("GetReceiptFunction", event("GET", link, orderId=order_id, receiptToken=token))
        refused = self._answer("GetReceiptFunction", event("GET", link, orderId=order_id, receiptToken="another"))
        self.world.checker.shown(order_id, json.loads(shown["body"]))
        self.world.checker.opened(order_id, opened["statusCode"], refused["statusCode"])

    def _answer(self, function: str, request: dict[str, Any]) -> dict[str, Any]:
        """Of a function that may be at the end of its power, and is called again then."""
        while (answer := self.platform.request(function, request)) is None:
            self._pause(0)
        return answer

    def retry(self, order_id: str) -> None:
        """An operator tries a failed order again."""
        resource = "/operations/orders/{orderId}/retry"
        self.platform.request("OperationsFunction", event("POST", resource, orderId=order_id))

    def resend(self, order_id: str) -> None:
        """An operator asks for another mail, once."""
        self.world.checker.mail.another_wanted(order_id)
        resource = "/operations/orders/{orderId}/resend"
        self.platform.request("OperationsFunction", event("POST", resource, orderId=order_id))

    def cancel(self, order_id: str) -> None:
        """An operator cancels an order, until told that it is cancelled, or can't be any more."""
        self.world.checker.to_be_cancelled.add(order_id)
        request = event("POST", "/operations/orders/{orderId}/cancel", orderId=order_id)
        for attempt in range(TRIES):
            answer = self.platform.request("OperationsFunction", request)
            status = answer["statusCode"] if answer else 502
            if self.world.traced:
                self.world.tell(f"POST cancel {order_id} -> {status}")
            if status == 200:
                self.world.checker.told_cancelled(order_id)
            if status == 409:
                self.world.checker.not_cancelled(order_id)
            if status == 404:
                self.world.checker.unknown(order_id)
            if status in {200, 404, 409}:
                return
            self._expected(order_id, status)
            self._pause(attempt)

    def _expected(self, order_id: str, status: int) -> None:
        if status not in {202, 502, 503}:
            self.world.checker.unexpected(order_id, status)

    def _pause(self, attempt: int) -> None:
        self.world.scheduler.sleep(min(250 * 4**attempt, 60_000))


def _link(answer: dict[str, Any]) -> str:
    return str(answer["headers"].get("Location") or json.loads(answer["body"])["signedReceiptUrl"])
