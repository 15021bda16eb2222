"""A buyer's data is put right: a new receipt with the same amounts, which replaces the one before."""

import hashlib
import uuid
from typing import Any

import pytest
from tests.acceptance.test_pages import browse, heading, is_safe
from tests.acceptance.test_refunds import SALE, sold
from tests.support.api import Api, Reply

NAME = {"correctionId": "c-1", "customerName": "Zoé Ångström"}
COMPANY = {
    "customerCompany": "Ångström Trading AB",
    "customerAddress": {"lines": ["Storgatan 1"], "city": "Stockholm", "country": "SE"},
    "customerTaxId": "SE556677889901",
    "customerReference": "PO 4711",
}


@pytest.fixture(scope="module")
def corrected(here: Api) -> str:
    """The id of an order with a corrected receipt and a credit note."""
    order_id = sold(here)
    here.follow(order_id, "corrections", NAME)
    here.follow(order_id, "refunds", {"refundId": "r-1", "amount": "1.00"})
    return order_id


def verified(api: Api, row: str, pdf: bytes) -> Any:
    return verification(api, row, hashlib.sha256(pdf).hexdigest()).body


def verification(api: Api, row: str, sha256: str) -> Reply:
    return api.get(f"{api.url}/receipt/{row}/verification?sha256={sha256}")


def test_a_correction_makes_a_new_receipt_with_the_same_amounts_and_names_the_one_that_it_replaces(api: Api):
    order_id = sold(api)
    before, first = api.get(f"/orders/{order_id}").body, api.receipt(order_id)
    answer = api.post_below(order_id, "corrections", NAME | COMPANY)
    second = api.receipt(f"{order_id}/corrections/c-1")
    shown, after = (api.get(f"/orders/{order_id}{one}").body for one in ("/corrections/c-1", ""))

    assert {name: answer.body[name] for name in ("orderId", "correctionId", "status")} == {
        "orderId": order_id, "correctionId": "c-1", "status": "RECEIVED",
    }  # fmt: skip
    assert (answer.status, answer.headers["Location"]) == (202, f"{api.url}/orders/{order_id}/corrections/c-1")
    assert answer.body["receiptUrl"].startswith(f"{api.url}/receipt/{order_id}/corrections/c-1/")
    assert shown["correction"] == NAME | COMPANY
    assert shown["replaces"] == {"number": order_id, "date": before["documents"][0]["date"]}
    assert [(each["kind"], each["total"]) for each in after["documents"]] == [
        ("receipt", before["total"]), ("corrected-receipt", before["total"]),
    ]  # fmt: skip
    assert (after["order"], after["totals"]) == (before["order"], before["totals"])
    assert verified(api, order_id, first)["replacedBy"]["id"] == "c-1"
    assert verified(api, f"{order_id}/corrections/c-1", second) == {
        "orderId": order_id, "issued": True, "replacedBy": None,
    }  # fmt: skip
    assert api.receipt(order_id) == first


def test_the_replaced_receipt_stays_verifiable_and_says_by_which_it_was_replaced(here: Api, corrected: str):
    pdf = here.receipt(corrected)
    replacement = here.get(f"/orders/{corrected}").body["documents"][1]

    assert verified(here, corrected, pdf) == {
        "orderId": corrected,
        "issued": True,
        "replacedBy": {name: replacement[name] for name in ("kind", "id", "number", "date")},
    }
    assert replacement["number"].startswith("R2")


def test_only_who_has_the_file_learns_that_it_was_replaced(here: Api, corrected: str):
    pdf = here.receipt(corrected)
    altered = pdf[:1000] + bytes([pdf[1000] ^ 1]) + pdf[1001:]

    assert verified(here, corrected, altered) == {"orderId": corrected, "issued": False, "replacedBy": None}
    assert verified(here, f"{corrected}/refunds/r-1", pdf)["issued"] is False
    assert verified(here, f"{corrected}/refunds/r-1", here.receipt(f"{corrected}/refunds/r-1"))["issued"] is True


def test_a_second_correction_replaces_the_first_one_and_a_refund_names_the_latest(here: Api):
    order_id = sold(here)
    first = here.follow(order_id, "corrections", NAME)
    second = here.follow(order_id, "corrections", {"correctionId": "c-2", "customerEmail": "new@example.com"})
    pdf = here.receipt(f"{order_id}/corrections/c-1")

    assert second["replaces"] == {"number": first["number"], "date": first["date"]}
    assert second["mail"] is not None
    assert first["mail"] is None
    assert verified(here, f"{order_id}/corrections/c-1", pdf)["replacedBy"]["id"] == "c-2"
    assert verified(here, order_id, here.receipt(order_id))["replacedBy"]["id"] == "c-1"


def test_the_same_correction_again_is_a_replay_and_another_under_its_id_is_refused(here: Api, corrected: str):
    again = here.post_below(corrected, "corrections", NAME)
    other = here.post_below(corrected, "corrections", NAME | {"customerName": "Zoe"})

    assert (again.status, again.headers["Idempotent-Replayed"], again.body["status"]) == (202, "true", "RECEIVED")
    assert (other.status, other.problem) == (409, "correction-conflict")


