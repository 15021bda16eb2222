"""The operators' page in Debian's Chromium, against a real server with real orders."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.pages import FAILURES, LONG_ID, LONG_NAME, Shop, opened
from tests.support import chromium
from tests.support.examples import example_orders
from tests.support.servers import serving

from orders.local.server import page as built


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    if not built.is_built() and not shutil.which("node"):
        pytest.skip("the operators' page takes Node.js to be built, and there is none")
    assert built.is_built(), "the operators' page is not built: make src/orders/local/server/page/index.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of a module, not of the session: as long as it is there, no other test could start an event loop."""
    with chromium.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """With the two hundred example orders, all of them completed, and before them some that failed."""
    data = tmp_path_factory.mktemp("browser")
    with serving(data) as address:
        shop = Shop(address, data)
        for order_id, reason in FAILURES.items():
            name = LONG_NAME if order_id == LONG_ID else "Bernd Äffchen"
            shop.fail(order_id, reason, customerName=name, customerEmail="bernd@example.com")
        with ThreadPoolExecutor(8) as threads:
            assert {reply.status for reply in threads.map(shop.api.post_order, example_orders())} == {202}
        for order in example_orders():
            shop.api.signed_link(order["orderId"])
        yield shop


@pytest.fixture
def page(browser: Browser, shop: Shop) -> Iterator[Page]:
    """A wide page in English, on Orders."""
    with opened(browser, shop.address) as page:
        yield page
