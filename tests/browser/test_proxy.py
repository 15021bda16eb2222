"""The operators' page behind nginx with TLS, below a path: everything that it asks for is below that path, too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.pages import go, opened
from tests.browser.test_sign_in import sign_in_with
from tests.support.api import Api, pool
from tests.support.examples import ALICE
from tests.support.nginx import PREFIX, needs_nginx, nginx_with_tls
from tests.support.servers import serving

from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server.keys import KeyRing

Visit = tuple[Page, list[str]]
"""The page, and what it has asked for."""


@pytest.fixture(params=[{}, {"ORDERS_PUBLIC_URL": "https://casaluna.example/orders"}], ids=["as called", "public"])
def visit(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Of an operator who has signed in, where one order is completed. Customers may be told another address."""
    ring, asked = KeyRing(DataFolder.open(tmp_path / "data").keys), list[str]()
    shop, maria = ring.make(Authority.SHOP, "shop"), ring.make(Authority.OPERATOR, "maria")
    with (
        serving(tmp_path / "data", "--ask-for-keys", **request.param) as server,
        nginx_with_tls(tmp_path, server, tells_prefix=True) as (address, certificate),
    ):
        api = Api(address, shop, pool(str(certificate)))
        api.post_order(ALICE)
        api.signed_link(ALICE["orderId"])
        listen = lambda context: context.on("request", lambda request: asked.append(request.url))  # noqa: E731
        with opened(browser, f"{address}/", listen, ignore_https_errors=True) as page:
            sign_in_with(page, maria)
            yield page, asked


@needs_nginx
def test_the_page_and_the_receipts_in_it_are_below_the_path(visit: Visit):
    page, asked = visit
    expect(page.get_by_role("link", name="12345")).to_be_visible()
    with page.expect_response(lambda answer: "/files/receipts/" in answer.url) as shown:
        go(page, "#/orders/12345", "Order 12345")
    go(page, "#/live", "Live")

    assert shown.value.status == 200
    assert {"config.json", "summary"} <= {url.rpartition("/")[2] for url in asked}
    assert [url for url in asked if url.startswith("http") and f"{PREFIX}/" not in url] == []
