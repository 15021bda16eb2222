"""The event feed and webhooks of the deployed stack, from the order to the receiver's check of the signature."""

import json
import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from tests.aws.stack import change_stack
from tests.support.api import Api
from tests.support.deployment import Deployment
from tests.support.examples import ALICE

from orders.order import signature
from orders.order.clock import utc_now

SECONDS_TO_DELIVER = 240
WEBHOOKS = "/operations/webhooks"
THREADS = 20


@dataclass
class Receiver:
    """An HTTPS server at `localhost`, with the certificate that the emulator's functions trust."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def count(self, event_id: str) -> int:
        return sum(headers["webhook-id"] == event_id for headers, _ in self.got)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    def of_order(self, order_id: str) -> set[str]:
        return {each["type"] for each in self.events() if each["data"].get("orderId") == order_id}


@pytest.fixture(scope="module")
def open_to_localhost(deployment: Deployment) -> Iterator[Deployment]:
    """The stack whose webhooks may reach this machine, until the tests of this file end."""
    change_stack(WebhookHosts="localhost")
    assert until(no_message_waits)
    yield deployment
    change_stack(WebhookHosts="")


def no_message_waits() -> bool:
    """Whether the emulator, which takes one message at a time, is done with those about other tests' endpoints."""
    sqs = boto3.client("sqs")
    (queue,) = sqs.list_queues(QueueNamePrefix="orders-dev-WebhookQueue")["QueueUrls"]
    waiting = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return waiting["ApproximateNumberOfMessages"] == "0"


@pytest.fixture
def receiver(open_to_localhost: Deployment) -> Iterator[Receiver]:
    certificate = open_to_localhost.emulator.certificate
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.url = f"https://localhost:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield receiver
        server.shutdown()


@pytest.fixture
def webhook(api: Api, receiver: Receiver) -> Iterator[dict[str, Any]]:
    reply = send(api, "POST", WEBHOOKS, {"url": receiver.url})
    assert reply.status == 201, reply
    yield reply.body
    api.request("DELETE", f"{WEBHOOKS}/{reply.body['id']}")


def send(api: Api, method: str, path: str, body: object = None) -> Any:
    if body is None:
        return api.request(method, path)
    return api.request(method, path, json.dumps(body), Content_Type="application/json")


def until(is_so: Callable[[], bool]) -> bool:
    """Whether it is so within the time that a delivery may take."""
    end = time.monotonic() + SECONDS_TO_DELIVER
    while not is_so() and time.monotonic() < end:
        time.sleep(0.2)  # nothing but another look can tell
    return is_so()


def read_on(api: Api, cursor: str | None, path: str = "/events", limit: int = 500) -> list[dict[str, Any]]:
    """All events behind the cursor."""
    found: list[dict[str, Any]] = []
    while True:
        reply = api.get(f"{path}?limit={limit}" + (f"&after={cursor}" if cursor else ""))
        assert reply.status == 200, reply
        found += reply.body["events"]
        cursor = reply.body["cursor"] or cursor
        if not reply.body["hasMore"]:
            return found


def types_of(events: list[dict[str, Any]], order_id: str) -> list[str]:
    return [each["type"] for each in events if each["data"]["orderId"] == order_id]


def place(api: Api) -> str:
    """A new order's id."""
    order_id = str(uuid.uuid4())
    assert api.post_order(ALICE | {"orderId": order_id}).status in {200, 202}
    return order_id


WHOLE = ["order.received", "order.completed"]


def test_an_order_is_in_the_feed_once_and_reaches_the_receiver_signed(
    api: Api, receiver: Receiver, webhook: dict[str, Any]
):
    order_id = place(api)
    assert until(lambda: receiver.of_order(order_id) == set(WHOLE)), receiver.events()

    for path in ("/events", "/operations/events"):
        events = read_on(api, None, path)
        assert types_of(events, order_id) == WHOLE
        (first, _) = (each for each in events if each["data"]["orderId"] == order_id)
        assert api.get(f"{path}/{first['id']}").body == first
    for headers, body in receiver.got:
        signature.verify(webhook["secret"], headers, body, utc_now())
        assert json.loads(body)["id"] == headers["webhook-id"]
    shown = api.get(f"{WEBHOOKS}/{webhook['id']}/deliveries").body["deliveries"]
    assert {each["eventId"]: each["status"] for each in shown} == {
        headers["webhook-id"]: "DELIVERED" for headers, _ in receiver.got
    }


