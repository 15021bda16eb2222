"""What follows a receipt: refunds, corrections, the documents of an order, and the register of numbers."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from tests.browser.pages import PHONE, WIDE, Shop, go, is_wider_than_the_window, opened, violations
from tests.support.examples import BASKET
from tests.support.fakes import MemoryBucket, MemoryMailer, MemoryQueue
from tests.support.servers import serving

from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.clock import utc_now
from orders.ports import Outside
from orders.use_cases import refund

CARD = {"method": "card", "label": "Visa", "last4": "4242", "amount": "101.07"}
NUMBERS = '[numbers]\nreceipt = "R{year}-{number:06}"\ncredit_note = "C{year}-{number:06}"\n'
POSTS_A_REFUND = re.compile(r"/refunds$")
SHOWS_OVERTAKEN = re.compile(r"/operations/orders/overtaken$")
POSTS_A_CORRECTION = re.compile(r"/corrections$")


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A server whose documents have numbers."""
    data = tmp_path_factory.mktemp("numbered")
    shop = data / "shop.toml"
    shop.write_text(NUMBERS)
    with serving(data / "data", ORDERS_RECEIPT=str(shop)) as address:
        yield Shop(address, data / "data")


@pytest.fixture
def page(browser: Browser, numbered: Shop) -> Iterator[Page]:
    with opened(browser, numbered.address) as page:
        yield page


def sell(shop: Shop, order_id: str, **fields: Any) -> str:
    """A completed order: 36.00 of cups, 40.07 of coffee and 25.00 of a gift card, 101.07 in total."""
    assert shop.api.post_order(BASKET | {"orderId": order_id, "payments": [CARD]} | fields).status == 202
    shop.api.signed_link(order_id)
    return order_id


def look_at(page: Page, order_id: str) -> None:
    go(page, f"#/orders/{order_id}", f"Order {order_id}")


def open_refund(page: Page) -> Locator:
    page.get_by_role("button", name="Refund", exact=True).click()
    return page.get_by_role("dialog", name="Refund", exact=True)


def send(page: Page, dialog: Locator, amount: str) -> None:
    """The refund that is written, which comes to so much."""
    dialog.get_by_role("button", name=f"Refund {amount}").click()
    page.get_by_role("dialog", name=f"Refund {amount}?").get_by_role("button", name=f"Refund {amount}").click()


def documents(page: Page) -> Locator:
    return page.get_by_role("region", name="Documents")


def refunds_of(shop: Shop, order_id: str) -> list[dict[str, Any]]:
    """Each with its credit note, the oldest first."""
    listed = shop.api.get(f"/orders/{order_id}").body["documents"]
    ids = [each["id"] for each in listed if each["kind"] == "credit-note"]
    return [shop.api.get(f"/orders/{order_id}/refunds/{refund_id}").body for refund_id in ids]


def test_lines_are_refunded_by_quantity_and_by_amount_and_the_page_shows_what_remains(page: Page, numbered: Shop):
    look_at(page, sell(numbered, "by-line"))
    expect(documents(page)).to_contain_text("Nothing refunded")
    dialog = open_refund(page)
    expect(dialog.get_by_text("€101.07 of this order can still be refunded.")).to_be_visible()
    expect(dialog.get_by_text("Choose what is refunded to see the sum.")).to_be_visible()
    dialog.get_by_role("checkbox", name=re.compile("Espresso cups")).check()
    dialog.get_by_label("How much: Espresso cups").select_option("A quantity")
    dialog.get_by_label("Quantity", exact=True).fill("1")
    dialog.get_by_role("checkbox", name=re.compile("Coffee")).check()
    dialog.get_by_label(re.compile("How much: .*Coffee")).select_option("An amount")
    dialog.get_by_label("Amount", exact=True).fill("7.98")
    dialog.get_by_label("Reason").fill("Broken handle")
    rows = dialog.get_by_role("table", name="Totals").get_by_role("row")
    expect(rows).to_have_text(
        [
            "Net€15.48",
            "Tax 5.5% on €7.98€0.44",
            "Tax 20% on €7.50€1.50",
            "Refunded€17.42",
            "Paid back: Card · Visa · •••• 4242€17.42",
        ]
    )
    send(page, dialog, "€17.42")

    expect(page.get_by_text("Refunded. The credit note is being made.")).to_be_visible()
    expect(page.get_by_title(re.compile(r"^Credit note C\d{4}-\d{6}$"))).to_be_visible()
    note = documents(page).get_by_role("listitem").filter(has_text="Credit note").first
    expect(note).to_contain_text("Completed")
    expect(note).to_contain_text("Broken handle")
    expect(note).to_contain_text("Espresso cups · 1")
    expect(note.get_by_role("list", name="Timeline")).to_contain_text("Credit note made")
    expect(note.get_by_role("link", name="Open in a new tab")).to_be_visible()
    expect(documents(page)).to_contain_text("€17.42 of €101.07 refunded")
    (made,) = refunds_of(numbered, "by-line")
    assert made["refund"]["payments"] == [CARD | {"amount": "17.42"}]
    assert made["history"][0]["by"] == "operator"
    dialog = open_refund(page)
    expect(dialog.get_by_text("€83.65 of this order can still be refunded.")).to_be_visible()
    expect(dialog.get_by_text("€22.50 of €30.00 remains · 3")).to_be_visible()
    expect(dialog.get_by_text("€30.00 of €37.98 remains")).to_be_visible()


