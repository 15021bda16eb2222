"""Orders: the list, what narrows it, and how it moves on by itself."""

import csv
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.pages import FAILURES, LONG_ID, Shop, go, opened, rows
from tests.support.examples import ALICE

from orders.order.clock import utc_now
from orders.order.order import SCHEMA_VERSION

FRESH = re.compile(r"/operations/orders\?")


def tab(page: Page, name: str):
    return page.get_by_role("navigation", name="State").get_by_role("link", name=re.compile(f"^{name}"))


def how_many(page: Page) -> int:
    expect(tab(page, "All")).to_have_text(re.compile("[0-9]$"))
    return int(tab(page, "All").inner_text().split()[-1])


def test_a_new_order_appears_by_itself_and_is_counted(page: Page, shop: Shop):
    expect(rows(page)).to_have_count(50)
    before = how_many(page)
    shop.api.post_order(ALICE | {"orderId": "just-now"})

    expect(rows(page).first).to_contain_text("just-now")
    expect(rows(page).first).to_contain_text("Completed")
    expect(tab(page, "All")).to_have_text(re.compile(f"{before + 1}$"))


def test_a_tab_shows_one_state_which_stands_in_the_url(page: Page):
    tab(page, "Failed").click()

    expect(rows(page)).to_have_count(len(FAILURES))
    expect(page.get_by_role("cell", name="Failed")).to_have_count(len(FAILURES))
    assert page.url.endswith("#/orders?status=FAILED")
    page.reload()
    expect(tab(page, "Failed")).to_have_attribute("aria-current", "page")
    expect(rows(page)).to_have_count(len(FAILURES))


def test_an_order_that_the_server_can_not_read_is_named_above_the_list(page: Page, shop: Shop):
    shop.wait("of-tomorrow")
    with written_by_a_newer_version(shop, "of-tomorrow"):
        expect(page.get_by_role("main")).to_contain_text(
            "The server can't read this order: of-tomorrow. A newer version wrote it, or it is damaged"
        )
        expect(rows(page)).to_have_count(49)
        page.get_by_role("searchbox").fill("of-tomorrow")
        expect(rows(page)).to_have_count(0)
        expect(page.get_by_role("main")).to_contain_text("can't read this order: of-tomorrow")
        expect(page.get_by_text("No orders match")).to_have_count(0)
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("can't read this order")).to_have_count(0)


@contextmanager
def written_by_a_newer_version(shop: Shop, order_id: str) -> Iterator[None]:
    with closing(sqlite3.connect(shop.data / "orders.db", isolation_level=None)) as connection:
        set_version = "UPDATE orders SET schemaVersion = ? WHERE orderId = ?"
        connection.execute(set_version, (SCHEMA_VERSION + 1, order_id))
        yield
        connection.execute(set_version, (SCHEMA_VERSION, order_id))


def test_what_is_searched_for_survives_a_reload_and_is_not_in_the_url(page: Page):
    search = page.get_by_role("searchbox")
    search.fill("bernd aff")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("Bernd Äffchen")
    page.reload()

    expect(rows(page)).to_have_count(2)
    expect(search).to_have_value("bernd aff")
    assert page.url.endswith("#/orders")
    search.fill("bernd@example.com")
    expect(rows(page)).to_have_count(len(FAILURES))
    search.fill("1001")
    expect(rows(page)).to_have_count(1)


def test_days_are_those_of_the_operators_calendar(page: Page):
    today, tomorrow = (str((utc_now() + timedelta(days=days)).date()) for days in (0, 1))
    page.get_by_label("From", exact=True).fill(tomorrow)
    expect(page.get_by_text("No orders match")).to_be_visible()
    assert page.url.endswith(f"#/orders?from={tomorrow}")
    page.get_by_role("button", name="Clear filters").click()
    expect(rows(page)).to_have_count(50)

    with page.expect_request(lambda request: "to=" in request.url) as asked:
        page.get_by_label("To", exact=True).fill(today)
    assert f"to={tomorrow}T00%3A00%3A00.000Z" in asked.value.url
    expect(rows(page)).to_have_count(50)


def test_a_day_is_typed_key_by_key(page: Page):
    page.get_by_label("From", exact=True).focus()
    page.keyboard.type("11112026")
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-11-11")
    page.get_by_label("To", exact=True).focus()
    page.keyboard.type("12122026")

    expect(page.get_by_label("To", exact=True)).to_have_value("2026-12-12")
    expect(page).to_have_url(re.compile("from=2026-11-11&to=2026-12-12$"))


def test_the_last_day_is_never_before_the_first(page: Page):
    first, last = page.get_by_label("From", exact=True), page.get_by_label("To", exact=True)
    last.fill("2026-11-20")
    first.fill("2026-11-22")
    expect(last).to_have_value("2026-11-22")
    last.fill("2026-11-21")
    expect(first).to_have_value("2026-11-21")
    expect(page).to_have_url(re.compile("from=2026-11-21&to=2026-11-21$"))


