"""An order's whole life, played on the real handlers: accepted, counted, completed, looked at, downloaded, mailed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cost import filtering
from cost.functions import Functions, Run

ORDER: dict[str, Any] = json.loads(Path(__file__).with_name("order.json").read_text(encoding="utf-8"))
"""An ordinary order: three items, an e-mail address, a number."""
OF_MAIL = frozenset({"send its e-mail", "count its e-mail", "tell of its e-mail"})
"""The steps that only an order with an e-mail has."""
READERS = ("CountOrdersFunction", "RecordEventsFunction")
"""What the table's stream feeds. A version before had only the first."""
ADDRESS = "orders.casaluna.example"


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the lives of `orders` orders: invocations, and what they have in common.

    `requests` are those to the API, `batches` the invocations with messages of SQS, `downloaded` bytes of receipts.
    """

    name: str
    runs: tuple[Run, ...]
    orders: int
    requests: int = 0
    answered: int = 0
    batches: int = 0
    downloads: int = 0
    downloaded: int = 0


def play(functions: Functions, orders: int) -> list[Step]:
    """The lives of so many new orders that arrive together.

    With one order, each message and each record of the stream comes alone. With ten, they come in batches
    as large as the template has them.
    """
    so_far = len(functions.aws.items.get("OrderTable", ()))
    return Life(functions, [f"{ORDER['orderId']}-{so_far + number}" for number in range(orders)]).steps()


class Life:
    """The lives of the orders with these ids, with an e-mail each if the stack has a sender."""

    def __init__(self, functions: Functions, order_ids: Sequence[str]) -> None:
        self._functions = functions
        self._ids = order_ids
        self._records: list[dict[str, Any]] = []
        self._receipts = 0

    def steps(self) -> list[Step]:
        steps = [self.accept(), *self._streamed("count it", "tell of it")]
        steps += [self._completed(), *self._streamed("count its completion", "tell of its completion")]
        steps += [self._shown(), self._linked()]
        if self._functions.stack.parameter("MailSender"):
            steps += [self._mailed(), *self._streamed("count its e-mail", "tell of its e-mail")]
        return steps

    def accepted_and_told(self) -> None:
        """The orders are accepted, and the event feed has them."""
        self.accept()
        self._streamed("count it", "tell of it")

    def accept(self) -> Step:
        runs = [self._run("ReceiveOrderFunction", request("POST", "/orders", body=_body(each))) for each in self._ids]
        return self._api_step("accept it", runs)

    def _completed(self) -> Step:
        before = self._functions.aws.stored()
        step = self._batch_step("make its receipt", "ProcessOrderFunction")
        self._receipts = self._functions.aws.stored() - before
        return step

    def _mailed(self) -> Step:
        return self._batch_step("send its e-mail", "SendReceiptFunction")

    def _shown(self) -> Step:
        path = "/orders/{orderId}"
        runs = [self._run("GetOrderFunction", request("GET", path, orderId=each)) for each in self._ids]
        return self._api_step("show it", runs)

    def _linked(self) -> Step:
        path = "/receipt/{orderId}"
        runs = [self._run("GetReceiptFunction", request("GET", path, orderId=each)) for each in self._ids]
        return self._api_step("hand out its receipt", runs, downloads=len(runs), downloaded=self._receipts)

    def _streamed(self, *names: str) -> list[Step]:
        """The counts and the events of what the stream tells since the last time."""
        records, self._records = self._records, []
        read = zip(names, READERS, strict=True)
        return [
            self._read(name, function, records)
            for name, function in read
            if function in self._functions.stack.functions
        ]

    def _read(self, name: str, function: str, records: list[dict[str, Any]]) -> Step:
        """The records of the stream that this function gets."""
        (source,) = self._functions.stack.events(function, "DynamoDB")
        batches = self._functions.stack.batches(function, filtering.passed(records, filtering.patterns(source)))
        return Step(name, tuple(self._run(function, {"Records": each}) for each in batches), len(self._ids))

    def _batch_step(self, name: str, function: str) -> Step:
        batches = self._functions.stack.batches(function, self._ids)
        runs = tuple(self._run(function, messages(each)) for each in batches)
        return Step(name, runs, len(self._ids), batches=len(runs))

    def _api_step(self, name: str, runs: Sequence[Run], **more: int) -> Step:
        answered = sum(len(json.dumps(run.answer)) for run in runs)
        return Step(name, tuple(runs), len(runs), requests=len(runs), answered=answered, **more)

    def _run(self, function: str, event: Mapping[str, Any]) -> Run:
        run = self._functions.run(function, event)
        self._records += [record for record in run.records if record["table"] == "OrderTable"]
        return run


def _body(order_id: str) -> str:
    """Each order is of another customer: one mailbox gets a limited number of e-mails."""
    return json.dumps(ORDER | {"orderId": order_id, "customerEmail": f"alice-{order_id}@example.com"})


def messages(order_ids: Sequence[str]) -> dict[str, Any]:
    return {
        "Records": [{"messageId": each, "body": each, "attributes": {}, "eventSource": "aws:sqs"} for each in order_ids]
    }


def request(method: str, path: str, body: str | None = None, **values: str) -> dict[str, Any]:
    """As API Gateway sends it. Values that the path names are in the path, others in the query."""
    in_path = {name: value for name, value in values.items() if f"{{{name}}}" in path}
    query = {name: value for name, value in values.items() if name not in in_path}
    return {
        "httpMethod": method,
        "resource": path,
        "path": path.format(**in_path),
        "headers": {"Content-Type": "application/json", "Host": ADDRESS, "X-Forwarded-Proto": "https"},
        "pathParameters": in_path or None,
        "queryStringParameters": query or None,
        "body": body,
        "requestContext": {"requestId": "5f0e7c52-9a41-4f2b-8d3c-1b6a70e4d901", "stage": "v1", "identity": {}},
    }