def test_an_amount_and_then_the_rest_are_refunded_by_keys_alone(page: Page, numbered: Shop):
    look_at(page, sell(numbered, "by-amount"))
    page.get_by_role("button", name="Refund", exact=True).press("Enter")
    dialog = page.get_by_role("dialog", name="Refund", exact=True)
    dialog.get_by_role("radio", name="Items and charges").press("ArrowRight")
    dialog.get_by_label("Amount with tax, EUR").fill("10.00")
    dialog.get_by_role("button", name="Refund €10.00").press("Enter")
    page.get_by_role("dialog", name="Refund €10.00?").get_by_role("button", name="Refund €10.00").press("Enter")
    expect(documents(page)).to_contain_text("€10.00 of €101.07 refunded")
    expect(page.get_by_role("button", name="Refund", exact=True)).to_be_focused()
    dialog = open_refund(page)
    dialog.get_by_text("All that remains", exact=True).click()
    expect(dialog.get_by_text("The customer gets back €91.07.")).to_be_visible()
    send(page, dialog, "€91.07")

    expect(documents(page)).to_contain_text("Fully refunded: €101.07")
    expect(documents(page).get_by_role("link", name="Credit note")).to_have_count(2)
    expect(page.get_by_role("button", name="Refund", exact=True)).to_have_count(0)
    timeline = page.get_by_role("region", name="Timeline").get_by_role("listitem")
    expect(timeline.filter(has_text="Refund of €10.00 accepted")).to_contain_text("by operator")


def test_more_than_remains_is_refused_at_the_field_before_it_is_sent(page: Page, numbered: Shop):
    look_at(page, sell(numbered, "too-much"))
    dialog = open_refund(page)
    dialog.get_by_text("An amount", exact=True).click()
    amount = dialog.get_by_label("Amount with tax, EUR")
    amount.fill("101.08")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(
        dialog.get_by_text("must not take more than the 101.07 that remains of the order; it takes 101.08")
    ).to_be_visible()
    expect(dialog.get_by_role("button", name="Refund", exact=True)).to_have_attribute("aria-disabled", "true")
    amount.fill("101.07")
    expect(dialog.get_by_role("button", name="Refund €101.07")).to_have_attribute("aria-disabled", "false")


def test_a_refund_that_somebody_else_overtook_is_refused_with_what_remains(page: Page, numbered: Shop):
    look_at(page, sell(numbered, "overtaken"))
    dialog = open_refund(page)
    dialog.get_by_text("An amount", exact=True).click()
    dialog.get_by_label("Amount with tax, EUR").fill("100.00")
    dialog.get_by_role("button", name="Refund €100.00").click()
    page.route(SHOWS_OVERTAKEN, lambda _route: None)  # so that the page does not see it before
    assert numbered.api.post_below("overtaken", "refunds", {"amount": "50.00"}).status == 202
    page.unroute(SHOWS_OVERTAKEN)
    page.get_by_role("dialog", name="Refund €100.00?").get_by_role("button", name="Refund €100.00").click()

    expect(dialog.get_by_role("alert")).to_contain_text("The refund exceeds what remains")
    expect(
        dialog.get_by_text("must not take more than the 51.07 that remains of the order; it takes 100.00")
    ).to_be_visible()
    expect(dialog.get_by_text("€51.07 of this order can still be refunded.")).to_be_visible()
    expect(dialog.get_by_label("Amount with tax, EUR")).to_be_focused()
    assert len(refunds_of(numbered, "overtaken")) == 1


