"""A failed order, as its customer, its shop and an operator see it."""

from contextlib import closing
from pathlib import Path

from tests.support.api import Api
from tests.support.examples import ALICE, NINE
from tests.support.servers import serving

from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server.keys import KeyRing
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.order import Order


def test_a_failed_order_says_so_until_an_operator_retries_it(tmp_path: Path):
    table = SqliteTable(tmp_path / "orders.db")
    table.create(Order.received(validation.parse(ALICE), "token", NINE).failed("no ink", NINE, "process"))
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


def test_a_cancelled_order_is_gone_for_its_customer_and_stays_so(tmp_path: Path):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(Order.received(validation.parse(ALICE), "token", NINE).failed("no ink", NINE, "process"))
    maria = KeyRing(DataFolder(tmp_path).keys).make(Authority.OPERATOR, "maria")
    key = KeyRing(DataFolder(tmp_path).keys).make(Authority.SHOP, "shop")

    with serving(tmp_path, "--ask-for-keys") as address:
        api = Api(address, key, login=maria)
        cancelled = api.request("POST", "/operations/orders/12345/cancel")
        again = api.request("POST", "/operations/orders/12345/cancel")
        for path in ("/receipt/12345", "/receipt/12345/token"):
            assert (api.get(path).status, api.get(path).problem) == (410, "order-cancelled")
        assert api.request("POST", "/operations/orders/12345/retry").problem == "not-retryable"
        assert api.post_order(ALICE).headers["Idempotent-Replayed"] == "true"
        assert api.get("/operations/summary").body["orders"]["CANCELLED"] == 1

    assert (cancelled.status, cancelled.body["status"]) == (200, "CANCELLED")
    assert again.content == cancelled.content
    assert [(line["what"], line["by"]) for line in cancelled.body["history"]][-1] == ("cancelled", "maria")
