"""New order, with examples that are accepted and refused; and Live, where they are counted."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.pages import PHONE, WIDE, Shop, go, is_wider_than_the_window, opened, violations
from tests.support.examples import ALICE

from orders.api.openapi import generated

API = json.loads(generated.OPENAPI.read_text(encoding="utf-8"))
REAL = {
    "German shop, VAT included": "german-shop",
    "Canadian shop, two taxes": "canadian-shop",
    "Café, 0.250 kg by card": "cafe",
}
"""Examples of real shops, each with its name in the API's description."""
GOOD = (*REAL, "Only a name", "Arabic", "Japanese", "Thai", "A long name")
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


@pytest.mark.parametrize("example", REAL)
def test_the_totals_are_the_apis_while_an_order_is_written_and_when_it_is_shown(page: Page, shop: Shop, example: str):
    page.get_by_role("button", name=example).click()
    totals = page.get_by_role("table", name="Totals")
    expect(totals.get_by_role("row", name=re.compile("^Total"))).to_be_visible()
    written = amounts(page)
    page.get_by_role("button", name="Post order").click()
    order_id = page.get_by_label("Order id").input_value()
    page.get_by_role("link", name="Open order").click()
    expect(page.get_by_role("region", name="Items").get_by_role("table", name="Totals")).to_be_visible()

    posted = API["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]["examples"][REAL[example]]
    shown = shop.api.get(f"/operations/orders/{order_id}").body
    assert shown["order"] == shop.api.dry_run(posted["value"] | {"orderId": order_id}).body["order"]
    assert amounts(page) == written == the_apis(shown["order"], shown["totals"])
    lines = page.get_by_role("table").first.locator("td:last-child [title]").evaluate_all(TITLES)
    assert lines == [f"{line} {shown['order']['currency']}" for line in shown["totals"]["lines"]]


def amounts(page: Page) -> list[str]:
    """Of the table of totals, exact."""
    return list(page.get_by_role("table", name="Totals").locator("td [title]").evaluate_all(TITLES))


TITLES = "cells => cells.map(cell => cell.title)"


def the_apis(order: dict[str, Any], totals: dict[str, Any]) -> list[str]:
    """The same, from an answer."""
    figures = [f"-{totals['discount']}"] if order.get("discounts") else []
    figures += [charge["amount"] for charge in order.get("charges", [])]
    figures += [totals["net"], *(tax["amount"] for tax in totals["taxes"]), totals["total"]]
    if payments := order.get("payments"):
        figures += [*(payment["amount"] for payment in payments), totals["due"].removeprefix("-")]
    return [f"{figure} {order['currency']}" for figure in figures]


def test_a_fault_is_beside_its_field_while_an_order_is_written_and_what_is_missing_is_not_one_yet(page: Page):
    page.get_by_label("Customer's name").fill("Zoë Ångström")
    expect(page.get_by_text("Nothing in this order has a price.")).to_be_visible()
    page.get_by_role("button", name="Add item").click()
    page.get_by_label("Quantity").fill("0.25 kg")
    quantity, price = page.get_by_label("Quantity"), page.get_by_label("Unit price")
    expect(quantity).to_have_accessible_description(re.compile("decimal"))
    expect(price).to_have_attribute("aria-invalid", "false")
    expect(page.get_by_role("region", name="Totals")).to_contain_text("items/0/unitPrice is required")
    page.get_by_role("button", name="Post order").click()
    expect(price).to_have_accessible_description("is required")
    quantity.fill("0.25")
    price.fill("7.50")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("group", name="Item 1").get_by_label("Name", exact=True).fill("Coffee")

    expect(page.get_by_role("table", name="Totals").get_by_role("row", name="Total €1.88")).to_be_visible()
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


def test_the_button_stays_where_it_is_while_totals_come_and_go(page: Page):
    """A press is lost if its button moves away under the pointer."""
    button, totals = page.get_by_role("button", name="Post order"), page.get_by_role("region", name="Totals")
    page.get_by_role("button", name="Only a name").click()
    expect(totals.get_by_text("Nothing in this order has a price.")).to_be_visible()
    before = button.bounding_box()
    page.get_by_role("button", name="German shop").click()
    expect(totals.get_by_role("table")).to_be_visible()

    assert button.bounding_box() == before


def test_writing_an_order_stores_nothing(page: Page, shop: Shop):
    page.get_by_role("button", name="Café, 0.250 kg by card").click()
    expect(page.get_by_role("table", name="Totals")).to_be_visible()

    assert shop.api.get(f"/orders/{page.get_by_label('Order id').input_value()}").status == 404


def test_a_fault_in_details_opens_them(page: Page):
    page.get_by_role("button", name="Discount larger than the order").click()

    discounts = page.get_by_role("group").filter(has=page.get_by_text("Discounts", exact=True))
    expect(discounts.get_by_text("the lines come to 30.00, the discounts to 100.00")).to_be_visible()


def test_more_than_is_payable_is_change_and_what_is_rounded_is_payable(page: Page):
    page.get_by_role("button", name="Café, 0.250 kg by card").click()
    page.get_by_label("Method").select_option("cash")
    page.get_by_label("Amount", exact=True).fill("20.00")
    page.get_by_label("Rounding").fill("-0.02")

    totals = page.get_by_role("table", name="Totals")
    expect(totals.get_by_role("row", name="Payable €10.08")).to_be_visible()
    expect(totals.get_by_role("row", name="Change €9.92")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_whole_order_fits_and_axe_finds_nothing(browser: Browser, shop: Shop, size: dict[str, int], colours: str):
    with opened(browser, f"{shop.address}/#/new", viewport=size, color_scheme=colours) as page:
        for example in [*REAL, "Discount larger than the order"]:
            page.get_by_role("button", name=example).click()
            expect(page.get_by_role("region", name="Totals")).to_contain_text(re.compile("Net|discounts must"))
            assert violations(page) == [], example
            assert not is_wider_than_the_window(page), example


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
    expect(page.get_by_label("Customer's name")).to_have_value("Somebody Else")  # the id is asked of the server first
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
    page.get_by_role("group", name="Item 1").get_by_label("Name", exact=True).fill("Espresso cup")
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
