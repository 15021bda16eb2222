"""A function may do exactly what it does: its calls, recorded while it works, are its policy, no more and no less."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.infrastructure.recorder import Handler, recorded
from tests.support.emulator import Emulator
from tests.support.event_fakes import MemoryDoorbell, MemorySender
from tests.support.examples import ALICE, ALICIA, BASKET, ROOT
from tests.support.fakes import World
from tests.support.resources import (
    new_api_key,
    new_bucket,
    new_configuration_set,
    new_count_table,
    new_event_bus,
    new_event_table,
    new_queue,
    new_sender,
    new_table,
)
from tests.support.stream import records
from tests.support.translated import allowed, found_in_map, name_of, resources, where, where_mail_is_sent, without

from orders.aws import clients
from orders.aws.bucket import S3Bucket
from orders.aws.dynamodb.feed import DynamoFeed
from orders.aws.dynamodb.recording import Recorder
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.dynamodb.webhooks import DynamoWebhooks
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.delivery import Delivery
from orders.order.history import CANARY, SHOP
from orders.order.order import Order, Status, StoredReceipt
from orders.ports.events import EventPorts
from orders.shop import shop
from orders.use_cases import refund
from orders.use_cases.webhooks import manage

PLENTY_OF_TIME = 20_000
A_TURN = 55_000
"""DeliverWebhooks begins no step without the time for an answer."""
REACHABLE = ALICE | {"customerEmail": "alice@example.com"}


@dataclass
class Context:
    milliseconds: int = PLENTY_OF_TIME

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass
class Aws:
    """Real resources, empty at first, and the rows that a story starts with."""

    table: str
    counts: str
    queue: str
    bucket: str
    slow_queue: str
    mail_queue: str
    configuration_set: str
    sender: str
    canary_key: str
    events: str
    webhook_queue: str
    event_bus: str

    def endpoint(self, url: str = "https://127.0.0.1") -> str:
        """The id of a webhook endpoint, by default of one to which nothing may be sent."""
        ports = EventPorts(self.feed(), self.webhooks(), MemorySender(), MemoryDoorbell())
        return manage.add(url, (), "", ports, by="maria").endpoint.id

    def event(self, order_id: str) -> str:
        """The id of the newest event in the feed, after one more order was posted."""
        before = len(records(self.table))
        self.row(order_id)
        Recorder(self.events, clients.dynamodb()).record(records(self.table)[before:])
        return str(self.feed().end())

    def feed(self) -> DynamoFeed:
        return DynamoFeed(self.events, clients.dynamodb())

    def webhooks(self) -> DynamoWebhooks:
        return DynamoWebhooks(self.events, clients.dynamodb())

    def row(self, order_id: str = "12345", by: str = SHOP, **changes: Any) -> Order:
        row = Order.received(validation.parse(REACHABLE | {"orderId": order_id}), "token", utc_now(), by=by)
        return DynamoTable(self.table).create(replace(row, **changes))

    def undrawable(self, order_id: str) -> Order:
        """An order whose receipt can't be drawn in a way that nobody thought of: its currency does not exist."""
        items = '{"currency":"ZZZ","items":[{"name":"x","quantity":1,"unitPrice":"1"}],'
        return self.row(order_id, body=self.row(f"{order_id}-like").body.replace("{", items))

    def completed(self, order_id: str = "12345", by: str = SHOP) -> Order:
        row = self.row(order_id, by)
        stored = S3Bucket(self.bucket).store_once(row.receipt_key, b"%PDF-")
        return self._completed(row, stored)

    def completed_by_a_version_before(self, order_id: str) -> Order:
        """Its receipt is stored under the plain key."""
        row = self.row(order_id)
        return self._completed(row, S3Bucket(self.bucket)._store_once(row.receipt_key, b"%PDF-"))

    def _completed(self, row: Order, stored: StoredReceipt) -> Order:
        return DynamoTable(self.table).replace(row, row.completed(stored, utc_now(), Delivery.requested(utc_now())))

    def priced(self, order_id: str) -> Order:
        """A completed order whose money can be given back."""
        posted = validation.parse(BASKET | {"orderId": order_id})
        row = DynamoTable(self.table).create(Order.received(posted, "token", utc_now()))
        return self._completed(row, S3Bucket(self.bucket).store_once(row.receipt_key, b"%PDF-"))

    def refunded(self, order_id: str) -> Order:
        """A completed order with a credit note, the row of which waits for its PDF."""
        posted = validation.parse_refund({"refundId": "r-1", "amount": "1.00"})
        outside = World().outside
        refund.accept(self.priced(order_id).order_id, posted, replace(outside, table=DynamoTable(self.table)))
        return DynamoTable(self.table).read(order_id)

    def sent(self, order_id: str = "12345") -> Order:
        row = self.completed(order_id)
        assert row.mail
        return DynamoTable(self.table).replace(row, row.mailed(row.mail.sent("m1", utc_now()), "mail sent", by="mail"))

    def numbered(self, order_id: str = "12345", **changes: Any) -> Order:
        """An order whose number is issued, and that waits for its receipt."""
        (row,) = DynamoTable(self.table).issue([(self.row(order_id, **changes), "R{number}")], utc_now())
        return row

    def failed(self) -> Order:
        row = self.row()
        return DynamoTable(self.table).replace(row, row.failed("as if", utc_now(), "test"))