def test_the_server_makes_an_id_where_there_is_none(here: Api):
    order_id = sold(here)
    keyed = [here.post_below(order_id, "corrections", COMPANY, Idempotency_Key="key-1") for _ in range(2)]

    assert keyed[0].body == keyed[1].body
    assert keyed[1].headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    "correction",
    [
        {}, {"correctionId": "c-9"}, NAME | {"customerName": " "}, NAME | {"customerEmail": "nobody"},
        NAME | {"items": []}, NAME | {"correctionId": "."}, [],
    ],
)  # fmt: skip
def test_what_is_no_correction_is_refused(here: Api, corrected: str, correction: Any):
    reply = here.post_below(corrected, "corrections", correction)

    assert (reply.status, reply.problem) == (422, "invalid-order")


def test_a_correction_of_an_order_that_nobody_knows_is_404(here: Api):
    assert here.post_below("nobody", "corrections", NAME).problem == "unknown-order"


@pytest.mark.parametrize("query", ["dryRun=true", "dryRun=false", "dry-run=1"])
def test_a_dry_run_of_a_call_that_has_none_is_refused_and_changes_nothing(here: Api, corrected: str, query: str):
    before = here.get(f"/operations/orders/{corrected}").body
    for place in ("/orders", "/operations/orders"):
        path, body = f"{place}/{corrected}/corrections?{query}", '{"customerName":"Zoe"}'
        reply = here.request("POST", path, body, Content_Type="application/json")
        assert (reply.status, reply.problem) == (400, "bad-request")
    for action in ("retry", "cancel", "resend", "corrections/c-1/resend"):
        reply = here.request("POST", f"/operations/orders/{corrected}/{action}?{query}")
        assert (reply.status, reply.problem) == (400, "bad-request")

    assert here.get(f"/operations/orders/{corrected}").body == before


def test_resend_points_to_a_correction_where_it_refuses_another_address(here: Api, corrected: str):
    body = '{"customerEmail":"new@example.com"}'
    for one in (corrected, f"{corrected}/corrections/c-1"):
        reply = here.request("POST", f"/operations/orders/{one}/resend", body, Content_Type="application/json")
        assert (reply.status, reply.problem) == (422, "unexpected-body")
        assert "post a correction with customerEmail" in reply.body["detail"]


def test_an_operator_corrects_a_receipt(here: Api):
    order_id = sold(here)
    reply = here.request(
        "POST",
        f"/operations/orders/{order_id}/corrections",
        '{"customerName":"Alicia"}',
        Content_Type="application/json",
    )
    correction_id = reply.body["correctionId"]
    here.signed_link(f"{order_id}/corrections/{correction_id}")
    one = f"/operations/orders/{order_id}/corrections/{correction_id}"

    assert (reply.status, reply.headers["Location"]) == (202, f"{here.url}{one}")
    assert here.get(one).body["history"][0]["by"] == "operator"
    assert here.get(f"{one}/receipt").status == 200
    assert here.request("POST", f"{one}/retry").problem == "not-retryable"
    assert here.request("POST", f"{one}/resend").problem == "not-resendable"


def test_a_browser_at_the_orders_link_gets_a_page_with_all_documents(here: Api):
    order_id = f"sale-{uuid.uuid4()}"
    url = here.post_order(SALE | {"orderId": order_id}).body["receiptUrl"]
    here.signed_link(order_id)
    alone = browse(here, url)
    here.follow(order_id, "refunds", {"refundId": "r-1", "amount": "1.00"})
    here.follow(order_id, "corrections", NAME)
    page, token = browse(here, url), url.rpartition("/")[2]

    assert alone.status == 303
    assert (page.status, heading(page)) == (200, "Documents of this order")
    assert is_safe(page)
    for link in ("?document=receipt", f"refunds/r-1/{token}", f"corrections/c-1/{token}"):
        assert f'href="{link}"'.encode() in page.content
        opened = browse(here, f"{here.url}/receipt/{order_id}/{token if link.startswith('?') else ''}{link}")
        assert opened.status == 303
        assert here.get(opened.headers["Location"]).content.startswith(b"%PDF-")
    assert here.get(url).status == 303


@pytest.mark.parametrize("what", ["refunds/r-9", "corrections/c-9", "refunds/a%20b"])
def test_a_document_that_nobody_knows_is_a_page_that_says_so(here: Api, corrected: str, what: str):
    page = browse(here, f"/receipt/{corrected}/{what}/no-such-token")
    kind = "credit note" if what.startswith("refunds") else "receipt"

    assert (page.status, heading(page)) == (404, f"No {kind} is at this address")
    assert is_safe(page)


def test_the_page_that_verifies_is_the_same_for_every_credit_note_and_for_none(here: Api, corrected: str):
    known, unknown = (
        browse(here, f"/receipt/{each}/verification") for each in (f"{corrected}/refunds/r-1", "x/refunds/y")
    )

    assert (known.status, heading(known)) == (200, "Is this credit note genuine?")
    assert known.content == unknown.content
    assert is_safe(known)
