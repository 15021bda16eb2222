"""A connection that breaks, and comes back."""

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect
from tests.browser.pages import Shop, go, opened, rows, violations
from tests.support.api import Api
from tests.support.examples import ALICE
from tests.support.servers import serving

A_LAST_CALL_AND_A_PAUSE = 60_000
"""In milliseconds: a call may still be waiting for its answer; who gave up asks again half a minute later at most."""


def test_what_is_stale_is_said_to_be_until_the_server_is_back(browser: Browser, tmp_path: Path):
    with ExitStack() as server, ExitStack() as window:
        address = server.enter_context(serving(tmp_path))
        Api(address).post_order(ALICE)
        page = window.enter_context(opened(browser, address))
        expect(page.get_by_role("link", name="12345")).to_be_visible()
        server.close()
        expect(page.get_by_text("Not connected. Last update:")).to_be_visible()
        expect(page.get_by_role("link", name="12345")).to_be_visible()
        assert violations(page) == []
        for place, heading in {"#/live": "Live", "#/orders?status=FAILED": "Orders"}.items():
            go(page, place, heading)
            expect(page.get_by_text("Last update:")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("The server did not answer.")
        go(page, "#/orders", "Orders")

        with serving(tmp_path, "--port", str(urlsplit(address).port)):
            Api(address).post_order(ALICE | {"orderId": "afterwards"})
            expect(rows(page)).to_have_count(2, timeout=A_LAST_CALL_AND_A_PAUSE)
            expect(page.get_by_text("Not connected")).to_have_count(0)


@pytest.mark.parametrize("answer", ["nothing", "a refusal"])
def test_a_server_that_stops_answering_as_it_should_is_noticed(browser: Browser, shop: Shop, answer: str):
    def silence(route: Route) -> None:
        if answer == "a refusal":
            route.fulfill(status=403, body="Forbidden", content_type="text/html")

    with opened(browser, shop.address, lambda context: context.clock.install()) as page:
        expect(rows(page)).not_to_have_count(0)
        page.route("**/operations/**", silence)
        with page.expect_request("**/operations/**"):
            pass
        page.clock.fast_forward("00:11")
        expect(page.get_by_text("Not connected. Last update:")).to_be_visible()

        page.unroute("**/operations/**")
        page.clock.fast_forward("00:31")
        expect(page.get_by_text("Not connected")).to_have_count(0, timeout=A_LAST_CALL_AND_A_PAUSE)


def test_an_order_that_reached_nobody_stays_in_its_form_to_be_posted_again(browser: Browser, tmp_path: Path):
    with ExitStack() as server, ExitStack() as window:
        address = server.enter_context(serving(tmp_path))
        page = window.enter_context(opened(browser, address))
        go(page, "#/new", "New order")
        page.get_by_role("button", name="Arabic").click()
        server.close()
        page.get_by_role("button", name="Post order").click()
        expect(page.get_by_role("alert")).to_contain_text("The server did not answer.")

        with serving(tmp_path, "--port", str(urlsplit(address).port)):
            page.get_by_role("button", name="Post order").click()
            expect(page.get_by_role("link", name="Open order")).to_be_visible()
            expect(page.get_by_role("alert")).to_have_count(0)