@pytest.fixture
def aws(emulator: Emulator) -> Aws:
    return Aws(
        new_table(), new_count_table(), new_queue(), new_bucket(),
        new_queue("slow"), new_queue("mails"), new_configuration_set(), new_sender(), new_api_key(),
        new_event_table(), new_queue("webhooks"), new_event_bus(),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shop has numbers, for which the functions make more calls than for one without."""
    (tmp_path / "shop.toml").write_text('[numbers]\nreceipt = "R{year}-{number:06}"\ncredit_note = "C{number}"\n')
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
    shop.configured.cache_clear()
    yield
    shop.configured.cache_clear()


def request(method: str, resource: str, body: str | None = None, **path: str) -> dict[str, Any]:
    query = {name: path.pop(name) for name in ("status", "q", "sha256", "after") if name in path} or None
    return {
        "httpMethod": method,
        "resource": resource,
        "headers": {"Content-Type": "application/json", "Host": "localhost"},
        "pathParameters": path,
        "queryStringParameters": query,
        "body": body,
        "requestContext": {},
    }


def bells(*order_ids: str) -> dict[str, Any]:
    return {"Records": [{"messageId": order_id, "body": order_id} for order_id in order_ids]}


def receive_order(call: Callable[[Any], Any], aws: Aws) -> None:
    for order in (ALICE, ALICE, ALICIA):
        call(request("POST", "/orders", validation.parse(order).canonical()))
    follow(call, "/orders/{orderId}", aws.priced("another"))


def follow(call: Callable[[Any], Any], resource: str, order: Order) -> None:
    """A refund and a correction of a completed order, each twice: the second is a replay."""
    for _ in range(2):
        posted, correction = {"refundId": "r-1", "amount": "1.00"}, {"correctionId": "c-1", "customerName": "Alicia"}
        call(request("POST", f"{resource}/refunds", json.dumps(posted), orderId=order.order_id))
        call(request("POST", f"{resource}/corrections", json.dumps(correction), orderId=order.order_id))


def get_order(call: Callable[[Any], Any], aws: Aws) -> None:
    aws.row()
    call(request("GET", "/orders/{orderId}", orderId=aws.refunded("another").order_id))
    one = {"orderId": "another", "refundId": "r-1"}
    call(request("GET", "/orders/{orderId}/refunds/{refundId}", **one))
    call(request("GET", "/orders/{orderId}", orderId="12345"))
    call(request("GET", "/orders/{orderId}", orderId="nobody"))
    first = aws.event("with-an-event")
    aws.event("with-another")
    call(request("GET", "/events"))
    call(request("GET", "/events", after=first))
    call(request("GET", "/events/{eventId}", eventId=first))


def get_receipt(call: Callable[[Any], Any], aws: Aws) -> None:
    aws.completed()
    aws.completed_by_a_version_before("older")
    call(request("GET", "/receipt/{orderId}", orderId="12345"))
    call(request("GET", "/receipt/{orderId}", orderId=aws.completed("canary-1", CANARY).order_id))
    call(request("GET", "/receipt/{orderId}", orderId="older"))
    call(request("GET", "/receipt/{orderId}/{receiptToken}", orderId="12345", receiptToken="token"))
    call(request("GET", "/receipt/{orderId}/verification", orderId="12345", sha256="0" * 64))
    refunded = aws.refunded("another")
    assert refunded.receipt
    path = {"orderId": refunded.order_id, "sha256": refunded.receipt.sha256}
    call(request("GET", "/receipt/{orderId}/verification", **path))


def webhooks(call: Callable[[Any], Any], aws: Aws) -> None:
    event_id, folder = aws.event("with-an-event"), "/operations/webhooks"
    call(request("GET", "/operations/events"))
    call(request("GET", "/operations/events/{eventId}", eventId=event_id))
    added = call(request("POST", folder, json.dumps({"url": "https://hooks.casaluna.example"})))
    it = {"webhookId": json.loads(added["body"])["id"]}
    call(request("GET", folder))
    call(request("GET", f"{folder}/{{webhookId}}", **it))
    call(request("PATCH", f"{folder}/{{webhookId}}", json.dumps({"status": "DISABLED"}), **it))
    call(request("PATCH", f"{folder}/{{webhookId}}", json.dumps({"status": "ENABLED", "skipMissed": True}), **it))
    call(request("POST", f"{folder}/{{webhookId}}/rotate", **it))
    call(request("POST", f"{folder}/{{webhookId}}/test", **it))
    call(request("POST", f"{folder}/{{webhookId}}/test", **it))  # which looks at the first, as it waits
    call(request("POST", f"{folder}/{{webhookId}}/replay", json.dumps({"eventId": event_id}), **it))
    times = {"from": "2026-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z"}
    call(request("POST", f"{folder}/{{webhookId}}/replay", json.dumps(times), **it))
    call(request("GET", f"{folder}/{{webhookId}}/deliveries", **it))
    call(request("GET", f"{folder}/{{webhookId}}/deliveries/{{eventId}}", eventId=event_id, **it))
    call(request("DELETE", f"{folder}/{{webhookId}}", **it))


def record_events(call: Callable[[Any], Any], aws: Aws) -> None:
    aws.endpoint()
    aws.completed()
    assert call({"Records": records(aws.table)}) == {"batchItemFailures": []}
    assert aws.feed().end()


def deliver_webhooks(call: Callable[[Any], Any], aws: Aws) -> None:
    """Nothing leaves this machine: the endpoint's address is refused, so that the attempt fails and is tried again."""
    endpoint = aws.endpoint()
    aws.event("with-an-event")
    assert call(bells(endpoint)) == {"batchItemFailures": []}
    assert aws.webhooks().progress(endpoint).failures == 1
    assert call(bells("bus")) == {"batchItemFailures": []}


def operations(call: Callable[[Any], Any], aws: Aws) -> None:
    aws.failed()
    aws.endpoint()
    call(request("GET", "/operations/orders"))
    call(request("GET", "/operations/orders/{orderId}/receipt", orderId="12345"))
    call(request("GET", "/operations/orders", status="FAILED"))
    call(request("GET", "/operations/orders", q="alice"))
    call(request("GET", "/operations/orders.csv"))
    call(request("GET", "/operations/summary"))
    for action in ("retry", "cancel"):
        call(request("POST", f"/operations/orders/{{orderId}}/{action}", orderId="12345"))
    call(request("GET", "/operations/orders/{orderId}", orderId="12345"))
    row = aws.sent("another")
    call(request("POST", "/operations/orders/{orderId}/resend", orderId=row.order_id))
    follow(call, "/operations/orders/{orderId}", aws.priced("basket"))
    call(request("POST", "/operations/orders/{orderId}/cancel", orderId=aws.numbered("late").order_id))
    for what in ("documents", "documents.csv", "register", "register.csv"):
        call(request("GET", f"/operations/{what}"))
    both = aws.completed("canary-1", CANARY), aws.completed_by_a_version_before("older")
    for completed in (row, *both):
        call(request("GET", "/operations/orders/{orderId}/receipt", orderId=completed.order_id))


def describe_api(call: Callable[[Any], Any], aws: Aws) -> None:
    call(request("GET", "/openapi.json"))
    call(request("GET", "/docs"))


def process_order(call: Callable[[Any], Any], aws: Aws) -> None:
    slow, long_ago = aws.undrawable("third"), aws.row("fourth", received_at=utc_now() - timedelta(minutes=5))
    poison = {"batchItemFailures": [{"itemIdentifier": "nobody"}]}
    assert call(bells(*new_and_stored(aws), slow.order_id, long_ago.order_id, "nobody")) == poison


def new_and_stored(aws: Aws) -> list[str]:
    """An order, and two whose receipts are stored already, one of them the canary's."""
    stored = [aws.numbered("second"), aws.row("canary-1", CANARY)]
    for each in stored:
        S3Bucket(aws.bucket).store_once(each.receipt_key, b"%PDF-")
    return [aws.row("first").order_id, *(each.order_id for each in stored)]


def process_slow_order(call: Callable[[Any], Any], aws: Aws) -> None:
    long_ago = aws.row("third", received_at=utc_now() - timedelta(minutes=5))
    assert call(bells(*new_and_stored(aws), long_ago.order_id)) == {"batchItemFailures": []}


def fail_order(call: Callable[[Any], Any], aws: Aws) -> None:
    long_ago = utc_now() - timedelta(days=2)
    aws.numbered(waiting_since=long_ago, attempts=100)
    assert call(bells("12345")) == {"batchItemFailures": []}
    assert DynamoTable(aws.table).read("12345").status is Status.FAILED


def sweep_orders(call: Callable[[Any], Any], aws: Aws) -> None:
    past = utc_now() - timedelta(minutes=2)
    for number in range(3):
        aws.row(f"o{number}", due_at=past)
    row = aws.completed()
    aws.endpoint()
    DynamoTable(aws.table).replace(row, replace(row, mail_due_at=past, revision=row.revision + 1))
    assert call({}) == {"requeued": 4}


def send_receipt(call: Callable[[Any], Any], aws: Aws) -> None:
    row, older = aws.completed(), aws.completed_by_a_version_before("older")
    assert call(bells(row.order_id, older.order_id)) == {"batchItemFailures": []}
    assert DynamoTable(aws.table).read(row.order_id).history[-1].what == "mail sent"


def note_feedback(call: Callable[[Any], Any], aws: Aws) -> None:
    row = aws.sent()
    call(json.loads((ROOT / "events" / "note_feedback_event.json").read_text()))
    assert DynamoTable(aws.table).read(row.order_id).history[-1].what.startswith("mail came back")


def canary(call: Callable[[Any], Any], aws: Aws) -> None:
    """Nothing answers at the API's address: what the canary calls there is no call to AWS."""
    assert call({})["receipts"] == 0


def count_orders(call: Callable[[Any], Any], aws: Aws) -> None:
    aws.completed()
    call({"Records": records(aws.table)})


STORIES: dict[str, Callable[[Callable[[Any], Any], Aws], None]] = {
    "ReceiveOrder": receive_order,
    "GetOrder": get_order,
    "GetReceipt": get_receipt,
    "Operations": operations,
    "ProcessOrder": process_order,
    "ProcessSlowOrder": process_slow_order,
    "FailOrder": fail_order,
    "SweepOrders": sweep_orders,
    "SendReceipt": send_receipt,
    "NoteFeedback": note_feedback,
    "CountOrders": count_orders,
    "RecordEvents": record_events,
    "DeliverWebhooks": deliver_webhooks,
    "Webhooks": webhooks,
    "DescribeApi": describe_api,
    "Canary": canary,
}


def given(name: str, aws: Aws) -> dict[str, str]:
    """What the template gives this function in its environment, with the names of these resources."""
    function = where("HasPublicUrl", resources("AWS::Lambda::Function")[f"{name}Function"])
    variables = function["Environment"]["Variables"]
    real = {
        "OrderTable": aws.table,
        "CountTable": aws.counts,
        "OrderQueue": aws.queue,
        "SlowOrderQueue": aws.slow_queue,
        "ReceiptBucket": aws.bucket,
        "MailQueue": aws.mail_queue,
        "MailSender": aws.sender,
        "PublicUrl": "https://casaluna.example/orders",
        "MailsPerHour": "5",
        "MailConcurrency": "2",
        "IndexShards": "8",
        "MailConfigurationSet": aws.configuration_set,
        "CanaryKey": aws.canary_key,
        "EventTable": aws.events,
        "WebhookQueue": aws.webhook_queue,
        "WebhookHosts": "",
        "EventBusName": aws.event_bus,
    }
    values = {variable: value for variable, value in variables.items() if isinstance(value, dict)}
    return {variable: given_value(value, real) for variable, value in values.items()}


def given_value(value: dict[str, Any], real: Mapping[str, str]) -> str:
    value = without("HasDomain", value)
    if "Fn::Sub" in value:  # the API's own address
        return "https://127.0.0.1:1"
    return found_in_map(value) if "Fn::FindInMap" in value else real[where_mail_is_sent(value)["Ref"]]


CONSUMES = {
    "sqs": {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"},
    "stream": {
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
    },
}  # fmt: skip


def done_by_lambda(name: str) -> set[tuple[str, str]]:
    """What Lambda itself does as a function: write its log, serve it from its queue or stream, say what it gave up."""
    log = {("logs:CreateLogStream", f"{name}Logs"), ("logs:PutLogEvents", f"{name}Logs")}
    mappings = [
        source
        for source in resources("AWS::Lambda::EventSourceMapping").values()
        if source["FunctionName"]["Ref"] == f"{name}FunctionAliaslive"
    ]
    sources = {name_of(source["EventSourceArn"]) for source in mappings}
    failures = [source["DestinationConfig"]["OnFailure"] for source in mappings if "DestinationConfig" in source]
    told = {("sqs:SendMessage", name_of(failure["Destination"])) for failure in failures}
    return log | told | {(call, source) for source in sources for call in consuming(source)}


def consuming(source: str) -> set[str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-ddb.html"""
    return CONSUMES["stream" if source.endswith("/stream") else "sqs"]


AFTER_A_ROLLBACK = {
    name: {("s3:PutObject", "ReceiptBucket/receipts/*")} for name in ("ProcessOrder", "ProcessSlowOrder")
}
"""What an older version calls. `make rollback` moves functions, and leaves the roles as they are."""


@pytest.mark.parametrize("name", STORIES)
def test_a_functions_policy_is_the_list_of_its_calls(name: str, aws: Aws):
    with recorded(STORIES[name].__name__, **given(name, aws)) as (handler, recorder):
        context = Context(A_TURN if name == "DeliverWebhooks" else PLENTY_OF_TIME)
        STORIES[name](lambda event: called(handler, event, context), aws)

    needed = recorder.permissions | done_by_lambda(name) | AFTER_A_ROLLBACK.get(name, set())
    assert needed == allowed(f"{name}Role")


def called(handler: Handler, event: Any, context: Context) -> Any:
    answer = handler(event, context)
    assert answer is None or answer.get("statusCode", 200) < 500, answer
    return answer


def test_every_function_has_its_story():
    assert {f"{name}Function" for name in STORIES} == set(resources("AWS::Lambda::Function"))


def test_the_packages_describe_exactly_the_operations_that_are_called():
    """`make build` cuts botocore's descriptions down to a list of its own."""
    from botocore_data import OPERATIONS

    called = {action for name in STORIES for action, _ in allowed(f"{name}Role") - done_by_lambda(name)}
    described = {f"{service}:{operation}" for service, names in OPERATIONS.items() for operation in names}
    other_names = {"s3:HeadObject", "sqs:SendMessageBatch", "dynamodb:TransactWriteItems", "sesv2:SendEmail"}
    other_names |= {"apigateway:GetApiKey", "sesv2:GetAccount"}
    their_names = {"s3:GetObjectVersion", "ses:SendRawEmail", "ses:GetAccount", "apigateway:GET"}

    assert described - other_names == called - their_names
