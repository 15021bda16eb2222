"""Anyone who has a receipt can ask whether it is the one that was issued, without a key."""

import hashlib
import io
from typing import Any

import pypdf
import pytest
from tests.support.api import Api, Reply

from orders.shop.public_url import is_public


def ask(api: Api, order_id: str, sha256: str, **headers: str) -> Reply:
    """Asked as a customer would, without the shop's key."""
    return api.get(f"{api.url}/receipt/{order_id}/verification?sha256={sha256}", **headers)


def test_the_receipt_that_was_issued_is_told_from_one_with_a_single_bit_changed(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    pdf = api.receipt(alice["orderId"])
    altered = pdf[:1000] + bytes([pdf[1000] ^ 1]) + pdf[1001:]
    answers = [ask(api, alice["orderId"], hashlib.sha256(each).hexdigest()) for each in (pdf, altered)]

    assert [(answer.status, answer.body["issued"]) for answer in answers] == [(200, True), (200, False)]
    assert answers[0].body["orderId"] == alice["orderId"]


def test_capital_digits_are_the_same_digest(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    digest = hashlib.sha256(api.receipt(alice["orderId"])).hexdigest()

    assert ask(api, alice["orderId"], digest.upper()).body["issued"] is True


def test_the_receipt_of_one_order_is_not_that_of_another(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    api.post_order(alice | {"orderId": f"{alice['orderId']}-2"})
    digest = hashlib.sha256(api.receipt(alice["orderId"])).hexdigest()

    assert ask(api, f"{alice['orderId']}-2", digest).body["issued"] is False


def test_an_unknown_order_is_not_told_from_a_wrong_file(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    known, unknown = ask(api, alice["orderId"], "0" * 64), ask(api, "nobody", "0" * 64)

    assert (known.status, known.body["issued"]) == (unknown.status, unknown.body["issued"]) == (200, False)


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "g" * 64, "%00"])
def test_what_is_no_digest_is_refused_with_the_reason(api: Api, digest: str):
    reply = ask(api, "12345", digest)

    assert (reply.status, reply.problem) == (400, "bad-request")
    assert "SHA-256" in reply.body["detail"]


def test_the_receipt_links_to_its_verification_where_customers_can_reach_that(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    page = pypdf.PdfReader(io.BytesIO(api.receipt(alice["orderId"]))).pages[0]
    urls = [note.get_object()["/A"]["/URI"] for note in page.get("/Annots", [])]
    expected = [f"{api.url}/receipt/{alice['orderId']}/verification"] if is_public(f"{api.url}/") else []

    assert urls == expected
