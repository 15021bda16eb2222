"""The version before opens a folder in which this one has issued numbers and credit notes, and goes on with its orders.

It refuses the orders that it would lose a part of. They wait, and this version completes them after the next update.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.formats.folders import FOLDERS
from tests.formats.record import serving_code, unpack_code
from tests.support.api import Api
from tests.support.command import run
from tests.support.examples import BASKET, ROOT
from tests.support.proof import wait_until_all_are_completed
from tests.support.servers import serving

RECORDED = next(recorded for recorded in FOLDERS if "without-register" in recorded.name)
HAS_THE_COMMIT = not subprocess.run(
    ["git", "cat-file", "-e", RECORDED.commit], cwd=ROOT, capture_output=True, check=False
).returncode
NUMBERS = '[numbers]\nreceipt = "R{number}"\ncredit_note = "C{number}"\n'


@pytest.mark.skipif(not HAS_THE_COMMIT, reason="the repository does not have the version before")
def test_the_version_before_serves_its_orders_after_a_rollback_and_the_numbers_go_on_after_an_update(tmp_path: Path):
    code, data, shop = tmp_path / "code", RECORDED.unpack(tmp_path), tmp_path / "shop.toml"
    unpack_code(RECORDED.commit, code)
    shop.write_text(NUMBERS, encoding="utf-8")

    with serving(data, ORDERS_RECEIPT=str(shop)) as address:
        api = Api(address)
        wait_until_all_are_completed(api)
        made(api, "first", "second")
        refunded(api, "first")
        before = api.receipt("completed")
        counted = api.get("/operations/summary").body["orders"]
    with serving_code(code, data, {}) as api:
        assert api.receipt("completed") == before
        assert api.get("/orders/first").status == 503
        assert api.get("/operations/summary").body["orders"] == counted
        made(api, "meanwhile")
    with serving(data, ORDERS_RECEIPT=str(shop)) as address:
        api = Api(address)
        made(api, "third")
        refunded(api, "meanwhile")
        numbers = [numbers_of(api, order_id) for order_id in ("waiting", "first", "second", "meanwhile", "third")]
    checked = run(("check", "--data", data), "", {}, tmp_path)

    assert numbers == [["R1"], ["R2", "C1"], ["R3"], [None, "C2"], ["R4"]]
    assert (checked.code, checked.stdout.splitlines()[-1]) == (0, "Nothing is missing or damaged.")


def made(api: Api, *order_ids: str) -> None:
    for order_id in order_ids:
        assert api.post_order(BASKET | {"orderId": order_id}).status == 202
        api.receipt(order_id)


def refunded(api: Api, order_id: str) -> None:
    body = json.dumps({"refundId": "r-1", "amount": "5.00"})
    posted = api.request("POST", f"/orders/{order_id}/refunds", body, Content_Type="application/json")
    assert posted.status == 202, posted
    api.receipt(f"{order_id}/refunds/r-1")


def numbers_of(api: Api, order_id: str) -> list[str | None]:
    documents: list[dict[str, Any]] = api.get(f"/orders/{order_id}").body["documents"]
    return [document["number"] for document in documents]
