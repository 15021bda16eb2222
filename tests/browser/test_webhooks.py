"""Webhook endpoints on the page, with a real server and a real receiver."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.pages import PHONE, WIDE, Shop, go, is_wider_than_the_window, opened, violations
from tests.support.examples import BASKET
from tests.support.receivers import Receiver, receiving
from tests.support.servers import serving

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    data = tmp_path_factory.mktemp("webhooks")
    with serving(data) as address:
        yield Shop(address, data)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with receiving(receiver):
        yield receiver


@pytest.fixture
def page(browser: Browser, shop: Shop) -> Iterator[Page]:
    with opened(browser, shop.address) as page:
        go(page, "#/webhooks", "Webhooks")
        yield page


def add(page: Page, url: str, *types: str) -> str:
    """An endpoint; the page then shows it. Returns its secret."""
    page.get_by_role("button", name="Add endpoint").click()
    dialog = page.get_by_role("dialog", name="Add a webhook endpoint")
    dialog.get_by_label("URL").fill(url)
    if types:
        dialog.get_by_role("checkbox", name="All events").uncheck()
        dialog.get_by_role("checkbox", name="order.completed").uncheck()
    for type_ in types:
        dialog.get_by_role("checkbox", name=type_, exact=True).check()
    dialog.get_by_role("button", name="Add endpoint").click()
    shown = page.get_by_role("dialog", name="The secret of this endpoint")
    secret = shown.get_by_label("Secret").inner_text()
    shown.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(url)
    return secret


def deliveries(page: Page) -> Locator:
    return page.get_by_role("table", name="Deliveries").get_by_role("rowgroup").last.get_by_role("row")


def sell(shop: Shop, order_id: str) -> None:
    assert shop.api.post_order(BASKET | {"orderId": order_id}).status == 202


def act(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def test_an_endpoint_is_added_and_its_secret_is_shown_once(page: Page, shop: Shop, receiver: Receiver):
    expect(page.get_by_text("No endpoints yet")).to_be_visible()
    receiver.secret = add(page, receiver.url)
    assert SECRET.fullmatch(receiver.secret)
    sell(shop, "A-1")
    receiver.wait(lambda: len(receiver.got) == 2)

    assert receiver.unsigned == 0
    expect(deliveries(page)).to_have_count(2)
    expect(deliveries(page).first).to_contain_text("Delivered")
    go(page, "#/webhooks", "Webhooks")
    row = page.get_by_role("row").filter(has_text=receiver.url)
    expect(row).to_contain_text("Enabled")
    assert receiver.secret not in page.content()
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, history.state])")
    assert "whsec_" not in kept


def test_an_endpoint_gets_the_chosen_types_and_they_can_be_changed(page: Page, shop: Shop, receiver: Receiver):
    add(page, receiver.url, "order.received")
    sell(shop, "A-1")
    receiver.wait(lambda: len(receiver.got) == 1)
    act(page, "Edit")
    dialog = page.get_by_role("dialog", name="Edit the endpoint")
    dialog.get_by_role("checkbox", name="order.received").uncheck()
    dialog.get_by_role("checkbox", name="order.completed").check()
    dialog.get_by_label("Description").fill("ERP")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("region", name="Details")).to_contain_text("ERP")
    sell(shop, "A-2")

    receiver.wait(lambda: len(receiver.got) >= 2)
    assert [each.type for each in receiver.got][:2] == ["order.received", "order.completed"]


def test_a_wrong_address_is_named_at_its_field_and_nothing_is_added(page: Page):
    page.get_by_role("button", name="Add endpoint").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("URL").fill("https://10.0.0.1/hook")
    dialog.get_by_role("button", name="Add endpoint").click()

    expect(dialog.get_by_label("URL")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("URL")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("No endpoints yet")).to_be_visible()


def test_a_test_event_tells_whether_the_endpoint_takes_it(page: Page, receiver: Receiver):
    add(page, receiver.url)
    act(page, "Send test")
    expect(page.get_by_text("The endpoint accepted the test event.")).to_be_visible()
    receiver.status = 503
    act(page, "Send test")

    expect(page.get_by_text("The endpoint did not accept the test event.")).to_be_visible()
    expect(deliveries(page).filter(has_text="Failed")).to_contain_text("HTTP 503")


def test_a_delivery_shows_its_request_and_the_answer_and_can_be_sent_again(page: Page, shop: Shop, receiver: Receiver):
    receiver.status = 500
    add(page, receiver.url, "order.received")
    sell(shop, "A-1")
    expect(deliveries(page)).to_contain_text(["order.received"])
    page.get_by_role("button", name="order.received").click()
    dialog = page.get_by_role("dialog", name="order.received")
    expect(dialog.get_by_role("group", name="Request")).to_contain_text('"orderId": "A-1"')
    expect(dialog.get_by_role("group", name="Request")).to_contain_text(f"webhook-id: {receiver.ids[0]}")
    expect(dialog.get_by_role("group", name="Answer")).to_have_text("said")
    expect(dialog).to_contain_text("HTTP 500")
    expect(dialog).to_contain_text("Next attempt")
    assert violations(page) == []
    receiver.status = 200
    dialog.get_by_role("button", name="Resend").click()

    expect(page.get_by_text("The event will be sent again.")).to_be_visible()
    expect(deliveries(page).first).to_contain_text("Delivered")
    assert set(receiver.ids) == {receiver.ids[0]}


def test_the_events_of_a_time_are_sent_again(page: Page, shop: Shop, receiver: Receiver):
    add(page, receiver.url, "order.received")
    sell(shop, "A-1")
    receiver.wait(lambda: len(receiver.got) == 1)
    page.get_by_role("button", name="Replay").click()
    dialog = page.get_by_role("dialog", name="Send the events of a time again")
    dialog.get_by_label("From").fill("2026-01-01T00:00")
    dialog.get_by_label("To").fill("2099-01-01T00:00")
    dialog.get_by_role("button", name="Send again").click()

    receiver.wait(lambda: len(receiver.got) == 2)
    assert receiver.ids[0] == receiver.ids[1]


def test_a_disabled_endpoint_gets_nothing_and_may_skip_what_it_missed(page: Page, shop: Shop, receiver: Receiver):
    add(page, receiver.url, "order.received")
    act(page, "Disable")
    page.get_by_role("dialog").get_by_role("button", name="Disable", exact=True).click()
    expect(page.get_by_role("region", name="Details")).to_contain_text("Why it is disabled")
    expect(page.get_by_role("link", name="1 failing or disabled")).to_be_visible()
    sell(shop, "missed")
    act(page, "Enable")
    dialog = page.get_by_role("dialog", name="Enable this endpoint?")
    dialog.get_by_role("checkbox", name="Skip the events that it missed").check()
    dialog.get_by_role("button", name="Enable").click()
    expect(page.get_by_text("The endpoint is enabled.")).to_be_visible()
    sell(shop, "after")

    receiver.wait(lambda: len(receiver.got) == 1)
    assert b'"orderId":"after"' in receiver.got[0].body


def test_a_new_secret_is_shown_once_and_an_endpoint_can_be_removed(page: Page, receiver: Receiver):
    secret = add(page, receiver.url)
    act(page, "New secret")
    page.get_by_role("dialog").get_by_role("button", name="New secret").click()
    shown = page.get_by_role("dialog", name="The secret of this endpoint")
    rotated = shown.get_by_label("Secret").inner_text()
    assert SECRET.fullmatch(rotated)
    assert rotated != secret
    shown.get_by_role("button", name="Done").click()
    act(page, "Remove")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()

    expect(page.get_by_text("The endpoint is removed.")).to_be_visible()
    expect(page.get_by_text("No endpoints yet")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_screens_fit_and_axe_finds_nothing(
    browser: Browser, shop: Shop, receiver: Receiver, size: dict[str, int], colours: str
):
    with opened(browser, shop.address, viewport=size, color_scheme=colours) as page:
        go(page, "#/webhooks", "Webhooks")
        add(page, receiver.url + "/" + "long-" * 40)
        sell(shop, "A-1")
        expect(deliveries(page)).to_have_count(2)
        assert violations(page) == []
        assert not is_wider_than_the_window(page)
        act(page, "Edit")
        assert violations(page) == []
        page.keyboard.press("Escape")
        go(page, "#/webhooks", "Webhooks")
        expect(page.get_by_role("row")).to_have_count(2)
        assert violations(page) == []
        assert not is_wider_than_the_window(page)
