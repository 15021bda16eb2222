"""The event feed and webhook endpoints over HTTP: what a shop and an operator get, and how wrong calls are refused."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.support.api import Api, Reply
from tests.support.examples import BASKET
from tests.support.servers import serving

from orders.order.clock import utc_now
from orders.order.event import EventType, written
from orders.order.signature import verify
from orders.use_cases.webhooks.manage import MOST_ENDPOINTS

URL = "https://hooks.shop.example/orders"
WEBHOOKS = "/operations/webhooks"
NOBODY = f"we_{'x' * 22}"
NO_EVENT = "evt_000000000009999_00000000"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with serving(tmp_path_factory.mktemp("data")) as url:
        yield Api(url)


@pytest.fixture(scope="module")
def order_id(api: Api) -> str:
    """A completed order."""
    order_id = str(uuid.uuid4())
    api.post_order(BASKET | {"orderId": order_id})
    api.signed_link(order_id)
    return order_id


@pytest.fixture
def webhook(api: Api) -> Iterator[dict[str, Any]]:
    made: dict[str, Any] = send(api, "POST", WEBHOOKS, {"url": URL}).body
    yield made
    api.request("DELETE", f"{WEBHOOKS}/{made['id']}")


def send(api: Api, method: str, path: str, body: object) -> Reply:
    return api.request(
        method, path, body if isinstance(body, bytes) else json.dumps(body), Content_Type="application/json"
    )


def wrong(reply: Reply) -> dict[str, str]:
    """What is said of each wrong field."""
    assert (reply.status, reply.problem) == (422, "invalid-webhook")
    return {each["pointer"]: each["detail"] for each in reply.body["errors"]}


def without_secret(made: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in made.items() if name != "secret"}


@pytest.mark.parametrize("path", ["/events", "/operations/events"])
def test_the_feed_tells_of_every_move_in_order_and_is_read_on_from_its_cursor(api: Api, order_id: str, path: str):
    whole = api.get(path)
    first = api.get(f"{path}?limit=1").body
    rest = api.get(f"{path}?after={first['cursor']}").body

    mine = [each for each in whole.body["events"] if each["data"]["orderId"] == order_id]
    assert [each["type"] for each in mine[:2]] == ["order.received", "order.completed"]
    assert mine[1]["data"]["receipt"].keys() == {"sha256", "size"}
    assert first["events"] + rest["events"] == whole.body["events"]
    assert (first["hasMore"], rest["hasMore"]) == (True, False)
    assert api.get(f"{path}?after={rest['cursor']}").body == {"events": [], "cursor": rest["cursor"], "hasMore": False}
    assert api.get(f"{path}/{mine[0]['id']}").body == mine[0]
    assert whole.headers["Cache-Control"] == "no-store"


def test_a_feed_in_which_nothing_happened_has_no_cursor(tmp_path):
    with serving(tmp_path / "data") as url:
        assert Api(url).get("/events").body == {"events": [], "cursor": None, "hasMore": False}


def test_only_the_wanted_types_are_read(api: Api, order_id: str):
    found = api.get("/events?types=order.completed,order.failed").body["events"]

    assert {each["type"] for each in found} == {"order.completed"}


@pytest.mark.parametrize(
    ("query", "status", "problem", "says"),
    [
        ("types=order.complete,nonsense", 400, "bad-request", "Unknown type: nonsense, order.complete. types"),
        ("types=", 400, "bad-request", "types can have these, separated by commas: order.received,"),
        (f"types={'a,' * 2_000}", 400, "bad-request", "Unknown type: a. types can have"),
        ("types=%00%1b[31m", 400, "bad-request", "types can have these"),
        ("after=", 400, "bad-request", "after must be the cursor of an earlier answer"),
        ("after=evt_1_2", 400, "bad-request", "after must be"),
        (
            "after=evt_%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A0%D9%A1_00000000",
            400,
            "bad-request",
            "after must be",
        ),
        ("after=%00%ff", 400, "bad-request", "after must be"),
        (f"after={NO_EVENT}", 410, "cursor-expired", "without after"),
        ("after=evt_999999999999999_ffffffff", 410, "cursor-expired", "without after"),
        ("limit=0", 400, "bad-request", "from 1 to 500"),
        ("limit=501", 400, "bad-request", "from 1 to 500"),
        ("limit=-1", 400, "bad-request", "from 1 to 500"),
        ("limit=1&limit=2", 400, "bad-request", "Send limit once"),
        ("cursor=x", 400, "bad-request", "This call takes after, limit, types."),
    ],
)
@pytest.mark.parametrize("path", ["/events", "/operations/events"])
def test_a_wrong_query_of_the_feed_is_refused_with_what_would_be_right(
    api: Api, path: str, query: str, status: int, problem: str, says: str
):
    reply = api.get(f"{path}?{query}")

    assert (reply.status, reply.problem) == (status, problem)
    assert says in reply.body["detail"]


@pytest.mark.parametrize("event_id", [NO_EVENT, "evt_1", "%00", "evt_test_17956376441209d27c41e", "x" * 500])
def test_an_event_that_is_not_there_is_unknown_whatever_its_id(api: Api, event_id: str):
    reply = api.get(f"/events/{event_id}")

    assert (reply.status, reply.problem) == (404, "unknown-event")


def test_an_endpoint_is_added_shown_changed_and_removed(api: Api):
    posted = {"url": URL, "types": ["order.failed", "order.completed", "order.failed"], "description": "  Stock  "}
    added = send(api, "POST", WEBHOOKS, posted)
    path = f"{WEBHOOKS}/{added.body['id']}"

    assert added.status == 201
    assert added.headers["Location"] == f"{api.url}{path}"
    assert added.headers["Cache-Control"] == "no-store"
    assert added.body["types"] == ["order.completed", "order.failed"]
    assert added.body["secret"].startswith("whsec_")
    shown = api.get(path).body
    assert shown == without_secret(added.body)
    assert {name: shown[name] for name in ("url", "description", "status", "createdBy", "failures", "circuit")} == {
        "url": URL, "description": "Stock", "status": "ENABLED", "createdBy": "operator", "failures": 0,
        "circuit": "closed",
    }  # fmt: skip
    assert shown in api.get(WEBHOOKS).body["webhooks"]

    changed = send(api, "PATCH", path, {"types": [], "description": None, "status": "DISABLED"})
    assert changed.status == 200
    assert changed.body == shown | {
        "types": [], "description": "", "status": "DISABLED", "disabledBecause": "an operator disabled it",
    }  # fmt: skip
    enabled = send(api, "PATCH", path, {"status": "ENABLED", "skipMissed": True, "url": f"{URL}/2"}).body
    assert enabled == shown | {"types": [], "description": "", "url": f"{URL}/2"}

    removed = api.request("DELETE", path)
    assert (removed.status, removed.content, "Content-Type" in removed.headers) == (204, b"", False)
    assert "Content-Length" not in removed.headers
    for method, end in (("GET", ""), ("DELETE", ""), ("POST", "/rotate"), ("POST", "/test"), ("GET", "/deliveries")):
        gone = api.request(method, path + end)
        assert (gone.status, gone.problem) == (404, "unknown-webhook")


def test_a_connection_serves_on_after_an_answer_without_a_body(api: Api):
    for _ in range(3):
        made = send(api, "POST", WEBHOOKS, {"url": URL}).body
        assert api.request("DELETE", f"{WEBHOOKS}/{made['id']}").status == 204


def test_a_secret_is_shown_by_the_call_that_makes_it_and_by_no_other(api: Api, webhook: dict[str, Any], order_id: str):
    path = f"{WEBHOOKS}/{webhook['id']}"
    rotated = api.request("POST", f"{path}/rotate")
    event = api.get("/events").body["events"][0]
    delivery = send(api, "POST", f"{path}/replay", {"eventId": event["id"]}).body
    others = [
        api.get(path), api.get(WEBHOOKS), send(api, "PATCH", path, {"description": "x"}),
        api.request("POST", f"{path}/test"), api.get(f"{path}/deliveries"),
        api.get(f"{path}/deliveries/{delivery['eventId']}"), api.get("/operations/summary"),
    ]  # fmt: skip

    assert rotated.status == 200
    assert rotated.headers["Cache-Control"] == "no-store"
    assert rotated.body["secret"] not in {webhook["secret"], None}
    for secret in (webhook["secret"], rotated.body["secret"]):
        assert not any(secret.removeprefix("whsec_").encode() in reply.content for reply in others)


def test_a_delivery_shows_the_request_as_it_is_signed_by_both_secrets(api: Api, webhook: dict[str, Any], order_id: str):
    path, event = f"{WEBHOOKS}/{webhook['id']}", api.get("/events").body["events"][0]
    new = api.request("POST", f"{path}/rotate").body["secret"]
    replayed = send(api, "POST", f"{path}/replay", {"eventId": event["id"]})
    shown = api.get(f"{path}/deliveries/{event['id']}").body

    assert replayed.status == 202
    assert (replayed.body["eventId"], replayed.body["type"]) == (event["id"], event["type"])
    assert (replayed.body["status"], replayed.body["attempts"]) == ("PENDING", 0)
    assert shown["request"]["url"] == URL
    assert shown["request"]["body"].encode() == written(event)
    assert shown["request"]["headers"]["content-type"] == "application/json"
    for secret in (webhook["secret"], new):
        verify(secret, shown["request"]["headers"], shown["request"]["body"].encode(), utc_now())
    assert event["id"] in [each["eventId"] for each in api.get(f"{path}/deliveries").body["deliveries"]]


def test_a_test_event_is_a_delivery_of_its_own(api: Api, webhook: dict[str, Any]):
    path = f"{WEBHOOKS}/{webhook['id']}"
    asked = api.request("POST", f"{path}/test")
    shown = api.get(f"{path}/deliveries/{asked.body['eventId']}").body

    assert (asked.status, asked.body["type"]) == (202, "webhook.test")
    assert json.loads(shown["request"]["body"])["data"] == {}


def test_a_disabled_endpoint_is_not_tested(api: Api, webhook: dict[str, Any]):
    path = f"{WEBHOOKS}/{webhook['id']}"
    send(api, "PATCH", path, {"status": "DISABLED"})
    reply = api.request("POST", f"{path}/test")

    assert (reply.status, reply.problem) == (400, "bad-request")
    assert reply.body["detail"] == "This endpoint is disabled. Enable it first."


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, {"#/url": "is required"}),
        ([], {"#": "must be an object in curly brackets"}),
        ("x", {"#": "must be an object in curly brackets"}),
        ({"url": 5}, {"#/url": 'must be a URL in double quotes, as in "https://shop.example/webhooks"'}),
        ({"url": None}, {"#/url": 'must be a URL in double quotes, as in "https://shop.example/webhooks"'}),
        ({"url": f"{URL}?{'a' * 2_048}"}, {"#/url": f"must have at most 2048 characters, and has {len(URL) + 2_049}"}),
        ({"url": "https://x/" + "a" * 200_000}, {"#/url": "must have at most 2048 characters, and has 200,010"}),
        ({"url": "http://hooks.shop.example/"}, {"#/url": "must begin with https://"}),
        ({"url": URL, "types": "order.failed"}, {"#/types": "must be a list in square brackets"}),
        (
            {"url": URL, "types": ["order.failed"] * 19},
            {"#/types": "must have at most 18 entries, and has 19"},
        ),
        ({"url": URL, "types": ["order.failed"] * 10_000}, {"#/types": "must have at most 18 entries, and has 10,000"}),
        ({"url": URL, "description": "x" * 201}, {"#/description": "must have at most 200 characters, and has 201"}),
        ({"url": URL, "description": "a\u0000b"}, {"#/description": "must not have control characters"}),
        ({"url": URL, "description": ["a"]}, {"#/description": "must be a text in double quotes"}),
        ({"url": URL, "secret": "whsec_mine", "status": "DISABLED"}, {
            "#/secret": "is not a known field", "#/status": "is not a known field",
        }),
    ],
)  # fmt: skip
def test_a_wrong_endpoint_is_refused_with_each_wrong_field_and_nothing_is_added(
    api: Api, body: object, says: dict[str, str]
):
    before = api.get(WEBHOOKS).body

    assert wrong(send(api, "POST", WEBHOOKS, body)) == says
    assert api.get(WEBHOOKS).body == before


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "https://", "ftp://hooks.shop.example/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/", "https://user:secret@hooks.shop.example/",
        "https://hooks.shop.example:22/", "https://hooks.shop.example/#x", "https://hooks.shop.example/\r\nX: y",
        "https://hooks.shop.example/\u0000", "https://höks.example/", "https://0x7f.1/", "https://2130706433/",
        "javascript:alert(1)", "//hooks.shop.example/", "https:/hooks.shop.example/",
    ],
)  # fmt: skip
def test_an_address_that_nothing_may_be_sent_to_is_refused_in_a_new_endpoint_and_in_a_change(
    api: Api, webhook: dict[str, Any], url: str
):
    path = f"{WEBHOOKS}/{webhook['id']}"

    assert wrong(send(api, "POST", WEBHOOKS, {"url": url})).keys() == {"#/url"}
    assert wrong(send(api, "PATCH", path, {"url": url, "description": "new"})).keys() == {"#/url"}
    assert api.get(path).body == without_secret(webhook)


def test_a_wrong_type_is_named_by_its_place(api: Api):
    said = wrong(send(api, "POST", WEBHOOKS, {"url": URL, "types": ["order.failed", "orders.completed", 5]}))

    assert said.keys() == {"#/types/1", "#/types/2"}
    assert said["#/types/1"].startswith("must be one of order.received, ")
    assert said["#/types/1"].endswith(" and mail.complained")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, {"#": "must have at least one of url, types, description and status"}),
        ({"skipMissed": False}, {"#": "must have at least one of url, types, description and status"}),
        ({"url": None}, {"#/url": 'must be a URL in double quotes, as in "https://shop.example/webhooks"'}),
        ({"status": "enabled"}, {"#/status": "must be ENABLED or DISABLED, in double quotes"}),
        ({"status": None}, {"#/status": "must be ENABLED or DISABLED, in double quotes"}),
        ({"skipMissed": True}, {
            "#/skipMissed": "needs status ENABLED: it says what the endpoint gets when it is enabled",
        }),
        ({"skipMissed": "yes", "status": "ENABLED"}, {"#/skipMissed": "must be true or false, without quotes"}),
        ({"id": "we_x", "createdAt": "now", "types": {}}, {
            "#/id": "is not a known field", "#/createdAt": "is not a known field",
            "#/types": "must be a list in square brackets",
        }),
    ],
)  # fmt: skip
def test_a_wrong_change_is_refused_and_changes_nothing(
    api: Api, webhook: dict[str, Any], body: object, says: dict[str, str]
):
    path = f"{WEBHOOKS}/{webhook['id']}"

    assert wrong(send(api, "PATCH", path, body)) == says
    assert api.get(path).body == without_secret(webhook)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, {"#": "must have eventId for one event, or from and to for all events between two times"}),
        ({"eventId": "A-1001"}, {
            "#/eventId": "must be the id of an event in the feed, as in evt_000000000001042_9f3a1c2b",
        }),
        ({"from": "2026-11-25T20:00:00Z"}, {"#/to": "is required: send both from and to"}),
        ({"to": "2026-11-25T20:00:00Z"}, {"#/from": "is required: send both from and to"}),
        ({"from": "2026-11-25T20:00:00Z", "to": "2026-11-25T21:00:00+01:00"}, {"#/from": "must be earlier than to"}),
        ({"from": "2026-11-25T20:00:00", "to": "2026-11-25T21:00:00Z"}, {
            "#/from": "must be a date and a time with an offset (RFC 3339), as in 2026-11-23T18:30:00+01:00",
        }),
        ({"from": 5, "to": "2026-11-25T21:00:00Z"}, {
            "#/from": 'must be a date and a time in double quotes, as in "2026-11-23T18:30:00+01:00"',
        }),
        ({"eventId": NO_EVENT, "to": "2026-11-25T21:00:00Z"}, {
            "#": "must have either eventId, or from and to, and not both",
        }),
    ],
)  # fmt: skip
def test_a_wrong_replay_is_refused_and_nothing_is_sent(
    api: Api, webhook: dict[str, Any], body: object, says: dict[str, str]
):
    path = f"{WEBHOOKS}/{webhook['id']}"

    assert wrong(send(api, "POST", f"{path}/replay", body)) == says
    assert api.get(path).body["replays"] == 0
    assert api.get(f"{path}/deliveries").body["deliveries"] == []


@pytest.mark.parametrize(
    ("since", "before"),
    [
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:01Z"),
        ("9999-12-31T23:59:58Z", "9999-12-31T23:59:59Z"),
        ("1000-01-01T00:00:00+14:00", "2026-11-25T21:00:00-12:00"),
    ],
)
def test_a_replay_of_thousands_of_years_is_one_replay(
    api: Api, webhook: dict[str, Any], order_id: str, since: str, before: str
):
    send(api, "PATCH", f"{WEBHOOKS}/{webhook['id']}", {"status": "DISABLED"})
    reply = send(api, "POST", f"{WEBHOOKS}/{webhook['id']}/replay", {"from": since, "to": before})

    assert (reply.status, reply.body) == (202, {"replays": 1})


def test_so_many_replays_wait_and_no_more(api: Api, webhook: dict[str, Any], order_id: str):
    path = f"{WEBHOOKS}/{webhook['id']}"
    send(api, "PATCH", path, {"status": "DISABLED"})
    hour = {"from": "2026-11-25T20:00:00Z", "to": "2026-11-25T21:00:00Z"}
    counted = [send(api, "POST", f"{path}/replay", hour).body.get("replays") for _ in range(11)]

    assert counted == [*range(1, 11), None]
    assert api.get(path).body["replays"] == 10


@pytest.mark.parametrize(
    ("method", "end", "body", "status", "problem"),
    [
        ("POST", "/replay", {"eventId": NO_EVENT}, 404, "unknown-event"),
        ("GET", f"/deliveries/{NO_EVENT}", None, 404, "unknown-event"),
        ("GET", "/deliveries/%00", None, 404, "unknown-event"),
        ("GET", "/deliveries?status=failed", None, 400, "bad-request"),
        ("GET", "/deliveries?limit=101", None, 400, "bad-request"),
        ("GET", "/deliveries?cursor=%00garbage", None, 400, "bad-request"),
        ("GET", "/deliveries?cursor=" + "A" * 2_000, None, 400, "bad-request"),
        ("GET", "/deliveries?after=x", None, 400, "bad-request"),
        ("POST", "/rotate", {}, 422, "unexpected-body"),
        ("POST", "/test", {}, 422, "unexpected-body"),
        ("POST", "/rotate?dryRun=true", None, 400, "bad-request"),
        ("POST", "/test?dry_run=1", None, 400, "bad-request"),
        ("DELETE", "?dryRun=true", None, 400, "bad-request"),
        ("PATCH", "?dryRun=true", {"description": "x"}, 400, "bad-request"),
        ("DELETE", "", {}, 413, "body-too-large"),
        ("PATCH", "", b"{", 400, "malformed-json"),
        ("PATCH", "", b"", 400, "malformed-json"),
        ("PATCH", "", b" " * 262_145, 413, "body-too-large"),
        ("POST", "/replay", b"[" * 100_000, 400, "malformed-json"),
    ],
)
def test_a_wrong_call_about_an_endpoint_is_refused_and_changes_nothing(
    api: Api, webhook: dict[str, Any], method: str, end: str, body: object, status: int, problem: str
):
    path = f"{WEBHOOKS}/{webhook['id']}"
    reply = api.request(method, path + end) if body is None else send(api, method, path + end, body)

    assert (reply.status, reply.problem) == (status, problem)
    assert api.get(path).body == without_secret(webhook)


@pytest.mark.parametrize("webhook_id", [NOBODY, "we_x", "%00", "bus", "x" * 1_000, "we_" + "%C3%A9" * 22])
def test_an_endpoint_that_is_not_there_is_unknown_to_every_call(api: Api, order_id: str, webhook_id: str):
    path = f"{WEBHOOKS}/{webhook_id}"
    day = {"from": "2026-11-25T00:00:00Z", "to": "2026-11-26T00:00:00Z"}
    replies = [
        api.get(path), api.request("DELETE", path), send(api, "PATCH", path, {"description": "x"}),
        api.request("POST", f"{path}/rotate"), api.request("POST", f"{path}/test"),
        send(api, "POST", f"{path}/replay", {"eventId": api.get("/events").body["events"][0]["id"]}),
        send(api, "POST", f"{path}/replay", day),
        api.get(f"{path}/deliveries"), api.get(f"{path}/deliveries/{NO_EVENT}"),
    ]  # fmt: skip

    assert [(reply.status, reply.problem) for reply in replies] == [(404, "unknown-webhook")] * len(replies)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/events", "GET, HEAD"),
        ("/events/x", "GET, HEAD"),
        ("/operations/events", "GET, HEAD"),
        (WEBHOOKS, "GET, HEAD, POST"),
        (f"{WEBHOOKS}/{NOBODY}", "DELETE, GET, HEAD, PATCH"),
        (f"{WEBHOOKS}/{NOBODY}/rotate", "POST"),
        (f"{WEBHOOKS}/{NOBODY}/test", "POST"),
        (f"{WEBHOOKS}/{NOBODY}/replay", "POST"),
        (f"{WEBHOOKS}/{NOBODY}/deliveries", "GET, HEAD"),
        (f"{WEBHOOKS}/{NOBODY}/deliveries/{NO_EVENT}", "GET, HEAD"),
    ],
)
def test_another_method_is_refused_with_those_that_the_path_has(api: Api, path: str, methods: str):
    reply = api.request("PUT", path)

    assert (reply.status, reply.problem, reply.headers["Allow"]) == (405, "method-not-allowed", methods)


def test_changes_of_one_endpoint_at_the_same_time_are_all_made(api: Api, webhook: dict[str, Any]):
    path = f"{WEBHOOKS}/{webhook['id']}"
    changes = [{"url": f"{URL}/new"}, {"types": ["order.failed"]}, {"description": "new"}]
    with ThreadPoolExecutor(3) as threads:
        replies = list(threads.map(lambda change: send(api, "PATCH", path, change), changes))

    assert [reply.status for reply in replies] == [200] * 3
    shown = api.get(path).body
    assert (shown["url"], shown["types"], shown["description"]) == (f"{URL}/new", ["order.failed"], "new")


def test_there_is_room_for_so_many_endpoints_and_no_more(api: Api):
    made = []
    while (reply := send(api, "POST", WEBHOOKS, {"url": URL})).status == 201:
        made.append(reply.body["id"])

    assert len(made) == MOST_ENDPOINTS
    assert reply.body["detail"] == f"There are {MOST_ENDPOINTS} webhook endpoints already. Remove one first."
    assert api.get("/operations/summary").body["webhooks"] == {"enabled": MOST_ENDPOINTS, "disabled": 0, "failing": 0}
    send(api, "PATCH", f"{WEBHOOKS}/{made[0]}", {"status": "DISABLED"})
    assert api.get("/operations/summary").body["webhooks"] == {
        "enabled": MOST_ENDPOINTS - 1, "disabled": 1, "failing": 0,
    }  # fmt: skip
    for each in made:
        api.request("DELETE", f"{WEBHOOKS}/{each}")


def test_every_type_of_events_can_be_chosen(api: Api, webhook: dict[str, Any]):
    changed = send(api, "PATCH", f"{WEBHOOKS}/{webhook['id']}", {"types": [*EventType]})

    assert changed.body["types"] == [*EventType]
