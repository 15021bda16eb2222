"""One order: what is known of it, and what can be done to it."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.pages import PHONE, Shop, go, opened
from tests.support.examples import BASKET


def look_at(page: Page, order_id: str) -> None:
    go(page, f"#/orders/{order_id}", f"Order {order_id}")


def line(page: Page, name: str):
    """Of the timeline."""
    return page.get_by_role("region", name="Timeline").get_by_role("listitem").filter(has_text=re.compile(f"^{name}"))


def test_an_order_shows_its_items_sums_and_what_happened(page: Page, shop: Shop):
    shop.api.post_order(BASKET)
    look_at(page, "basket-1")

    items = page.get_by_role("region", name="Items")
    expect(items.get_by_role("row", name="Espresso cups CUP-4 4 €7.50 20% €30.00")).to_be_visible()
    expect(items.get_by_role("row", name="Net €92.98")).to_be_visible()
    expect(items.get_by_role("row", name="Tax 5.5% on €37.98 €2.09")).to_be_visible()
    expect(items.get_by_role("row", name="Tax 20% on €30.00 €6.00")).to_be_visible()
    expect(items.get_by_role("row", name="Total €101.07")).to_be_visible()
    details = page.get_by_role("region", name="Details")
    for text in ("Zoë Ångström", "zoe@example.com", "Ring twice.", "Kept, not sent"):
        expect(details.get_by_text(text, exact=True)).to_be_visible()
    for what in ("Received", "Receipt made", "Mail kept, not sent"):
        expect(line(page, what)).to_be_visible()


def test_an_order_shows_all_that_its_shop_said(page: Page, shop: Shop):
    shop.api.post_order(WHOLE)
    look_at(page, "whole-1")

    items = page.get_by_role("region", name="Items")
    expect(items.get_by_text("Prices include tax.")).to_be_visible()
    name = "Linen, by the metre colour: ecru width: 150 cm Discount: Remnant 10% 1.5 m €12.90 VAT 20% €17.41"
    expect(items.get_by_role("row", name=name)).to_be_visible()
    expect(items.get_by_role("row", name="Training 1 €50.00 Exempt €50.00")).to_be_visible()
    details = page.get_by_role("region", name="Details")
    for text in ("RE 2026-17", "Ångström GmbH", "DE123456789", "PO 4471", "Education", "channel: web"):
        expect(details.get_by_text(text, exact=True)).to_be_visible()
    expect(details.get_by_text("Lindenallee 4 04109 Leipzig Germany")).to_be_visible()
    expect(details.get_by_text("Reception Rue Haute 1 1000 Brussels Belgium")).to_be_visible()
    rows = items.get_by_role("table", name="Totals").get_by_role("row")
    expect(rows).to_have_text(
        [
            "Discount: Welcome 10%-€6.74",
            "Shipping€4.90",
            "Net€62.14",
            "Exempt on €45.00€0.00",
            "VAT 20% on €17.14€3.43",
            "Total€65.57",
            "Rounding€0.03",
            "Payable€65.60",
            "Paid: Card · Visa · •••• 4242€50.00",
            "Amount due€15.60",
        ]
    )


WHOLE = {
    "orderId": "whole-1",
    "orderNumber": "RE 2026-17",
    "placedAt": "2026-11-23T18:30:00+01:00",
    "customerName": "Zoë Ångström",
    "customerCompany": "Ångström GmbH",
    "customerTaxId": "DE123456789",
    "customerReference": "PO 4471",
    "customerAddress": {"lines": ["Lindenallee 4"], "postalCode": "04109", "city": "Leipzig", "country": "DE"},
    "deliveryAddress": {
        "name": "Reception",
        "lines": ["Rue Haute 1"],
        "postalCode": "1000",
        "city": "Brussels",
        "country": "BE",
    },
    "currency": "EUR",
    "pricesIncludeTax": True,
    "items": [
        {
            "name": "Linen, by the metre",
            "description": "colour: ecru\nwidth: 150 cm",
            "quantity": "1.50",
            "unit": "m",
            "unitPrice": "12.90",
            "taxRate": "20",
            "taxName": "VAT",
            "discount": {"percent": "10", "name": "Remnant"},
        },
        {"name": "Training", "quantity": 1, "unitPrice": "50.00", "taxCategory": "E"},
    ],
    "discounts": [{"name": "Welcome", "percent": "10"}],
    "charges": [{"kind": "shipping", "name": "Shipping", "amount": "4.90", "taxRate": "20", "taxName": "VAT"}],
    "rounding": "0.03",
    "payments": [{"method": "card", "label": "Visa", "last4": "4242", "amount": "50.00"}],
    "taxExemptionReason": "Education",
    "metadata": {"channel": "web"},
}
"""With all that a shop can say."""


def test_the_receipt_is_in_its_frame(page: Page):
    with page.expect_response(lambda answer: "/files/receipts/" in answer.url) as shown:
        look_at(page, "1001")

    assert (shown.value.status, shown.value.headers["content-type"]) == (200, "application/pdf")
    frame = page.get_by_title("Receipt of order 1001")
    expect(frame).to_be_visible()
    link = page.get_by_role("link", name="Open in a new tab")
    expect(link).to_have_attribute("href", frame.get_attribute("src") or "")


def test_the_mail_is_sent_again_after_a_question(page: Page, shop: Shop):
    shop.api.post_order(BASKET | {"orderId": "twice", "customerEmail": "twice@example.com"})

    def messages() -> int:
        return sum("twice@example.com" in path.read_text() for path in (shop.data / "outbox").glob("*.eml"))

    look_at(page, "twice")
    expect(line(page, "Mail kept, not sent")).to_have_count(1)
    assert messages() == 1
    page.get_by_role("button", name="Send mail again").click()
    page.get_by_role("dialog").get_by_role("button", name="Don't send").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(line(page, "Mail requested again")).to_have_count(0)
    page.get_by_role("button", name="Send mail again").click()
    page.get_by_role("dialog").get_by_role("button", name="Send mail again").click()

    expect(line(page, "Mail kept, not sent")).to_have_count(2)
    expect(page.get_by_text("message 2")).to_be_visible()
    assert messages() == 2


def test_a_failed_order_is_retried_to_its_receipt(page: Page, shop: Shop):
    shop.fail("once-more", "no ink")
    look_at(page, "once-more")
    expect(page.get_by_text("There is no receipt: the order failed.")).to_be_visible()
    expect(line(page, "Failed")).to_contain_text("no ink")
    page.get_by_role("button", name="Retry").click()

    expect(page.get_by_text("The order will be retried.")).to_be_visible()
    expect(page.get_by_title("Receipt of order once-more")).to_be_visible()
    expect(line(page, "Retried")).to_contain_text("by operator")
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)


@pytest.mark.parametrize("state", ["Received", "Failed"])
def test_an_order_is_cancelled_after_a_question(page: Page, shop: Shop, state: str):
    order_id = f"cancel-{state}"
    (shop.wait if state == "Received" else shop.fail)(order_id)
    look_at(page, order_id)
    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("button", name="Keep it").click()
    assert shop.api.get(f"/orders/{order_id}").body["status"] == state.upper()
    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel order").click()

    expect(page.get_by_text("The order is cancelled.")).to_be_visible()
    expect(page.get_by_text("There is no receipt: the order was cancelled.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel order")).to_have_count(0)
    assert shop.api.get(f"/orders/{order_id}").body["status"] == "CANCELLED"


def test_a_question_ends_when_somebody_else_has_answered_it(page: Page, shop: Shop):
    shop.fail("moot")
    look_at(page, "moot")
    page.get_by_role("button", name="Cancel order").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    shop.api.request("POST", "/operations/orders/moot/cancel")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible()


def test_on_a_phone_the_amounts_are_seen_without_scrolling(browser: Browser, shop: Shop):
    shop.api.post_order(BASKET)
    with opened(browser, f"{shop.address}/#/orders/basket-1", viewport=PHONE) as page:
        items = page.get_by_role("region", name="Items")
        expect(items.get_by_text("€7.50 · 20%")).to_be_visible()
        for amount in ("€30.00", "€101.07"):
            box = items.get_by_text(amount, exact=True).bounding_box()
            assert box
            assert box["x"] + box["width"] <= PHONE["width"]


def test_who_has_cancelled_by_keys_is_still_in_the_content(page: Page, shop: Shop):
    shop.wait("by-keys")
    look_at(page, "by-keys")
    page.get_by_role("button", name="Cancel order").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Cancel order").press("Enter")
    expect(page.get_by_text("The order is cancelled.")).to_be_visible()

    expect(page.get_by_role("main")).to_be_focused()


def test_what_the_server_refuses_is_said_in_its_words(page: Page, shop: Shop):
    shop.fail("too-late")
    look_at(page, "too-late")
    shop.api.request("POST", "/operations/orders/too-late/cancel")
    page.get_by_role("button", name="Retry").click()

    expect(page.get_by_role("alert")).to_contain_text(re.compile("CANCELLED|cancelled"))


def test_the_id_is_copied(browser: Browser, shop: Shop):
    with opened(browser, shop.address, permissions=["clipboard-read", "clipboard-write"]) as page:
        look_at(page, "1001")
        page.get_by_role("button", name="Copy id").click()

        expect(page.get_by_text("Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == "1001"


def test_the_raw_order_is_there_for_who_wants_it(page: Page, shop: Shop):
    look_at(page, "1001")
    page.get_by_text("Raw JSON").click()

    shown = json.loads(page.locator("pre").inner_text())
    assert shown == shop.api.get("/operations/orders/1001").body


def test_an_order_that_nobody_knows_is_said_to_be_none(page: Page):
    go(page, "#/orders/nobody", "Order nobody")

    expect(page.get_by_text("There is no such order")).to_be_visible()


def test_back_leads_to_the_list_as_it_was_left(page: Page):
    page.get_by_role("searchbox").fill("bernd")
    page.get_by_role("link", name="broken-2").click()
    expect(page.get_by_role("heading", level=1, name="Order broken-2")).to_be_visible()
    assert page.url.endswith("#/orders/broken-2")
    page.get_by_role("main").get_by_role("link", name="Orders").click()

    expect(page.get_by_role("searchbox")).to_have_value("bernd")
    expect(page.get_by_role("link", name="broken-2")).to_be_focused()


def test_an_order_whose_language_nobody_knows_is_shown_all_the_same(page: Page, shop: Shop):
    order = BASKET | {"orderId": "odd-language", "locale": "en-12"}
    assert shop.api.post_order(order).status == 202
    page.goto(f"{page.url.partition('#')[0]}#/orders/odd-language")

    expect(page.get_by_role("definition").get_by_text("en-12", exact=True)).to_be_visible()


def test_an_address_that_makes_no_sense_leads_to_no_white_page(page: Page):
    page.goto(f"{page.url.partition('#')[0]}#/orders/%25")

    expect(page.get_by_role("main")).to_contain_text("no such order")
