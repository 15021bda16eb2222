"""A failed order, as its customer, its shop and an operator see it."""

from pathlib import Path

from tests.acceptance.conftest import Api
from tests.examples import ALICE, NINE
from tests.servers import serving

from orders import schema
from orders.local.table import SqliteTable
from orders.row import Row


def test_a_failed_order_says_so_until_an_operator_retries_it(tmp_path: Path):
    table = SqliteTable(tmp_path / "orders.db")
    table.create(Row.received(schema.parse(ALICE), "token", NINE).failed("no ink", NINE, "process"))
    table.close()

    with serving(tmp_path) as address:
        api = Api(address)
        for path in ("/receipt/12345", "/receipt/12345/token"):
            assert (api.get(path).status, api.get(path).problem) == (409, "order-failed")
        (failed,) = api.get("/operations/orders?status=FAILED").body["orders"]
        assert failed["lastError"] == "no ink"
        assert api.post_order(ALICE).headers["Idempotent-Replayed"] == "true"

        retried = api.request("POST", "/operations/orders/12345/retry")
        assert (retried.status, retried.body["status"]) == (202, "RECEIVED")
        assert api.receipt("12345").startswith(b"%PDF-")
        history = api.get("/orders/12345").body["history"]

    assert [entry["what"] for entry in history] == ["received", "failed: no ink", "retried", "completed"]
    assert history[2]["by"] == "operator"
