"""How tests open the operators' page, move in it, and look at it."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from tests.support.api import Api
from tests.support.examples import BASKET, ROOT

from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


SECONDS = 60


SCREENS = {
    "#/orders": "Orders",
    "#/failed": "Failed orders",
    "#/register": "Register of numbers",
    "#/webhooks": "Webhooks",
    "#/live": "Live",
    "#/new": "New order",
}


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
