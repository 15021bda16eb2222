"""No name, address, reason or reference of a customer is in a log, a URL or a metric, whatever happens to an order."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.api import Api
from tests.support.servers import serving

MARK = "Xanadu"
"""In everything that is about a person, and nowhere else."""
ORDER: dict[str, Any] = {
    "orderId": "12345",
    "customerName": f"Zoë {MARK}",
    "customerEmail": f"{MARK}@example.com",
    "currency": "EUR",
    "items": [{"name": f"Cup for {MARK}", "quantity": 2, "unitPrice": "9.00"}],
    "note": f"For {MARK}",
}
REFUND = {
    "refundId": "r-1",
    "reason": f"{MARK} returned it",
    "lines": [{"item": 1, "quantity": 1}],
    "payments": [{"method": "card", "reference": f"{MARK}-4711", "amount": "9.00"}],
}
CORRECTION = {
    "correctionId": "c-1",
    "customerName": f"Zoé {MARK}",
    "customerCompany": f"{MARK} Ltd",
    "customerAddress": {"lines": [f"{MARK} Street 1"], "city": MARK, "country": "IE"},
    "customerReference": f"PO {MARK}",
    "customerEmail": f"new.{MARK}@example.com",
}


def test_no_log_no_url_and_no_metric_has_what_a_refund_or_a_correction_says_of_a_customer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    data = tmp_path / "data"
    with serving(data) as address:
        api = Api(address)
        urls = _everything(api)
        metrics = api.get("/metrics").content.decode()
    logged = capfd.readouterr()

    assert "12345/refunds/r-1" in json.dumps(urls)
    assert MARK.casefold() not in json.dumps(urls).casefold()
    audit = (data / "audit.log").read_text()
    assert "action=refund order=12345" in audit
    assert MARK.casefold() not in (logged.out + logged.err + audit + metrics).casefold()


def _everything(api: Api) -> list[Any]:
    """Post, repeat, refuse and read refunds and corrections. Returns every address that was answered."""
    replies = [api.post_order(ORDER)]
    api.signed_link("12345")
    for what, body in (("refunds", REFUND), ("corrections", CORRECTION)):
        document_id = str(body["refundId" if what == "refunds" else "correctionId"])
        replies += [
            api.post_below("12345", what, body),
            api.post_below("12345", what, body),
            api.post_below("12345", what, body | {"customerName": f"{MARK} again", "reason": MARK}),
            api.post_below("12345", what, body | {"customerEmail": MARK, "amount": MARK}),
            api.post_below(f"of-{MARK}", what, body),
            api.request("POST", f"/operations/orders/12345/{what}", json.dumps(body), Content_Type="application/json"),
            api.request("POST", f"/operations/orders/of-{MARK}/{what}", MARK, Content_Type="application/json"),
        ]
        replies.append(api.signed_link(f"12345/{what}/{document_id}"))
        for one in (f"orders/12345/{what}/{document_id}", f"operations/orders/12345/{what}/{document_id}"):
            api.get(f"/{one}")
    api.get("/operations/documents")
    api.get("/operations/documents.csv")
    api.get("/operations/orders/12345")
    return [
        [reply.headers.get("Location"), *(value for name, value in reply.body.items() if name.endswith("Url"))]
        for reply in replies
    ]
