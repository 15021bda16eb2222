"""New order, with examples that are accepted and refused; and Live, where they are counted."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.pages import Shop, go
from tests.support.examples import ALICE

GOOD = ("Only a name", "Arabic", "Japanese", "Thai", "A long name")
BAD = {
    "Unknown currency": "Currency",
    "Empty name": "Customer's name",
    "Too many decimals": "Unit price",
    "Price with a comma": "Unit price",
}
"""Examples that are refused, each with the field at which it says why."""


@pytest.fixture(autouse=True)
def _new(page: Page) -> None:
    go(page, "#/new", "New order")


def test_an_example_that_is_accepted_leads_to_its_receipt(page: Page):
    for example in GOOD:
        page.get_by_role("button", name=example, exact=True).click()
        name = page.get_by_label("Customer's name").input_value()
        page.get_by_role("button", name="Post order").click()
        page.get_by_role("link", name="Open order").click()
        expect(page.get_by_role("region", name="Details").get_by_text(name, exact=True)).to_be_visible()
        expect(page.get_by_title(re.compile("^Receipt of order"))).to_be_visible()
        page.get_by_role("link", name="New order").click()


def test_an_example_that_is_refused_says_so_beside_the_field(page: Page):
    for example, field in BAD.items():
        page.get_by_role("button", name=example, exact=True).click()
        page.get_by_role("button", name="Post order").click()
        wrong = page.get_by_label(field, exact=True)
        expect(wrong).to_have_attribute("aria-invalid", "true")
        expect(wrong).to_be_focused()
        expect(wrong).to_have_accessible_description(re.compile(r"\w+"))
        expect(page.get_by_text("1 field is wrong. See the note next to it.")).to_be_visible()


def test_what_is_changed_after_it_was_accepted_is_another_order(page: Page, shop: Shop):
    page.get_by_role("button", name="Only a name").click()
    page.get_by_role("button", name="Post order").click()
    expect(page.get_by_role("link", name="Open order")).to_be_visible()
    first = page.get_by_label("Order id").input_value()
    page.get_by_label("Customer's name").fill("Alice Cooper")
    expect(page.get_by_role("link", name="Open order")).to_have_count(0)
    page.get_by_role("button", name="Post order").click()

    expect(page.get_by_role("link", name="Open order")).to_be_visible()
    assert page.get_by_label("Order id").input_value() != first


def test_what_is_half_written_waits_for_who_looks_elsewhere_and_what_was_accepted_does_not(page: Page):
    name = page.get_by_label("Customer's name")
    name.fill("Zoë Ångström")
    go(page, "#/orders", "Orders")
    go(page, "#/new", "New order")
    expect(name).to_have_value("Zoë Ångström")
    page.get_by_role("button", name="Post order").click()
    expect(page.get_by_role("link", name="Open order")).to_be_visible()
    go(page, "#/orders", "Orders")
    go(page, "#/new", "New order")

    expect(name).to_have_value("")


def test_an_id_that_is_taken_is_refused(page: Page):
    page.get_by_role("button", name="Id that is taken").click()
    page.get_by_role("button", name="Post order").click()

    expect(page.get_by_role("alert")).to_contain_text("The id is taken")
    expect(page.get_by_text("Accepted", exact=True)).to_have_count(0)


def test_an_order_is_written_by_hand_and_mended_until_it_is_right(page: Page, shop: Shop):
    page.get_by_label("Customer's name").fill("Zoë Ångström")
    page.get_by_label("Order id").fill("by-hand")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Add item").click()
    page.get_by_role("button", name="Add item").click()
    page.get_by_role("button", name="Remove item 2").click()
    page.get_by_role("group", name="Item 1").get_by_label("Name").fill("Espresso cup")
    page.get_by_label("Quantity").fill("4")
    page.get_by_label("Unit price").fill("seven")
    page.get_by_role("button", name="Post order").click()
    expect(page.get_by_label("Unit price")).to_be_focused()
    page.get_by_label("Unit price").fill("7.50")
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="Open order by-hand")).to_be_visible()
    assert shop.api.get("/orders/by-hand").body["total"] == "30.00"


def test_live_shows_how_things_stand_and_draws_the_last_hour(page: Page, shop: Shop):
    go(page, "#/live", "Live")
    now = page.get_by_role("region", name="Current figures")
    for name in ("In the queue", "Oldest waiting", "Median time to complete", "95th percentile"):
        expect(now.get_by_role("term").filter(has_text=name)).to_be_visible()
    chart = page.get_by_role("img", name=re.compile("Orders accepted"))
    expect(chart.locator("canvas")).to_be_visible()
    told = chart.get_attribute("aria-label") or ""
    shop.api.post_order(ALICE | {"orderId": "one-more"})

    expect(chart).not_to_have_attribute("aria-label", told)
    (accepted,) = re.findall(r"accepted: ([\d,]+)", told)
    expect(chart).to_have_attribute(
        "aria-label", re.compile(f"Orders accepted: {int(accepted.replace(',', '')) + 1:,};")
    )
    page.get_by_text("Show as a table").click()
    expect(page.get_by_role("group", name="Show as a table").get_by_role("row")).to_have_count(61)
