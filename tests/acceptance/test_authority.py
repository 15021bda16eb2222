"""Who may call what: every route, and everybody who may come."""

import itertools
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.acceptance.callers import Caller, Credentials, callers, expired
from tests.support.api import EDITIONS, SECONDS_TO_COMPLETE, Api, Reply, pool
from tests.support.examples import BASKET
from tests.support.servers import address_of, start

from orders.api.authority import Authority
from orders.api.openapi.route import Route
from orders.api.openapi.routes import ROUTES
from orders.local.folder.folder import DataFolder
from orders.local.server.keys import KeyRing

OPENED = {200, 201, 202, 204, 303, 400, 409, 422}
"""What is answered behind the door; the order of the scene is completed, refunded and corrected, and its webhook is
there.
"""
REFUND, CORRECTION = {"refundId": "r-1", "amount": "1.00"}, {"correctionId": "c-1", "customerName": "Alicia"}
HOOK = "https://hooks.shop.example/orders"
REFUSED = {
    Authority.SHOP: (403, "forbidden"),
    Authority.OPERATOR: (401, "login-required"),
    Authority.CUSTOMER: (404, "unknown-order"),
}
MAY_CALL = {
    "nobody": {Authority.ANYONE},
    "a wrong key": {Authority.ANYONE},
    "the shop": {Authority.ANYONE, Authority.SHOP},
    "its customer": {Authority.ANYONE, Authority.CUSTOMER},
    "another customer": {Authority.ANYONE},
    "an operator": {Authority.ANYONE, Authority.OPERATOR},
    "an expired login": {Authority.ANYONE},
    "an altered login": {Authority.ANYONE},
}
"""For whom which doors open. All others are shut."""


@dataclass(frozen=True)
class Scene:
    """A server that asks for keys, an order in it, its first event, two webhook endpoints, and everybody.

    The second endpoint is there to be removed.
    """

    api: Api
    order_id: str
    event_id: str
    webhook_ids: tuple[str, str]
    callers: dict[str, Caller]


@pytest.fixture(scope="module", params=[] if EDITIONS == ["named"] else EDITIONS)
def credentials(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Credentials]:
    if request.param == "AWS":
        deployment = request.getfixturevalue("deployment")
        api = Api(deployment.url, deployment.key, pool(str(deployment.emulator.certificate)))
        yield Credentials(api, deployment.key, deployment.operator_token, expired(deployment))
    else:
        yield from on_this_machine(tmp_path_factory.mktemp("data"))


def on_this_machine(data: Path) -> Iterator[Credentials]:
    """Of a server that was started as for others, and made its first keys; a login is over when its key is removed."""
    server = start(data, "--host", "0.0.0.0")
    address = address_of(server).replace("0.0.0.0", "127.0.0.1")
    made = dict(line.split() for line in DataFolder(data).first_keys.read_text().splitlines())
    ring = KeyRing(DataFolder(data).keys)
    once = ring.make(Authority.OPERATOR, "gone")
    ring.remove(ring.all()[-1].id)
    yield Credentials(Api(address, made["shop"]), made["shop"], made["operator"], once)
    server.terminate()
    server.communicate(timeout=100)


@pytest.fixture(scope="module")
def scene(credentials: Credentials) -> Scene:
    api, ids = credentials.api, [str(uuid.uuid4()) for _ in range(2)]
    token, token_of_another = (
        api.post_order(BASKET | {"orderId": each}).body["receiptUrl"].rpartition("/")[2] for each in ids
    )
    for each in ids:
        api.signed_link(each)
    api.follow(ids[0], "refunds", REFUND)
    api.follow(ids[0], "corrections", CORRECTION)
    event_id = first_event(api)
    operator = replace(api, login=credentials.operator)
    kept, removed = (post(operator, "/operations/webhooks", {"url": HOOK}).body["id"] for _ in range(2))
    post(operator, f"/operations/webhooks/{kept}/replay", {"eventId": event_id})
    return Scene(api, ids[0], event_id, (kept, removed), callers(credentials, token, token_of_another))


def first_event(api: Api) -> str:
    """The id of the oldest event, once there is one."""
    end = time.monotonic() + SECONDS_TO_COMPLETE
    while not (events := api.get("/events").body["events"]) and time.monotonic() < end:
        time.sleep(0.05)  # nothing but another request can tell
    return str(events[0]["id"])


def post(api: Api, path: str, body: object) -> Reply:
    return api.request("POST", path, json.dumps(body), Content_Type="application/json")


NETWORKS = itertools.count()
"""Each call comes from one of its own, as by a proxy: a server on one machine slows down wrong keys by address."""


def call(scene: Scene, route: Route, caller: Caller) -> Reply:
    names = {"orderId": scene.order_id, "refundId": "r-1", "correctionId": "c-1", "receiptToken": caller.token}
    names |= {"eventId": scene.event_id, "webhookId": scene.webhook_ids[route.method == "DELETE"]}
    path = route.path.format(**names)
    body = "{}" if route.takes else None
    headers = {"Content_Type": "application/json", "X_Forwarded_For": f"2001:db8:{next(NETWORKS):x}::1"}
    return caller.sends(scene.api).request(route.method, path, body, **headers)


@pytest.mark.parametrize("who", MAY_CALL)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_door_opens_for_those_it_is_for_and_for_nobody_else(scene: Scene, route: Route, who: str):
    reply = call(scene, route, scene.callers[who])

    if route.authority in MAY_CALL[who]:
        assert reply.status in OPENED
        assert reply.status < 400 or reply.problem != "unknown-order"
    else:
        assert (reply.status, reply.problem) == REFUSED[route.authority]


def test_a_wrong_token_and_an_unknown_order_are_answered_the_same_byte_for_byte(scene: Scene):
    wrong = scene.api.get(f"/receipt/{scene.order_id}/another-token-of-nobody")
    unknown = scene.api.get(f"/receipt/{uuid.uuid4()}/another-token-of-nobody")

    def said(reply: Reply) -> dict[str, str]:
        return {
            name.lower(): value
            for name, value in reply.headers.items()
            if name.lower() != "date" and not name.lower().startswith(("x-amz", "apigw"))
        }

    assert (wrong.status, wrong.content, said(wrong)) == (unknown.status, unknown.content, said(unknown))
    assert wrong.status == 404


@pytest.mark.parametrize("end", ["", "?sha256=" + "0" * 64], ids=["token", "verification"])
@pytest.mark.parametrize(
    "row", ["{known}/refunds/none", "{unknown}/refunds/r-1", "{known}/corrections/r-1", "{known}/refunds/a%20b"]
)
def test_an_unknown_document_is_answered_as_a_known_one_is_to_a_stranger(scene: Scene, row: str, end: str):
    """Byte for byte: nobody learns which refunds and corrections there are."""
    place = "verification" if end else "another-token-of-nobody"
    known = scene.api.get(f"/receipt/{scene.order_id}/refunds/r-1/{place}{end}")
    unknown = scene.api.get(f"/receipt/{row.format(known=scene.order_id, unknown=uuid.uuid4())}/{place}{end}")

    assert unknown.status == known.status
    assert stranger(unknown) == stranger(known)


def stranger(reply: Reply) -> object:
    """What a caller learns, but for the order id of its own request."""
    return reply.body | {"orderId": "-"}
