"""Receipts are made, and opened by links that die."""

import hashlib
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pytest
from tests.support.api import Api, Reply


def test_an_order_becomes_a_receipt_that_says_so(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    pdf = api.receipt(alice["orderId"])
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    assert alice["orderId"] in text
    assert "Alice" in text
    assert "Thank you" in text
    received = datetime.fromisoformat(api.get(f"/orders/{alice['orderId']}").body["receivedAt"])
    assert f"{received:%B} {received.day}, {received.year}" in text


def test_the_row_knows_the_hash_of_the_receipt(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    pdf = api.receipt(alice["orderId"])
    receipt = api.get(f"/orders/{alice['orderId']}").body["receipt"]

    assert receipt == {"sha256": hashlib.sha256(pdf).hexdigest(), "size": len(pdf)}


def test_the_link_lasts_five_minutes(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    expires_at = datetime.fromisoformat(api.signed_link(alice["orderId"]).body["expiresAt"])

    assert timedelta(minutes=4, seconds=50) < expires_at - datetime.now(UTC) <= timedelta(minutes=5)


def test_the_customers_link_leads_to_the_receipt_and_stays_good(api: Api, alice: dict[str, Any]):
    receipt_url = api.post_order(alice).body["receiptUrl"]
    pdf = api.receipt(alice["orderId"])
    for _ in range(2):
        reply = api.get(receipt_url)
        assert reply.status == 303
        assert api.get(reply.headers["Location"]).content == pdf


def test_a_wrong_token_is_answered_byte_for_byte_as_an_unknown_order(api: Api, alice: dict[str, Any]):
    token = api.post_order(alice).body["receiptUrl"].rpartition("/")[2]
    wrong = api.get(f"/receipt/{alice['orderId']}/{token[:-1]}{'A' if token[-1] != 'A' else 'Q'}")
    unknown = api.get(f"/receipt/nobody/{token}")

    assert wrong.status == unknown.status == 404
    assert wrong.content == unknown.content
    assert same_for_all(wrong) == same_for_all(unknown)


def same_for_all(reply: Reply) -> dict[str, str]:
    """The headers but for those that name the one request."""
    return {
        name.lower(): value for name, value in reply.headers.items() if not name.lower().startswith(("date", "x-am"))
    }


def test_a_link_with_any_one_character_changed_opens_nothing(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    url = api.signed_link(alice["orderId"]).body["signedReceiptUrl"]
    start = url.index("/", len("https://"))
    for position in range(start + 1, len(url)):
        for other in ("0", "z"):
            if url[position] != other:
                altered = url[:position] + other + url[position + 1 :]
                assert api.get(altered).status in {400, 403}, altered  # S3: 400 for a broken signature


@pytest.mark.parametrize("ending", ["0", "&x=1", "%20", "&expires=9999999999"])
def test_a_link_with_something_added_opens_nothing(api: Api, alice: dict[str, Any], ending: str):
    api.post_order(alice)
    url = api.signed_link(alice["orderId"]).body["signedReceiptUrl"]

    assert api.get(url + ending).status == 403


def test_a_link_without_its_signature_opens_nothing(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    url = api.signed_link(alice["orderId"]).body["signedReceiptUrl"]

    assert api.get(url.partition("?")[0]).status == 403
    assert re.search(r"[?&]", url)
    assert urlsplit(url).scheme in {"http", "https"}
