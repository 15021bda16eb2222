"""deploy/proxies/: a shop and its customers reach the server by TLS through each proxy, and no log gets a token."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3
from tests.support.api import Api, pool
from tests.support.examples import ALICE, BASKET
from tests.support.proxies import NEEDS, SHIPPED, Proxy, proxy
from tests.support.servers import serving

from orders.api import http
from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server import page
from orders.local.server.keys import KeyRing
from orders.order.errors import BodyTooLarge

NAMES = sorted(path.name for path in SHIPPED.iterdir())
LIMIT, HUGE = 262_144, 600_000
"""Bytes: what the server takes, and more than nginx passes on."""
TOO_LARGE = http.problem(BodyTooLarge(f"A body may have at most {LIMIT:,} bytes.")).body
PROXIES = [pytest.param(name, marks=NEEDS["nginx" if name.startswith("nginx") else "Caddyfile"]) for name in NAMES]


@dataclass(frozen=True)
class Server:
    address: str
    shop_key: str
    operator_key: str


@dataclass(frozen=True)
class Behind:
    """A server behind a proxy. Its callers know the proxy's address only. `order` is theirs alone."""

    name: str
    proxy: Proxy
    shop: Api
    operator: Api
    order: dict[str, Any]

    @property
    def anyone(self) -> Api:
        return Api(self.proxy.url, http=self.shop.http)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("proxied") / "data"
    ring = KeyRing(DataFolder.open(data).keys)
    keys = ring.make(Authority.SHOP, "shop"), ring.make(Authority.OPERATOR, "maria")
    with serving(data, "--ask-for-keys") as address:
        yield Server(address, *keys)


@pytest.fixture(scope="module", params=PROXIES)
def behind(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Behind]:
    name, folder = request.param, tmp_path_factory.mktemp("proxy") / "proxy"
    with proxy(name, folder, server.address) as there:
        trusting = pool(str(there.certificate))
        shop, operator = Api(there.url, server.shop_key, trusting), Api(there.url, None, trusting, server.operator_key)
        yield Behind(name, there, shop, operator, ALICE | {"orderId": name})


@pytest.mark.parametrize("name", PROXIES)
def test_an_error_reveals_no_token(name: str, tmp_path: Path):
    """Proxies log what they could not pass on, with its path. No server listens on port 1."""
    with proxy(name, tmp_path / "proxy", "http://127.0.0.1:1") as there:
        reply = Api(there.url, http=pool(str(there.certificate))).get("/receipt/12345/TOKEN?name=ALICE", Via="MARIA")

    assert reply.status == 502
    assert not [secret for secret in ("TOKEN", "ALICE", "MARIA") if secret in there.logged()]


def test_a_shop_posts_an_order_and_its_customer_opens_the_receipt(behind: Behind):
    posted = behind.shop.post_order(behind.order)
    signed = behind.shop.signed_link(behind.name).body["signedReceiptUrl"]
    opened = behind.anyone.get(posted.body["receiptUrl"])
    token = posted.body["receiptUrl"].rpartition("/")[2]

    assert posted.status == 202
    assert posted.body["receiptUrl"].startswith(f"{behind.proxy.url}/receipt/{behind.name}/")
    assert opened.status == 303
    for link in (signed, opened.headers["Location"]):
        assert link.startswith(f"{behind.proxy.url}/files/receipts/")
        assert behind.anyone.get(link).content.startswith(b"%PDF-")
    assert token not in behind.proxy.logged()


def test_nobody_posts_or_looks_without_a_key(behind: Behind):
    assert behind.anyone.post_order(BASKET).status == 403
    assert behind.anyone.get("/operations/summary").status == 401
    assert behind.operator.get("/operations/summary").status == 200


def test_anyone_may_ask_whether_the_server_is_well_and_only_operators_for_more(behind: Behind):
    """The proxy is on the server's machine, and yet its callers are not."""
    assert {behind.anyone.get(f"/health/{path}").status for path in ("live", "ready")} == {200}
    assert behind.anyone.get("/metrics").status == 401
    assert behind.anyone.get("/metrics", Authorization=f"Bearer {behind.operator.login}").status == 200


def test_a_body_that_is_too_large_gets_the_servers_answer_and_the_largest_is_passed_on(behind: Behind):
    largest = json.dumps(behind.order).ljust(LIMIT)
    refused = [behind.shop.post(largest + " ") for _ in range(5)]

    assert behind.shop.post(largest).status == 202
    assert {(reply.status, reply.problem) for reply in refused} == {(413, "body-too-large")}
    assert [reply.body for reply in refused] == [TOO_LARGE] * len(refused)
    assert behind.shop.post(" " * HUGE).status == 413


def test_a_caller_can_not_choose_the_address_in_links(behind: Behind):
    forged = {"X_Forwarded_Proto": "ftp", "X_Forwarded_Prefix": "/evil", "X_Forwarded_Host": "evil.example"}
    posted = behind.shop.post_order(behind.order, **forged)

    assert posted.body["receiptUrl"].startswith(f"{behind.proxy.url}/receipt/{behind.name}/")


def test_wrong_keys_count_for_the_caller_and_not_for_the_proxy(behind: Behind):
    """The address that a caller claims to have does not count."""
    wrong = Api(behind.proxy.url, "wrong", behind.shop.http)
    statuses = [wrong.get("/orders/12345", X_Forwarded_For=f"203.0.113.{number}").status for number in range(12)]

    assert statuses[-1] == 429
    assert behind.shop.get("/orders/unknown").status == 404


@pytest.mark.skipif(not page.is_built(), reason="the operators' page is not built: that takes Node.js")
def test_the_operators_page_is_there_and_so_are_the_docs(behind: Behind):
    assert b"<script" in behind.anyone.get("/").content
    assert behind.anyone.get("/docs").status == 200


def test_browsers_are_led_to_the_address_with_tls(behind: Behind):
    """The other proxies leave that to the site around them, or to Caddy itself, which listens on port 80 for it."""
    if behind.name != "nginx.conf":
        return
    reply = urllib3.request("GET", f"{behind.proxy.plain}/docs", redirect=False, retries=False)

    assert (reply.status, reply.headers["Location"]) == (308, "https://127.0.0.1/docs")
    assert behind.anyone.get("/docs").headers["Strict-Transport-Security"] == "max-age=31536000"
