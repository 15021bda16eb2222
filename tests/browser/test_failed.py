"""Failed: by their reasons, and retried: one, some, all."""

import re
from collections.abc import Iterator
from threading import Event

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browser.pages import Shop, opened
from tests.support.servers import serving

NONE_LEFT = "Nothing has failed"
RETRY = re.compile("/retry$")


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A server of which nothing has failed; each test leaves it so."""
    data = tmp_path_factory.mktemp("failing")
    with serving(data) as address:
        yield Shop(address, data)


@pytest.fixture
def page(browser: Browser, failing: Shop) -> Iterator[Page]:
    with opened(browser, f"{failing.address}/#/failed") as page:
        yield page


def test_where_nothing_has_failed_the_page_says_so(page: Page):
    expect(page.get_by_text(NONE_LEFT)).to_be_visible()


def test_failed_orders_stand_under_their_reasons_and_one_of_them_is_retried(page: Page, failing: Shop):
    for order_id, reason in (("one", "no ink"), ("two", "no paper"), ("three", "no ink")):
        failing.fail(order_id, reason)
    page.reload()
    ink = page.get_by_role("region", name="Orders that failed: no ink")
    expect(page.get_by_role("heading", level=2)).to_have_text(["no ink", "no paper"])
    expect(ink.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("navigation", name="Screens")).to_contain_text("3 failed")
    page.get_by_role("button", name="Retry two").click()

    expect(page.get_by_text("Retried: 1. Could not be retried: 0.")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_text(["no ink"])
    assert failing.api.receipt("two").startswith(b"%PDF-")
    ink.get_by_role("button", name="Retry these (2)").click()
    expect(page.get_by_text(NONE_LEFT)).to_be_visible()


def test_those_that_were_chosen_are_retried(page: Page, failing: Shop):
    for number in range(4):
        failing.fail(f"some-{number}", "no ink")
    page.reload()
    page.get_by_role("checkbox", name="Select some-1").check()
    page.get_by_role("checkbox", name="Select some-2").check()
    assert page.get_by_role("checkbox", name="Select all: no ink").evaluate("box => box.indeterminate")
    page.get_by_role("button", name="Retry 2 selected").click()

    expect(page.get_by_role("listitem").filter(has_text="some-")).to_have_count(2)
    expect(page.get_by_text("some-1")).to_have_count(0)
    page.get_by_role("button", name="Retry all (2)").click()
    expect(page.get_by_text(NONE_LEFT)).to_be_visible()


def test_all_are_retried_and_the_page_says_how_far_it_is(page: Page, failing: Shop):
    for number in range(12):
        failing.fail(f"all-{number}", f"reason {number % 3}")
    page.reload()
    held, go_on = list[Route](), Event()
    page.route(RETRY, lambda route: route.continue_() if go_on.is_set() else held.append(route))
    page.get_by_role("button", name="Retry all (12)").click()
    expect(page.get_by_role("progressbar", name="Retrying: 0 of 12")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Retrying.")).to_have_count(1)
    go_on.set()
    for route in held:
        route.continue_()

    expect(page.get_by_text("Retried: 12. Could not be retried: 0.")).to_be_visible()
    expect(page.get_by_text(NONE_LEFT)).to_be_visible()


def test_an_order_that_could_not_be_retried_is_named_with_the_reason(page: Page, failing: Shop):
    failing.fail("gone")
    page.reload()
    told = {
        "type": "urn:orders:problem:not-retryable",
        "title": "Not failed",
        "detail": "It is CANCELLED.",
        "status": 409,
    }
    page.route(RETRY, lambda route: route.fulfill(status=409, json=told, content_type="application/problem+json"))
    page.get_by_role("button", name="Retry gone").click()

    expect(page.get_by_text("Retried: 0. Could not be retried: 1.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="It is CANCELLED.")).to_contain_text("gone")
    page.unroute(RETRY)
    page.get_by_role("button", name="Retry gone").click()
    expect(page.get_by_text(NONE_LEFT)).to_be_visible()
