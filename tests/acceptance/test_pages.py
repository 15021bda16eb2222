"""What a customer's browser gets from the links that it has: pages, with the status of the answer in JSON."""

import re
from typing import Any

import pytest
from tests.acceptance.test_receipts import same_for_all
from tests.support.api import Api, Reply

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def browse(api: Api, path: str, language: str = "en", **headers: str) -> Reply:
    """As a browser does, without the shop's key."""
    url = path if path.startswith("http") else f"{api.url}{path}"
    return api.get(url, Accept=BROWSER, Accept_Language=language, **headers)


def heading(page: Reply) -> str:
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    (found,) = re.findall("<h1>(.*?)</h1>", page.content.decode())
    return str(found)


def is_safe(page: Reply) -> bool:
    """Nobody keeps it, finds it or frames it; it loads nothing from elsewhere, and tells nobody where it is."""
    policy = page.headers["Content-Security-Policy"]
    return (
        page.headers["Cache-Control"] == "no-store"
        and page.headers["Referrer-Policy"] == "no-referrer"
        and page.headers["X-Robots-Tag"] == "noindex"
        and page.headers["Vary"] == "Accept, Accept-Language"
        and policy.startswith("default-src 'none'; ")
        and "frame-ancestors 'none'" in policy
        and not re.search("unsafe|http|[*]", policy)
        and not re.search(rb"(?:src|href)=\"?http|https?://", page.content)
    )


def test_a_browser_is_redirected_to_the_receipt_as_a_program_is(api: Api, alice: dict[str, Any]):
    receipt_url = api.post_order(alice).body["receiptUrl"]
    pdf = api.receipt(alice["orderId"])
    reply = browse(api, receipt_url)

    assert reply.status == 303
    assert browse(api, reply.headers["Location"]).content == pdf


def test_an_unknown_order_is_a_page(api: Api):
    page = browse(api, "/receipt/nobody/no-such-token")

    assert (page.status, heading(page)) == (404, "No receipt is at this address")
    assert is_safe(page)


@pytest.mark.parametrize("language", ["en", "ar", "de-AT,de;q=0.9"])
def test_a_wrong_token_is_the_page_of_an_unknown_order_whatever_the_orders_language(
    api: Api, alice: dict[str, Any], language: str
):
    url = api.post_order(alice | {"locale": "ja", "orderNumber": "#1001"}).body["receiptUrl"]
    wrong, unknown = browse(api, f"{url}x", language), browse(api, "/receipt/nobody/token", language)

    assert wrong.status == unknown.status == 404
    assert wrong.content == unknown.content
    assert same_for_all(wrong) == same_for_all(unknown)
    assert b"1001" not in wrong.content


@pytest.mark.parametrize("accept", ["*/*", "application/json", None])
def test_a_program_still_gets_json(api: Api, accept: str | None):
    reply = api.get(f"{api.url}/receipt/nobody/no-such-token", **({"Accept": accept} if accept else {}))

    assert (reply.status, reply.problem) == (404, "unknown-order")
    assert reply.headers["Vary"] == "Accept"


def test_the_shops_own_call_is_json_for_everybody(api: Api):
    assert api.get("/receipt/nobody", Accept=BROWSER).problem == "unknown-order"


def test_the_page_that_verifies_is_the_same_for_every_order_and_for_none(api: Api, alice: dict[str, Any]):
    api.post_order(alice | {"locale": "ja"})
    known, unknown = (browse(api, f"/receipt/{each}/verification", "ar") for each in (alice["orderId"], "nobody"))

    assert known.status == 200
    assert known.content == unknown.content
    assert same_for_all(known) == same_for_all(unknown)
    assert b'<html lang="ar" dir="rtl">' in known.content
    assert is_safe(known)
