"""The pages that customers get, in Debian's Chromium, from a real server of a shop with a name, colours and a logo."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.pages import PHONE, SECONDS, is_wider_than_the_window, violations
from tests.support.api import Api
from tests.support.examples import BASKET
from tests.support.servers import serving

from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.order.order import Order

SHOP = """
name = "Casa Luna"
phone = "+353 1 555 01 00"
web = "casaluna.example"
logo = "logo.svg"
colors = { accent = "#7a3ff2" }
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
STATES = {"pending": 202, "failed": 409, "cancelled": 410}
HEADINGS = {
    "pending": "Your receipt is on its way",
    "failed": "Your receipt could not be made",
    "cancelled": "This order was cancelled",
    "unknown": "No receipt is at this address",
    "verification": "Is this receipt genuine?",
}


@dataclass(frozen=True)
class Place:
    """A server, and the folder of its orders. The customer's token of each of these orders is `token`."""

    address: str
    data: Path

    def url(self, page: str) -> str:
        """The address of one of `HEADINGS`."""
        steps = {"verification": "12345/verification", "unknown": "nobody/token"}
        return f"{self.address}/receipt/{steps.get(page, f'{page}/token')}"

    def keep(self, order_id: str, state: str, **fields: Any) -> None:
        row = self._in(state, Order.received(_posted(order_id, fields), "token", utc_now() + timedelta(minutes=20)))
        with closing(SqliteTable(self.data / "orders.db")) as table:
            table.create(row)

    def _in(self, state: str, row: Order) -> Order:
        """An order that is pending is not due before a test is over."""
        if state == "failed":
            return row.failed("no ink", row.received_at, "process")
        return row.cancelled(row.received_at, "olga") if state == "cancelled" else row


def _posted(order_id: str, fields: dict[str, Any]) -> Any:
    return validation.parse(BASKET | {"orderId": order_id, "locale": "en", "orderNumber": "#1001"} | fields)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("customers")
    (folder / "shop.toml").write_text(SHOP)
    (folder / "logo.svg").write_text(LOGO)
    with serving(folder / "data", ORDERS_RECEIPT=str(folder / "shop.toml")) as address:
        place = Place(address, folder / "data")
        for state in STATES:
            place.keep(state, state)
        yield place


@contextmanager
def customer(browser: Browser, url: str, status: int, **options: Any) -> Iterator[Page]:
    """The page that the customer sees at this address, which says nothing to the console."""
    with browser.new_context(**({"locale": "en-GB"} | options)) as context:
        page, said = context.new_page(), list[str]()
        page.set_default_timeout(SECONDS * 1000)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text))
        answer = page.goto(url)
        assert answer
        assert answer.status == status
        yield page
        assert [each for each in said if not each.startswith("Failed to load resource")] == []
        assert [cookie for cookie in context.cookies() if not is_the_way_back(cookie)] == []


def is_the_way_back(cookie: Any) -> bool:
    """Whether it is the one that a download link sets for itself, out of reach of scripts."""
    name, path, is_hidden = cookie["name"], str(cookie["path"]), bool(cookie["httpOnly"])
    return name == "receipt" and path.startswith("/files/receipts/") and is_hidden


