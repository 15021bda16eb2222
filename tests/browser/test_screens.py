"""What all screens have in common: keys, language, theme, room on a phone, and what axe has to say."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.pages import (
    LONG_ID,
    PHONE,
    SCREENS,
    WIDE,
    Shop,
    go,
    is_wider_than_the_window,
    opened,
    rows,
    violations,
)

ALL = SCREENS | {"#/orders/1001": "Order 1001", f"#/orders/{LONG_ID}": f"Order {LONG_ID}"}


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_screen_fits_and_axe_finds_nothing(browser: Browser, shop: Shop, size: dict[str, int], colours: str):
    with opened(browser, shop.address, viewport=size, color_scheme=colours) as page:
        for place, heading in ALL.items():
            go(page, place, heading)
            assert violations(page) == [], place
            assert not is_wider_than_the_window(page), place


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(browser: Browser, shop: Shop, colours: str):
    with opened(browser, shop.address, color_scheme=colours) as page:
        expect(rows(page)).to_have_count(50)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        go(page, "#/orders/broken-1", "Order broken-1")
        page.get_by_role("button", name="Cancel order").click()
        assert violations(page) == []
        page.get_by_role("button", name="Keep it").click()
        go(page, "#/live", "Live")
        page.get_by_text("Show as a table").click()
        assert violations(page) == []
        go(page, "#/new", "New order")
        page.get_by_role("button", name="Too many decimals").click()
        page.get_by_role("button", name="Post order").click()
        expect(page.locator("[aria-invalid=true]")).to_have_count(1)
        assert violations(page) == []


@pytest.mark.parametrize("width", [320, 375, 414])
@pytest.mark.parametrize("locale", ["en-GB", "es-ES"])
def test_on_a_phone_each_tab_has_room_for_its_word_and_none_moves(
    browser: Browser, shop: Shop, width: int, locale: str
):
    with opened(browser, shop.address, viewport={"width": width, "height": 780}, locale=locale) as page:
        tabs = page.locator("header nav a:visible")
        places = page.evaluate(TABS)
        assert [place for place in places if place["word"] > place["room"]] == []
        assert {place["lines"] for place in places} == {1}
        page.goto(f"{shop.address}/#/webhooks")
        expect(tabs.nth(3)).to_have_attribute("aria-current", "page")

        assert page.evaluate(TABS) == places


TABS = """() => [...document.querySelectorAll('header nav a')].filter(tab => tab.checkVisibility()).map(tab => {
  const word = tab.querySelector('span');
  return {left: tab.offsetLeft, room: tab.offsetWidth, word: word.offsetWidth, lines: word.offsetHeight / 16};
})"""
"""Where the tabs are, how much room each has, and how wide and high its word is."""


def test_on_a_phone_the_preferences_are_a_dialog(browser: Browser, shop: Shop):
    with opened(browser, shop.address, viewport=PHONE) as page:
        page.get_by_role("button", name="Preferences").click()
        assert violations(page) == []
        page.get_by_role("dialog").get_by_label("Language").select_option("es")

        expect(page.get_by_role("heading", level=1)).to_have_text("Pedidos")
        assert not is_wider_than_the_window(page)


def test_the_language_is_the_browsers_until_another_is_chosen(browser: Browser, shop: Shop):
    with opened(browser, shop.address, locale="es-MX") as page:
        for place, heading in {"#/orders": "Pedidos", "#/live": "En vivo"}.items():
            go(page, place, heading)
        assert page.evaluate("document.documentElement.lang") == "es"
        page.get_by_label("Idioma").select_option("en")
        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
        page.reload()

        expect(page.get_by_role("heading", level=1)).to_have_text("Live")
        assert page.evaluate("localStorage.language") == "en"


def test_every_screen_fits_in_spanish_too(browser: Browser, shop: Shop):
    with opened(browser, shop.address, locale="es-ES", viewport=PHONE) as page:
        for place in ALL:
            page.goto(f"{shop.address}/{place}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.get_by_role("status", name="Cargando")).to_have_count(0)
            assert not is_wider_than_the_window(page), place


def test_a_chosen_theme_outlives_a_reload_and_can_be_given_back(page: Page):
    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = ground()
    page.get_by_label("Theme").select_option("Dark")
    dark = ground()
    assert dark != light
    page.reload()
    expect(page.get_by_label("Theme")).to_have_value("dark")
    assert ground() == dark
    page.get_by_label("Theme").select_option("System")

    assert ground() == light
    assert page.evaluate("localStorage.length") == 0


def test_a_list_is_walked_with_keys_alone(page: Page):
    links = rows(page).get_by_role("link")
    expect(links).to_have_count(50)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    opened_order = links.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(opened_order)
    page.go_back()
    expect(page.get_by_role("link", name=opened_order, exact=True)).to_be_focused()
    page.keyboard.press("/")

    expect(page.get_by_role("searchbox")).to_be_focused()


def test_help_names_the_keys_and_gives_the_focus_back(page: Page):
    expect(rows(page)).to_have_count(50)
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Go to Live")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(rows(page).first.get_by_role("link")).to_be_focused()
    screens = {
        "f": "Failed orders",
        "r": "Register of numbers",
        "w": "Webhooks",
        "l": "Live",
        "n": "New order",
        "o": "Orders",
    }
    for key, heading in screens.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_letters_that_are_no_shortcuts_do_nothing(page: Page):
    expect(rows(page)).to_have_count(50)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Use single-key shortcuts").uncheck()
    page.reload()
    expect(rows(page)).to_have_count(50)
    for key in "j?/gl":
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    expect(page.get_by_role("main")).to_be_focused()

    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_role("checkbox", name="Use single-key shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_content_has_the_focus_and_who_begins_before_it_can_skip_to_it(page: Page):
    expect(page.get_by_role("main")).to_be_focused()
    skip = page.get_by_role("button", name="Skip to the content")
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


def test_an_unknown_place_leads_to_the_orders(page: Page):
    go(page, "#/nowhere", "Orders")

    assert page.url.endswith("#/orders")
