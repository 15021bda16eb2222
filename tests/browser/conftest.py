"""The operators' page in Debian's Chromium, against a real server with real orders."""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from tests.acceptance.conftest import Api
from tests.browser import chromium
from tests.examples import BASKET, ROOT, example_orders
from tests.servers import serving

from orders.local.server import page as built
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
SECONDS = 20
SCREENS = {"#/orders": "Orders", "#/failed": "Failed orders", "#/live": "Live", "#/new": "New order"}
"""Those without an order of their own, by their addresses, each with its heading."""
LONG_ID = "a" * 64
LONG_NAME = "พิมพ์ชนกวัฒนศิริโรจน์" * 5 + " Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
FAILURES = {"broken-1": "no ink", "broken-2": "no ink", LONG_ID: "no room for " + "W" * 200}
"""Orders whose receipts could not be made when they came, by their ids, each with its reason."""

expect.set_options(timeout=SECONDS * 1000)


@dataclass(frozen=True)
class Shop:
    """A server, and the folder where it keeps what it has."""

    address: str
    data: Path

    @property
    def api(self) -> Api:
        return Api(self.address)

    def fail(self, order_id: str, reason: str = "no ink", **fields: str) -> None:
        """An order that came and failed."""
        row = self._received(order_id, fields)
        self._keep(row.failed(reason, row.received_at, "process"))

    def wait(self, order_id: str) -> None:
        """An order that waits: nobody rings for it in the next minutes."""
        row = self._received(order_id, {})
        self._keep(replace(row, due_at=row.received_at + timedelta(minutes=20)))

    def _received(self, order_id: str, fields: dict[str, str]) -> Order:
        return Order.received(validation.parse(BASKET | {"orderId": order_id} | fields), "token", utc_now())

    def _keep(self, row: Order) -> None:
        with closing(SqliteTable(self.data / "orders.db")) as table:
            table.create(row)


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


@contextmanager
def opened(
    browser: Browser, address: str, prepare: Callable[[BrowserContext], None] = lambda _: None, **options: Any
) -> Iterator[Page]:
    """The page, which must say nothing to the console, and keep nothing but what its operator chose."""
    with browser.new_context(**({"viewport": WIDE, "locale": "en-GB"} | options)) as context:
        prepare(context)
        context.set_default_timeout(SECONDS * 1000)
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: said.extend(_heard(message)))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(address)
        expect(page.get_by_role("main")).to_be_visible()
        yield page
        page.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        assert said == []
        assert set(page.evaluate("Object.keys(localStorage)")) <= {"theme", "language", "shortcuts"}
        assert page.evaluate("[sessionStorage.length, document.cookie]") == [0, ""]


def _heard(message: ConsoleMessage) -> list[str]:
    """What a browser says by itself of an answer such as 409, or of none, is not the page's doing."""
    return [] if message.text.startswith("Failed to load resource") else [message.text]


def go(page: Page, place: str, heading: str) -> None:
    """To another screen, once it is drawn."""
    page.goto(f"{page.url.partition('#')[0]}{place}")
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def rows(page: Page) -> Locator:
    """The orders of the list."""
    return page.get_by_role("row").filter(has=page.get_by_role("link"))


def is_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const transitions = document.getAnimations().filter(each => each instanceof CSSTransition);
  await Promise.allSettled(transitions.map(each => each.finished));
  return axe.run(document, {iframes: false, resultTypes: ['violations']});
}"""
"""Once no colour is on its way to another."""


def violations(page: Page) -> list[str]:
    """What axe finds: https://github.com/dequelabs/axe-core"""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN_AXE)
    return [json.dumps([each["id"], [node["html"][:200] for node in each["nodes"]]]) for each in found["violations"]]
