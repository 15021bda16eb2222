"""Who may see the page: with an operator's key on one machine, by Cognito on AWS."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browser.cognito import CODE, RENEWAL, Cognito, sign_in
from tests.browser.pages import go, opened, violations
from tests.support.api import Api
from tests.support.examples import ALICE, BASKET
from tests.support.servers import serving

from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server.keys import KeyRing

KEPT = "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.cookie])"


@dataclass(frozen=True)
class Guarded:
    """A server that asks for keys, one shop's, and as many operators' as are wanted."""

    address: str
    ring: KeyRing
    shop: str

    def operator(self, name: str) -> str:
        return self.ring.make(Authority.OPERATOR, name)

    def dismiss(self, name: str) -> None:
        for key in self.ring.all():
            if key.name == name:
                self.ring.remove(key.id)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    data = tmp_path_factory.mktemp("guarded")
    ring = KeyRing(DataFolder(data).keys)
    shop = ring.make(Authority.SHOP, "shop")
    with serving(data, "--ask-for-keys") as address:
        Api(address, shop).post_order(ALICE)
        yield Guarded(address, ring, shop)


@pytest.fixture
def page(browser: Browser, guarded: Guarded) -> Iterator[Page]:
    with opened(browser, guarded.address) as page:
        yield page


def sign_in_with(page: Page, key: str) -> None:
    page.get_by_label("Operator's key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def test_only_an_operators_key_opens_the_page(page: Page, guarded: Guarded):
    maria = guarded.operator("maria")
    assert violations(page) == []
    for wrong in ("no key at all", "ключ", guarded.shop):
        sign_in_with(page, wrong)
        expect(page.get_by_role("alert")).to_have_text("This key is not accepted.")
    sign_in_with(page, maria)

    expect(page.get_by_role("link", name="12345")).to_be_visible()
    assert maria not in page.evaluate(KEPT) + page.url
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_who_signs_out_leaves_nothing_on_the_screen(page: Page, guarded: Guarded):
    sign_in_with(page, guarded.operator("otto"))
    expect(page.get_by_role("link", name="12345")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_text("Alice")).to_have_count(0)


def test_who_signs_out_is_out_in_the_other_tabs_too(page: Page, guarded: Guarded):
    other = page.context.new_page()
    other.goto(guarded.address)
    for tab in (page, other):
        sign_in_with(tab, guarded.operator(f"olga-{tab is other}"))
        expect(tab.get_by_role("link", name="12345")).to_be_visible()
    other.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.close()


def test_who_comes_next_finds_neither_what_was_searched_for_nor_what_was_written(page: Page, guarded: Guarded):
    sign_in_with(page, guarded.operator("sara"))
    go(page, "#/new", "New order")
    page.get_by_label("Customer's name").fill("Alice")
    go(page, "#/orders", "Orders")
    page.get_by_role("searchbox").fill("Alice")
    expect(page.get_by_role("link", name="12345")).to_be_visible()
    page.get_by_role("link", name="12345").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in_with(page, guarded.operator("sven"))
    expect(page.get_by_role("heading", level=1)).to_have_text("12345")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("")
    go(page, "#/new", "New order")
    expect(page.get_by_label("Customer's name")).to_have_value("")


def test_a_key_that_is_taken_away_ends_the_session_and_another_goes_on_where_it_was(page: Page, guarded: Guarded):
    sign_in_with(page, guarded.operator("petra"))
    go(page, "#/new", "New order")
    page.get_by_label("Shop's key").fill(guarded.shop)
    go(page, "#/orders/12345", "Order 12345")
    expect(page.get_by_role("heading", level=1)).to_have_text("12345")
    guarded.dismiss("petra")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_text("Your sign-in is no longer valid.")).to_be_visible()
    sign_in_with(page, guarded.operator("paula"))

    expect(page.get_by_role("heading", level=1)).to_have_text("12345")
    page.get_by_role("link", name="New order").click()
    expect(page.get_by_label("Shop's key")).to_have_value("")


def test_a_refusal_that_comes_late_does_not_end_the_next_session(page: Page, guarded: Guarded):
    held = list[Route]()
    Api(guarded.address, guarded.shop).post_order(BASKET)
    page.route("**/basket-1/resend", lambda route: held.append(route))
    sign_in_with(page, guarded.operator("rosa"))
    page.get_by_role("link", name="basket-1").click()
    page.get_by_role("button", name="Send mail again").click()
    with page.expect_request("**/basket-1/resend"):
        page.get_by_role("dialog").get_by_role("button", name="Send mail again").click()
    guarded.dismiss("rosa")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in_with(page, guarded.operator("ruth"))
    expect(page.get_by_role("heading", level=1)).to_have_text("basket-1")
    with page.expect_response("**/basket-1/resend") as refused:
        held[0].continue_()

    assert refused.value.status == 401
    with page.expect_response("**/operations/summary"):
        expect(page.get_by_role("heading", level=1)).to_have_text("basket-1")


def test_who_has_not_signed_in_yet_can_choose_how_the_page_speaks_and_looks(page: Page):
    page.get_by_label("Language").select_option("Español")
    page.get_by_label("Tema").select_option("Oscuro")

    expect(page.get_by_role("heading", level=1)).to_have_text("Iniciar sesión")
    assert violations(page) == []


def test_an_order_is_posted_with_the_shops_key(page: Page, guarded: Guarded):
    sign_in_with(page, guarded.operator("nora"))
    page.get_by_role("link", name="New order").click()
    page.get_by_role("button", name="Only a name").click()
    page.get_by_role("button", name="Post order").click()
    expect(page.get_by_role("alert")).to_be_visible()
    # The sum may say the same at that time: it was not computed either.
    expect(page.locator(".text-bad", has_text="Enter the shop's key in its field.")).to_be_visible()
    expect(page.get_by_label("Shop's key")).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("New order")
    page.get_by_label("Shop's key").fill(guarded.shop)
    page.get_by_role("button", name="Post order").click()

    expect(page.get_by_role("link", name="Open order")).to_be_visible()
    assert guarded.shop not in page.evaluate(KEPT) + page.url


@pytest.fixture
def cognito(guarded: Guarded) -> Iterator[Cognito]:
    """It gives Maria a token that the server takes."""
    guarded.dismiss("maria")
    yield Cognito(guarded.operator("maria"))
    guarded.dismiss("maria")


@pytest.fixture
def at_cognito(browser: Browser, guarded: Guarded, cognito: Cognito) -> Iterator[Page]:
    """The page on Live, of which nobody has been asked yet who it is."""
    with opened(
        browser, f"{guarded.address}/#/live", lambda context: cognito.stand_in(context, guarded.address)
    ) as page:
        yield page


def test_cognito_is_asked_with_a_code_and_its_proof_and_tokens_stay_in_memory(at_cognito: Page, cognito: Cognito):
    page = at_cognito
    assert violations(page) == []
    sign_in(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Live")
    assert page.url.endswith("/#/live")
    (asked,) = cognito.asked
    assert (asked["grant_type"], asked["code"]) == ("authorization_code", CODE)
    kept = page.evaluate(KEPT) + page.url
    for secret in (cognito.token, RENEWAL, CODE, asked["code_verifier"]):
        assert secret not in kept


def test_an_answer_with_another_state_is_not_taken(at_cognito: Page, cognito: Cognito):
    cognito.state = "somebody-elses"
    sign_in(at_cognito)

    expect(at_cognito.get_by_role("alert")).to_have_text("The sign-in failed.")
    assert cognito.asked == []
    assert "code" not in at_cognito.url
    cognito.state = ""
    sign_in(at_cognito)
    expect(at_cognito.get_by_role("heading", level=1)).to_have_text("Live")


def test_a_code_that_nobody_here_asked_for_is_not_taken(at_cognito: Page, cognito: Cognito, guarded: Guarded):
    at_cognito.goto(f"{guarded.address}/?code={CODE}&state=any")

    expect(at_cognito.get_by_role("alert")).to_have_text("The sign-in failed.")
    assert cognito.asked == []


def test_a_token_is_renewed_shortly_before_it_ends_and_without_more_of_them_one_signs_in_again(
    at_cognito: Page, cognito: Cognito
):
    cognito.seconds = 50
    sign_in(at_cognito)
    with at_cognito.expect_request(lambda request: "refresh_token" in (request.post_data or "")):
        expect(at_cognito.get_by_role("heading", level=1)).to_have_text("Live")
    cognito.ends = True

    expect(at_cognito.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_401_leads_back_to_the_sign_in(at_cognito: Page, cognito: Cognito, guarded: Guarded):
    sign_in(at_cognito)
    expect(at_cognito.get_by_role("heading", level=1)).to_have_text("Live")
    guarded.dismiss("maria")

    expect(at_cognito.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_who_signs_out_is_signed_out_of_cognito_too(at_cognito: Page, cognito: Cognito):
    sign_in(at_cognito)
    at_cognito.get_by_role("button", name="Sign out").click()

    expect(at_cognito.get_by_role("heading")).to_have_text("Signed out")
    assert cognito.revoked == [RENEWAL]
    assert re.search(r"client_id=the-page&logout_uri=http%3A%2F%2F127", at_cognito.url)
    at_cognito.go_back()
