"""Who uses the system: a shop that posts until it is answered, its customer, an operator; all of them impatient."""

import json
from dataclasses import dataclass
from typing import Any

from tests.simulation import goods
from tests.simulation.platform import Platform
from tests.simulation.postings import Posting
from tests.simulation.scheduler import CURRENT
from tests.simulation.world import World

from orders.order.order import Status

TRIES = 12
_HOST = {"host": "orders.example", "content-type": "application/json"}
_STAGE = "/v1"


def named(row_id: str) -> tuple[str, dict[str, str]]:
    """How the API's paths name a row, and what they name it with."""
    order_id, *rest = row_id.split("/")
    if not rest:
        return "{orderId}", {"orderId": order_id}
    name = {"refunds": "refundId", "corrections": "correctionId"}[rest[0]]
    return f"{{orderId}}/{rest[0]}/{{{name}}}", {"orderId": order_id, name: rest[1]}


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
        """The shop asks for the receipt, or another document."""
        name, path = named(order_id)
        self._ask(order_id, event("GET", f"/receipt/{name}", **path))

    def open(self, order_id: str) -> None:
        """The customer opens the stable link."""
        name, path = named(order_id)
        _, token = self.world.checker.acknowledged[path["orderId"]]
        self._ask(order_id, event("GET", f"/receipt/{name}/{{receiptToken}}", **path, receiptToken=token))

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
        token, (name, path) = self.world.rows[order_id].receipt_token, named(order_id)
        link = f"/receipt/{name}/{{receiptToken}}"
        shown = self._answer("GetOrderFunction", event("GET", f"/orders/{name}", **path))
        opened = self._answer("GetReceiptFunction", event("GET", link, **path, receiptToken=token))
        refused = self._answer("GetReceiptFunction", event("GET", link, **path, receiptToken="another"))
        self.world.checker.shown(order_id, json.loads(shown["body"]))
        self.world.checker.opened(order_id, opened["statusCode"], refused["statusCode"])

    def _answer(self, function: str, request: dict[str, Any]) -> dict[str, Any]:
        """Of a function that may be at the end of its power, and is called again then."""
        while (answer := self.platform.request(function, request, CURRENT)) is None:
            self._pause(0)
        return answer

    def retry(self, order_id: str) -> None:
        """An operator tries a failed order again."""
        name, path = named(order_id)
        self.platform.request("OperationsFunction", event("POST", f"/operations/orders/{name}/retry", **path), CURRENT)

    def resend(self, order_id: str) -> None:
        """An operator asks for another mail, once."""
        self.world.checker.mail.another_wanted(order_id)
        name, path = named(order_id)
        self.platform.request("OperationsFunction", event("POST", f"/operations/orders/{name}/resend", **path), CURRENT)

    def refund(self, order_id: str, body: dict[str, Any], *, by_operator: bool = False) -> bool:
        """Post a refund until it is accepted or refused; whether it was accepted."""
        return self._follow(f"{order_id}/refunds/{body['refundId']}", body, by_operator=by_operator)

    def correct(self, order_id: str, body: dict[str, Any], *, by_operator: bool = False) -> bool:
        """The same for a correction."""
        return self._follow(f"{order_id}/corrections/{body['correctionId']}", body, by_operator=by_operator)

    def _follow(self, row_id: str, body: dict[str, Any], *, by_operator: bool) -> bool:
        order_id, folder, _ = row_id.split("/")
        resource = f"{'/operations' if by_operator else ''}/orders/{{orderId}}/{folder}"
        function = "OperationsFunction" if by_operator else "ReceiveOrderFunction"
        request = event("POST", resource, json.dumps(body), orderId=order_id)
        self.world.scheduler.sleep(max(0, self.world.deployed_at - self.world.scheduler.now))
        for attempt in range(TRIES):
            was_completed = self._is_completed(order_id)
            answer = self.platform.request(function, request, CURRENT)
            status = answer["statusCode"] if answer else 502
            problem = problem_of(answer)
            if self.world.traced:
                self.world.tell(f"POST {row_id} -> {status} {problem}")
            if status == 202:
                self.world.checker.followed_by(row_id, self._kept(order_id, body))
                return True
            if status in {404, 409, 422}:
                kept = self._kept(order_id, body)
                self.world.checker.not_followed(row_id, kept, problem, was_completed=was_completed)
                return False
            self._expected(row_id, status)
            self._pause(attempt)
        return False

    def _is_completed(self, order_id: str) -> bool:
        row = self.world.rows.get(order_id)
        return row is not None and row.status is Status.COMPLETED

    def _kept(self, order_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """The body as the table must keep it."""
        row = self.world.rows.get(order_id)
        currency = json.loads(row.body).get("currency", "EUR") if row else "EUR"
        kept: dict[str, Any] = goods.canonical(body, currency)
        return kept

    def look_at_register(self) -> None:
        """An operator looks at it, as it is now: at the series, and at the newest entries of each."""
        shown = self._ask_for_register(None)
        for series in shown["series"] if shown else ():
            self._ask_for_register(series["name"])

    def _ask_for_register(self, series: str | None) -> dict[str, Any] | None:
        request = event("GET", "/operations/register")
        if series is not None:
            request |= {"queryStringParameters": {"series": series}}
        answer = self.platform.request("OperationsFunction", request, CURRENT)
        status = answer["statusCode"] if answer else 502
        if self.world.traced:
            self.world.tell(f"GET register {series} -> {status}")
        if answer is None or status != 200:
            self._expected("-", status)
            return None
        shown: dict[str, Any] = json.loads(answer["body"])
        self.world.checker.register.shown(shown["entries"])
        return shown

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


def problem_of(answer: dict[str, Any] | None) -> str:
    """The name of the problem in an answer; empty if there is none."""
    if answer is None or answer["statusCode"] < 400:
        return ""
    return str(json.loads(answer["body"]).get("type", "")).rpartition(":")[2]


def _link(answer: dict[str, Any]) -> str:
    return str(answer["headers"].get("Location") or json.loads(answer["body"])["signedReceiptUrl"])