def test_a_test_event_and_a_replayed_one_arrive(api: Api, receiver: Receiver, webhook: dict[str, Any]):
    at = f"{WEBHOOKS}/{webhook['id']}"
    tested = send(api, "POST", f"{at}/test")
    assert tested.status == 202, tested
    assert until(lambda: receiver.count(tested.body["eventId"]) == 1)

    order_id = place(api)
    assert until(lambda: receiver.of_order(order_id) == set(WHOLE))
    event_id = next(each["id"] for each in receiver.events() if each["data"].get("orderId") == order_id)
    assert send(api, "POST", f"{at}/replay", {"eventId": event_id}).status == 202
    assert until(lambda: receiver.count(event_id) == 2)
    headers, body = receiver.got[-1]
    signature.verify(webhook["secret"], headers, body, utc_now())


def test_a_dead_endpoint_keeps_what_it_misses_and_leaves_no_dead_letter(
    api: Api, open_to_localhost: Deployment, receiver: Receiver, webhook: dict[str, Any]
):
    dead = send(api, "POST", WEBHOOKS, {"url": "https://localhost:65533/hook"}).body
    order_id = place(api)
    assert until(lambda: receiver.of_order(order_id) == set(WHOLE))
    at = f"{WEBHOOKS}/{dead['id']}"
    assert until(lambda: len(waiting(api, at)) >= 2)

    assert {each["answer"]["error"] for each in waiting(api, at) if "answer" in each} == {"the connection was refused"}
    queues = boto3.client("sqs")
    (dead_letters,) = queues.list_queues(QueueNamePrefix="orders-dev-WebhookDeadLetterQueue")["QueueUrls"]
    assert "Messages" not in queues.receive_message(QueueUrl=dead_letters)
    assert api.request("DELETE", at).status == 204


def waiting(api: Api, at: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"{at}/deliveries?status=PENDING").body["deliveries"]
    return found


def test_a_reader_who_follows_the_cursor_while_many_write_skips_nothing_and_sees_nothing_twice(api: Api):
    seen = read_on(api, None)
    with ThreadPoolExecutor(THREADS) as threads:
        places = [threads.submit(place, api) for _ in range(THREADS * 3)]
        placed: list[str] = []

        def is_whole() -> bool:
            seen.extend(read_on(api, seen[-1]["id"] if seen else None, limit=7))
            placed[:] = [each.result() for each in places if each.done()]
            return len(placed) == len(places) and all(types_of(seen, order_id) == WHOLE for order_id in placed)

        whole = until(is_whole)
    ids = [each["id"] for each in seen]
    assert whole, {order_id: types_of(seen, order_id) for order_id in placed if types_of(seen, order_id) != WHOLE}
    assert ids == sorted(ids)
    assert max(Counter(ids).values()) == 1
    assert seen == read_on(api, None)


def test_the_event_bus_gets_the_events_of_the_feed(api: Api, deployment: Deployment):
    events, queues = boto3.client("events"), boto3.client("sqs")
    bus = f"bus-{uuid.uuid4().hex[:8]}"
    events.create_event_bus(Name=bus)
    url = queues.create_queue(QueueName=bus)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=bus, EventBusName=bus, EventPattern=json.dumps({"detail-type": ["order.completed"]}))
    events.put_targets(Rule=bus, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    change_stack(EventBusName=bus)
    try:
        order_id = place(api)
        found: list[dict[str, Any]] = []

        def has_come() -> bool:
            for message in queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                found.append(json.loads(message["Body"]))
                queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return any(each["detail"]["data"]["orderId"] == order_id for each in found)

        assert until(has_come), found
    finally:
        change_stack(EventBusName="")
    assert {(each["source"], each["detail-type"]) for each in found} == {("orders", "order.completed")}
    (mine,) = (each["detail"] for each in found if each["detail"]["data"]["orderId"] == order_id)
    assert mine in read_on(api, None)