def test_a_day_ends_where_the_next_one_begins_though_clocks_change(browser: Browser, shop: Shop):
    with opened(browser, shop.address, timezone_id="America/Santiago") as page:
        page.get_by_label("From", exact=True).fill("2026-09-06")
        with page.expect_request(lambda request: "to=" in request.url) as asked:
            page.get_by_label("To", exact=True).fill("2026-09-06")

        assert "from=2026-09-06T04%3A00%3A00.000Z&to=2026-09-07T03%3A00%3A00.000Z" in asked.value.url


def test_a_day_begins_at_the_operators_midnight(browser: Browser, shop: Shop):
    with opened(browser, shop.address, timezone_id="Asia/Tokyo") as page:
        with page.expect_request(lambda request: "from=" in request.url) as asked:
            page.get_by_label("From", exact=True).fill("2026-11-23")

        assert "from=2026-11-22T15%3A00%3A00.000Z" in asked.value.url


def test_pages_lead_to_older_orders_and_back(page: Page):
    newest = rows(page).first.get_by_role("link").inner_text()
    page.get_by_role("button", name="Older").click()
    expect(page.get_by_text("Page 2")).to_be_visible()
    expect(page.get_by_role("link", name=newest, exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Page 2")).to_be_visible()
    expect(rows(page)).to_have_count(50)
    page.get_by_role("button", name="Newer").click()

    expect(page.get_by_role("link", name=newest, exact=True)).to_be_visible()
    assert "cursor" not in page.url


def test_every_order_is_on_one_of_the_pages(page: Page):
    all_of_them = how_many(page)
    seen: set[str] = set()
    for number in range(1, all_of_them // 50 + 2):
        expect(page.get_by_text(f"Page {number}", exact=True)).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        seen.update(rows(page).get_by_role("link").all_inner_texts())
        if page.get_by_role("button", name="Older").is_enabled():
            page.get_by_role("button", name="Older").click()

    assert len(seen) == all_of_them


def test_who_reads_the_list_is_not_disturbed_by_new_orders(page: Page, shop: Shop):
    first = rows(page).first.get_by_role("link")
    name = first.inner_text()
    first.focus()
    shop.api.post_order(ALICE | {"orderId": "meanwhile"})
    expect(page.get_by_text("There are newer orders.")).to_be_visible()
    expect(first).to_have_text(name)
    page.get_by_role("button", name="Show the newest").click()

    expect(first).to_have_text("meanwhile")


@pytest.mark.parametrize("locale", ["en-US", "es-ES", "de-DE"])
@pytest.mark.parametrize("later", ["2027-01-20T12:00:00", "2026-12-20T12:00:00"])
def test_the_time_of_an_old_order_fits_its_column(browser: Browser, shop: Shop, locale: str, later: str):
    with opened(browser, shop.address, lambda context: context.clock.set_fixed_time(later), locale=locale) as page:
        expect(rows(page)).to_have_count(50)
        fits = "time => time.offsetWidth <= time.parentElement.clientWidth - 28"  # its padding
        assert page.evaluate(f"[...document.querySelectorAll('td time')].every({fits})")


def test_the_export_has_what_is_shown(page: Page):
    tab(page, "Failed").click()
    expect(rows(page)).to_have_count(len(FAILURES))
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    expect(page.get_by_text("Exported:")).to_be_visible()

    assert download.value.suggested_filename == "orders.csv"
    with download.value.path().open(encoding="utf-8", newline="") as file:
        exported = list(csv.DictReader(file))
    assert {line["orderId"] for line in exported} == set(FAILURES)


def test_a_whole_id_is_in_the_list_however_long(page: Page):
    tab(page, "Failed").click()

    expect(page.get_by_role("link", name=LONG_ID)).to_have_attribute("title", LONG_ID)


def test_while_nothing_has_come_the_page_says_so(page: Page):
    page.route(FRESH, lambda _unanswered: None)
    page.reload()
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    page.route(FRESH, lambda route: route.fulfill(json={"orders": [], "cursor": None}))
    page.reload()

    expect(page.get_by_text("No orders yet")).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


def test_an_error_is_told_in_the_servers_words_and_can_be_tried_again(page: Page):
    told = {"type": "urn:orders:problem:unavailable", "title": "Not now", "detail": "The disk is full.", "status": 503}
    page.route(FRESH, lambda route: route.fulfill(status=503, json=told, content_type="application/problem+json"))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("The disk is full.")
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Try again").click()

    expect(rows(page)).to_have_count(50)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_name_is_looked_for_without_telling_the_browsers_history(page: Page):
    go(page, "#/orders?q=zoe&status=NONSENSE&from=yesterday", "Orders")

    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(tab(page, "All")).to_have_attribute("aria-current", "page")


def test_what_is_searched_for_stands_in_no_address_of_a_call_and_not_in_the_console(page: Page):
    asked, said = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(f"{message.text} {message.location}"))
    page.get_by_role("searchbox").fill("bernd@example.com")
    expect(rows(page)).to_have_count(len(FAILURES))
    with page.expect_download():
        page.get_by_role("button", name="Export CSV").click()
    page.route(FRESH, lambda route: route.fulfill(status=503))
    expect(page.get_by_text("Not connected")).to_be_visible()

    assert any("orders.csv" in url for url in asked)
    assert said
    assert not [each for each in [*asked, *said] if "bernd" in each.lower() or "example.com" in each]
