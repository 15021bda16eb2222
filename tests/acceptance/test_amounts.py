"""The orders of real shops through HTTP: every figure that the API answers, and the texts on the receipt."""

import io
import json
import uuid
from typing import Any

import pypdf
import pytest
from tests.support.api import Api
from tests.support.cases import ACCEPTED, PRINTED, REFUSED, WITH_FIGURES, Case


@pytest.fixture
def order(case: Case) -> dict[str, Any]:
    """The case's order, under an id that no other test uses."""
    return case.order | {"orderId": f"{case.name}-{uuid.uuid4()}"}


@pytest.mark.parametrize("case", WITH_FIGURES, ids=str)
def test_an_order_is_shown_with_exactly_its_figures(api: Api, case: Case, order: dict[str, Any]):
    assert api.post_order(order).status == 202
    shown = api.get(f"/orders/{order['orderId']}").body

    assert {each: shown["totals"][each] for each in case.figures} == case.figures


@pytest.mark.parametrize("case", ACCEPTED, ids=str)
def test_a_dry_run_answers_the_same_figures_and_stores_nothing(api: Api, case: Case, order: dict[str, Any]):
    checked = dry_run(api, order)

    assert checked.status == 200
    assert {each: checked.body["totals"][each] for each in case.figures} == case.figures
    assert api.get(f"/orders/{order['orderId']}").status == 404


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_an_order_that_contradicts_itself_is_refused_and_not_stored(api: Api, case: Case, order: dict[str, Any]):
    posted, checked = api.post_order(order), dry_run(api, order)

    assert (posted.status, posted.problem) == (case.status, "invalid-order")
    assert checked.content == posted.content
    assert api.get(f"/orders/{order['orderId']}").status == 404


@pytest.mark.parametrize("case", ACCEPTED, ids=str)
def test_an_accepted_order_is_replayed(api: Api, case: Case, order: dict[str, Any]):
    first, again = api.post_order(order), api.post_order(order)

    assert first.status == again.status == 202
    assert again.content == first.content


@pytest.mark.parametrize("case", PRINTED, ids=str)
def test_the_receipt_prints_what_the_shop_wrote(api: Api, case: Case, order: dict[str, Any]):
    api.post_order(order)

    assert str(case.printed) in text(api.receipt(order["orderId"]))


def dry_run(api: Api, order: dict[str, Any]) -> Any:
    return api.request("POST", "/orders?dryRun=true", json.dumps(order), Content_Type="application/json")


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