@pytest.mark.parametrize("name", HEADINGS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_accessible_and_fits_a_phone(browser: Browser, place: Place, name: str, scheme: str):
    status = STATES.get(name, 404 if name == "unknown" else 200)
    with customer(browser, place.url(name), status, viewport=PHONE, color_scheme=scheme) as page:
        expect(page.get_by_role("heading", level=1, name=HEADINGS[name])).to_be_visible()
        expect(page).to_have_title(f"{HEADINGS[name]} · Casa Luna")
        assert violations(page) == []
        assert not is_wider_than_the_window(page)


@pytest.mark.parametrize("name", HEADINGS)
def test_a_page_tells_whom_to_ask(browser: Browser, place: Place, name: str):
    status = STATES.get(name, 404 if name == "unknown" else 200)
    with customer(browser, place.url(name), status) as page:
        expect(page.get_by_role("contentinfo")).to_contain_text("Casa Luna")
        expect(page.get_by_role("link", name="+353 1 555 01 00")).to_have_attribute("href", "tel:+35315550100")
        expect(page.get_by_role("link", name="casaluna.example")).to_have_attribute("href", "https://casaluna.example")
        logo = page.locator("header img")
        assert logo.evaluate("picture => picture.decode().then(() => picture.naturalWidth > 0)")


@pytest.mark.parametrize("name", STATES)
def test_only_the_orders_own_customer_sees_its_number(browser: Browser, place: Place, name: str):
    with customer(browser, place.url(name), STATES[name]) as page:
        expect(page.get_by_role("main")).to_contain_text("#1001")
    with customer(browser, f"{place.url(name)}x", 404) as page:
        expect(page.get_by_role("main")).not_to_contain_text("1001")


def test_the_orders_language_goes_before_the_browsers(browser: Browser, place: Place):
    place.keep("arabic", "pending", locale="ar-EG")
    with customer(browser, place.url("arabic"), 202, locale="ja-JP") as page:
        expect(page.locator("html")).to_have_attribute("lang", "ar")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert violations(page) == []


def test_an_order_without_a_language_gets_the_browsers(browser: Browser, place: Place):
    place.keep("without", "pending", locale=None)
    with customer(browser, place.url("without"), 202, locale="ja-JP") as page:
        expect(page.locator("html")).to_have_attribute("lang", "ja")


def test_the_page_of_a_pending_receipt_shows_it_by_itself(browser: Browser, place: Place):
    order = BASKET | {"orderId": "soon", "locale": "en", "orderNumber": "#1001"}
    place.keep("soon", "pending")
    with customer(browser, place.url("soon"), 202) as page:
        expect(page.get_by_role("status")).to_contain_text("This page then shows it by itself.")
        with page.expect_response(lambda reply: "/files/" in reply.url) as shown:
            assert Api(place.address).post_order(order).status == 202  # a replay, which has the receipt made
        assert shown.value.status == 200


def test_without_javascript_it_refreshes(browser: Browser, place: Place):
    with customer(browser, place.url("pending"), 202, java_script_enabled=False) as page:
        with page.expect_navigation():
            pass
        expect(page.get_by_role("heading", name=HEADINGS["pending"])).to_be_visible()


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_a_file_is_verified_on_the_page(browser: Browser, place: Place, tmp_path: Path, locale: str):
    api, order_id = Api(place.address), f"genuine-{locale}"
    api.post_order(BASKET | {"orderId": order_id})
    genuine, altered = tmp_path / "genuine.pdf", tmp_path / "altered.pdf"
    genuine.write_bytes(api.receipt(order_id))
    altered.write_bytes(genuine.read_bytes() + b"%")
    with customer(browser, f"{place.address}/receipt/{order_id}/verification", 200, locale=locale) as page:
        expect(page.locator("#order")).to_have_text(order_id)
        for file, verdict in ((genuine, "yes"), (altered, "no")):
            page.locator("input[type=file]").set_input_files(file)
            expect(page.locator("output")).to_have_class(verdict)
            expect(page.locator("output")).to_contain_text(file.name)
            assert violations(page) == []


def test_the_page_of_an_order_with_several_documents_lists_them_and_a_replaced_receipt_says_so(
    browser: Browser, place: Place, tmp_path: Path
):
    api, file = Api(place.address), tmp_path / "receipt.pdf"
    url = api.post_order(BASKET | {"orderId": "several", "locale": "en"}).body["receiptUrl"]
    file.write_bytes(api.receipt("several"))
    api.follow("several", "refunds", {"refundId": "r-1", "amount": "1.00"})
    replacement = api.follow("several", "corrections", {"correctionId": "c-1", "customerName": "Zoé"})
    with customer(browser, url, 200, viewport=PHONE, locale="en-US") as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Documents of this order")
        expect(page.get_by_role("listitem")).to_have_count(3)
        expect(page.get_by_role("link", name="Credit note")).to_be_visible()
        expect(page.locator("time").first).to_have_text(re.compile(r"\w+ \d{1,2},? \d{4}|\d{1,2} \w+ \d{4}"))
        assert violations(page) == []
        assert not is_wider_than_the_window(page)
    with customer(browser, f"{place.address}/receipt/several/verification", 200) as page:
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator("output")).to_have_class("yes")
        expect(page.locator("#replaced")).to_contain_text("This receipt was replaced by a corrected one of ")
        expect(page.locator("#replaced")).to_contain_text(replacement["date"][:4])
        assert violations(page) == []
    with customer(browser, f"{place.address}/receipt/several/refunds/r-1/verification", 200) as page:
        expect(page.locator("#order")).to_have_text("several")
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator("output")).to_have_class("no")
        expect(page.locator("#replaced")).to_be_empty()


def test_a_long_name_of_a_shop_stays_on_the_page(browser: Browser, tmp_path: Path):
    name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft & <b>Töchter</b>"
    (tmp_path / "shop.toml").write_text(f'name = "{name}"')
    with (
        serving(tmp_path / "data", ORDERS_RECEIPT=str(tmp_path / "shop.toml")) as address,
        customer(browser, f"{address}/receipt/nobody/token", 404, viewport=PHONE) as page,
    ):
        expect(page.get_by_role("banner")).to_have_text(name)
        assert not is_wider_than_the_window(page)