def test_a_refund_whose_answer_was_lost_is_the_same_refund_when_it_is_sent_again(page: Page, numbered: Shop):
    look_at(page, sell(numbered, "lost-answer"))
    sent = list[str]()

    def lose_the_first(route: Route) -> None:
        answer = route.fetch()
        sent.append(json.loads(route.request.post_data or "")["refundId"])
        if len(sent) == 1:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route(POSTS_A_REFUND, lose_the_first)
    dialog = open_refund(page)
    dialog.get_by_text("An amount", exact=True).click()
    dialog.get_by_label("Amount with tax, EUR").fill("5.00")
    send(page, dialog, "€5.00")
    expect(dialog.get_by_role("alert")).to_contain_text("The server did not answer.")
    expect(dialog.get_by_text("the server accepts this refund only once")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    dialog = open_refund(page)
    send(page, dialog, "€5.00")

    expect(page.get_by_text("Refunded. The credit note is being made.")).to_be_visible()
    expect(documents(page)).to_contain_text("€5.00 of €101.07 refunded")
    assert sent == [each["refundId"] for each in refunds_of(numbered, "lost-answer")] * 2


def confirm(page: Page, dialog: Locator) -> None:
    """Send the correction that is written."""
    dialog.get_by_role("button", name="Issue corrected receipt").click()
    question = page.get_by_role("dialog", name="Issue a corrected receipt?")
    question.get_by_role("button", name="Issue corrected receipt").click()


def test_the_buyer_is_corrected_and_only_what_was_changed_is_sent(page: Page, numbered: Shop):
    buyer = {"lines": ["Lindenallee 4"], "postalCode": "04109", "city": "Leipzig", "country": "DE"}
    look_at(page, sell(numbered, "misspelt", customerCompany="Angstrom Ltd", customerAddress=buyer))
    page.get_by_role("button", name="Correct buyer").click()
    dialog = page.get_by_role("dialog", name="Correct the buyer's data")
    expect(dialog.get_by_label("Customer's name")).to_have_value("Zoë Ångström")
    issue = dialog.get_by_role("button", name="Issue corrected receipt")
    expect(issue).to_have_attribute("aria-disabled", "true")
    dialog.get_by_label("Company").fill("Ångström Ltd")
    dialog.get_by_label("City").fill("Markkleeberg")
    with page.expect_request(POSTS_A_CORRECTION) as posted:
        confirm(page, dialog)

    sent = json.loads(posted.value.post_data or "")
    assert sent.pop("correctionId").startswith("c-")
    assert sent == {"customerCompany": "Ångström Ltd", "customerAddress": buyer | {"city": "Markkleeberg"}}
    expect(page.get_by_title(re.compile(r"^Corrected receipt R\d{4}-\d{6}$"))).to_be_visible()
    corrected = documents(page).get_by_role("listitem").filter(has_text="Corrected receipt").first
    expect(corrected).to_contain_text(re.compile(r"Replaces.*R\d{4}-\d{6}"))
    expect(corrected).to_contain_text("Ångström Ltd")
    expect(corrected.get_by_role("list", name="Timeline")).to_contain_text("Corrected receipt made")
    documents(page).get_by_role("link", name=re.compile("^Receipt")).click()
    expect(page.get_by_title("Receipt of order misspelt")).to_be_visible()
    page.get_by_role("button", name="Correct buyer").click()
    expect(dialog.get_by_label("Company")).to_have_value("Ångström Ltd")
    dialog.get_by_label("Company").fill("")
    expect(dialog.get_by_text("can replace what is on the receipt, but not remove it: Company.")).to_be_visible()
    expect(issue).to_have_attribute("aria-disabled", "true")
    dialog.get_by_label("Company").fill("Ångström Ltd")
    dialog.get_by_label("E-mail").fill("zoe")
    confirm(page, dialog)
    expect(dialog.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("E-mail")).to_be_focused()


def fail_a_refund(shop: Shop, order_id: str) -> str:
    """A refund of 5.00 whose credit note could not be made. Returns its number, which is void."""
    posted = validation.parse_refund({"refundId": "r-1", "amount": "5.00"})
    with closing(SqliteTable(shop.data / "orders.db")) as table:
        queue = MemoryQueue()
        outside = Outside(table, queue, queue, MemoryBucket(), None, MemoryMailer(), timedelta(minutes=5))
        row = refund.accept(order_id, posted, outside).row
        (issued,) = table.issue([(row, f"C{utc_now().year}-{{number:06}}")], utc_now())
        table.replace(issued, issued.failed("no ink", utc_now(), "process"))
    assert issued.issue
    return issued.issue.text


def test_a_failed_credit_note_is_retried_and_its_void_number_stays_in_the_register(page: Page, numbered: Shop):
    number = fail_a_refund(numbered, sell(numbered, "no-ink"))
    page.reload()
    go(page, "#/failed", "Failed orders")
    expect(page.get_by_role("navigation", name="Screens")).to_contain_text("1 failed")
    failed = page.get_by_role("region", name="Failed credit notes and corrected receipts").get_by_role("listitem")
    expect(failed).to_contain_text(re.compile("Credit note · €5.00.*no-ink.*no ink"))
    failed.get_by_role("link", name="no-ink").click()
    note = documents(page).get_by_role("listitem").filter(has_text="Credit note").first
    expect(note).to_contain_text("Failed")
    expect(page.get_by_text("The credit note could not be made. The refund stands")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Retry credit note no-ink").click()
    expect(page.get_by_text("Nothing has failed")).to_be_visible()
    go(page, "#/register", "Register of numbers")
    page.get_by_label("Series").select_option(index=0)
    void = page.get_by_role("row").filter(has_text=number)
    expect(void).to_contain_text("Void")
    expect(void).to_contain_text("failed: no ink")
    issued = page.get_by_role("row").filter(has_text="no-ink").filter(has_text="Issued")
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Export CSV").click()
    assert number in downloaded.value.path().read_text()
    issued.get_by_role("link").click()

    expect(page.get_by_role("heading", level=1, name="Order no-ink")).to_be_visible()
    expect(note).to_contain_text("Completed")
    expect(note.get_by_role("list", name="Timeline")).to_contain_text("Retried")


def test_a_failed_credit_note_is_retried_and_its_mail_sent_again_on_its_orders_screen(page: Page, numbered: Shop):
    fail_a_refund(numbered, sell(numbered, "no-paper"))
    go(page, "#/orders/no-paper?document=refunds/r-1", "Order no-paper")
    documents(page).get_by_role("button", name="Retry credit note r-1").click()
    note = documents(page).get_by_role("listitem").filter(has_text="Credit note").first
    timeline = note.get_by_role("list", name="Timeline")
    expect(timeline).to_contain_text("Mail kept, not sent")
    note.get_by_role("button", name="Send mail again").click()
    page.get_by_role("dialog").get_by_role("button", name="Send mail again").click()

    expect(timeline).to_contain_text("Mail requested again")


@pytest.mark.parametrize(("size", "colours"), [(WIDE, "dark"), (PHONE, "light")], ids=["wide", "phone"])
def test_what_opens_fits_and_axe_finds_nothing(browser: Browser, numbered: Shop, size: dict[str, int], colours: str):
    order_id = sell(numbered, f"looked-at-{colours}")
    numbered.api.follow(order_id, "refunds", {"refundId": "r-1", "reason": "Broken", "lines": [{"item": 1}]})
    numbered.api.follow(order_id, "corrections", {"correctionId": "c-1", "customerCompany": "Casa Luna"})
    with opened(browser, numbered.address, viewport=size, color_scheme=colours) as page:
        for place in (f"#/orders/{order_id}?document=refunds/r-1", f"#/orders/{order_id}?document=corrections/c-1"):
            go(page, place, f"Order {order_id}")
            expect(documents(page).get_by_role("list", name="Timeline")).to_be_visible()
            assert not is_wider_than_the_window(page)
        assert violations(page) == []
        dialog = open_refund(page)
        dialog.get_by_role("checkbox", name=re.compile("Coffee")).check()
        dialog.get_by_label(re.compile("How much")).select_option("A quantity")
        dialog.get_by_label("Quantity", exact=True).fill("3")
        expect(page.locator("[aria-invalid=true]")).to_have_count(1)
        assert violations(page) == []
        dialog.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Correct buyer").click()
        expect(page.get_by_label("Company")).to_have_value("Casa Luna")
        assert violations(page) == []
        assert not is_wider_than_the_window(page)
