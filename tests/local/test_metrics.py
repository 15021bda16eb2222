"""/metrics: who may read it, that its figures are true, and that nothing a caller chooses is in it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import urllib3
from tests.support.api import Api
from tests.support.examples import ALICE, BASKET, NINE, ROOT
from tests.support.exposition import scraped
from tests.support.nginx import needs_nginx, nginx
from tests.support.proof import wait_until_all_are_completed
from tests.support.servers import serving

from orders import measured
from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server.guard import is_direct
from orders.local.server.keys import KeyRing
from orders.local.sqlite.table import SqliteTable
from orders.order import failures, validation
from orders.order.failures import Failure, failure_of
from orders.order.order import Order

PROXY = "proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"


def ordered(order_id: str) -> Order:
    return Order.received(validation.parse(ALICE | {"orderId": order_id}), "token", NINE)


def test_the_figures_are_true_and_those_of_the_table_are_so_after_a_restart_too(tmp_path: Path):
    with closing(SqliteTable(tmp_path / "orders.db")) as table:
        table.create(ordered("late").failed("not completed within a day: the bucket is down", NINE, "process"))
        table.create(ordered("odd").failed("no ink", NINE, "process"))
    with serving(tmp_path) as address:
        api = Api(address)
        for order in (ALICE, BASKET):
            assert api.post_order(order).status == 202
        api.receipt(BASKET["orderId"])
        api.receipt(ALICE["orderId"])
        wait_for_the_mail(api)
        before = scraped(address)
    with serving(tmp_path) as address:
        after = scraped(address)

    for found in (before, after):
        assert found.at("orders_accepted_total") == 4
        assert found.at("orders_completed_total") == found.at("orders_by_state", state="COMPLETED") == 2
        assert found.at("orders_failed", reason="overdue") == found.at("orders_failed", reason="other") == 1
        assert found.at("orders_mails", state="OUTBOX") == 1
        assert found.at("orders_mails", state="WAITING") == found.at("orders_mails_deferred") == 0
        assert found.at("orders_oldest_pending_seconds") == found.at("orders_queue_messages", queue="OrderQueue") == 0
        assert found.at("orders_ready") == found.at("orders_table_up") == 1
        assert found.at("orders_disk_size_bytes", folder="data") > found.at("orders_disk_free_bytes", folder="data") > 0
    assert before.at("orders_requests_total", method="POST", route="/orders", status="202") == 2
    assert before.at("orders_accept_seconds_count") == 2
    assert before.at("orders_render_seconds_count") == 2
    assert 0 < before.at("orders_render_seconds_sum") < 20
    assert after.at("orders_accept_seconds_count") == 0


def wait_for_the_mail(api: Api) -> None:
    wait_until_all_are_completed(api)
    while api.get(f"/orders/{BASKET['orderId']}").body["mail"]["status"] != "OUTBOX":
        pass


class Keyed:
    """A server that requires keys."""

    def __init__(self, address: str, shop: str, maria: str) -> None:
        self.address = address
        self.shop = shop
        self.maria = maria

    def status(self, key: str | None = None, address: str | None = None, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"Authorization": f"Bearer {key}"} if key else {}
        return urllib3.request("GET", f"{address or self.address}/metrics", headers=named, retries=False).status


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    data = tmp_path_factory.mktemp("data")
    ring = KeyRing(DataFolder.open(data).keys)
    shop, maria = ring.make(Authority.SHOP, "shop"), ring.make(Authority.OPERATOR, "maria")
    with serving(data, "--ask-for-keys") as address:
        yield Keyed(address, shop, maria)


def test_with_keys_only_an_operator_and_a_program_on_this_machine_read_them(keyed: Keyed):
    passed_on = {"X_Forwarded_For": "203.0.113.7"}
    before = scraped(keyed.address).at("orders_wrong_keys_total")

    assert keyed.status() == 200
    assert keyed.status(keyed.maria, **passed_on) == 200
    assert keyed.status(**passed_on) == 401
    assert keyed.status(keyed.shop, **passed_on) == keyed.status("wrong", **passed_on) == 401
    assert keyed.status(Via="1.1 squid") == keyed.status(Origin="https://evil.example") == 401
    assert keyed.status(Host="shop.example") == 401
    assert scraped(keyed.address).at("orders_wrong_keys_total") == before + 2


@pytest.mark.parametrize(
    ("client", "direct"), [("127.0.0.1", True), ("::1", True), ("192.0.2.7", False), ("fe80::1", False), (None, False)]
)
def test_only_a_caller_with_a_loopback_address_is_on_this_machine_whatever_host_it_names(
    client: str | None, direct: bool
):
    headers = [(b"host", b"127.0.0.1:8000")]
    scope = {"type": "http", "http_version": "1.1", "scheme": "http", "path": "/metrics", "headers": headers}

    assert is_direct(scope | {"client": (client, 50_000) if client else None}) is direct


@needs_nginx
@pytest.mark.parametrize("settings", ["", PROXY])
def test_through_a_proxy_only_an_operator_reads_them(tmp_path: Path, keyed: Keyed, settings: str):
    with nginx(tmp_path, keyed.address, settings) as port:
        assert keyed.status(address=f"http://127.0.0.1:{port}") == 401
        assert keyed.status(keyed.maria, address=f"http://127.0.0.1:{port}") == 200


def test_a_server_without_keys_shows_them_to_this_machine_only(tmp_path: Path):
    with serving(tmp_path) as address:
        open_to_all = Keyed(address, "", "")
        assert open_to_all.status() == 200
        assert open_to_all.status(X_Forwarded_For="203.0.113.7") == 403
        assert open_to_all.status(Origin="https://evil.example") == 403


def test_nothing_that_callers_choose_is_in_them(tmp_path: Path):
    with serving(tmp_path) as address:
        api = Api(address)
        api.post_order(BASKET)
        wait_for_the_mail(api)
        first = {line for line in scraped(address).samples if "orders_requests_total" not in line}
        for number in range(30):
            api.get(f"/secret-path-{number}?q=secret-query")
            api.get(f"/receipt/secret-order-{number}/secret-token")
            api.request(f"SECRET{number}", "/orders")
            api.request("PROPFIND", "/orders")
        found = scraped(address)

    assert "secret" not in found.text.lower()
    assert not [word for word in ("Zoë", "ngstr", "zoe@", "basket-1", "12345") if word in found.text]
    assert {line for line in found.samples if "orders_requests_total" not in line} == first
    requests = [line for line in found.samples if line.startswith("orders_requests_total")]
    assert len(requests) <= 8
    assert found.at("orders_requests_total", method="GET", route="-", status="404") == 30
    assert found.at("orders_requests_total", method="other", route="/orders", status="405") == 30


def test_if_the_table_does_not_answer_the_other_metrics_are_there(tmp_path: Path):
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    with serving(data) as address:
        whole = scraped(address)
        data.rename(elsewhere)
        found = scraped(address)
        elsewhere.rename(data)

    assert found.at("orders_table_up") == 0
    assert found.at("orders_queue_messages", queue="OrderQueue") == 0
    assert "orders_accepted_total" in whole.names - found.names


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("not completed within a day: the bucket is down", Failure.OVERDUE),
        ("the receipt takes too long to draw: over 5 s of processor time", Failure.TOO_SLOW),
        ("the program that draws receipts crashed (signal 11)", Failure.CRASHED),
        ("drawing the receipt failed with an unexpected KeyError", Failure.CRASHED),
        ("the receipt can't be typeset: unknown font", Failure.NOT_DRAWABLE),
        ("the typesetter gave up on this receipt", Failure.NOT_DRAWABLE),
        ("Zoë's own words", Failure.OTHER),
        (None, Failure.OTHER),
    ],
)
def test_a_reason_is_of_one_of_a_few_kinds(reason: str | None, kind: Failure):
    assert failure_of(reason) is kind


def test_the_program_writes_a_reason_of_each_kind():
    """If a text changes, its orders would be counted as `other`."""
    modules = [path for path in (ROOT / "src" / "orders").rglob("*.py") if path.name != "failures.py"]
    written = "".join(path.read_text(encoding="utf-8") for path in modules)

    assert not [beginning for beginning in failures._BEGINNINGS if f'"{beginning}' not in written]


def test_what_took_time_is_kept_until_it_is_taken_also_if_it_failed():
    measured.take_all()
    with measured.timed("a"):
        pass
    with pytest.raises(ValueError, match="no"), measured.timed("a"):
        raise ValueError("no")
    for _ in range(measured.MOST_KEPT + 5):
        with measured.timed("b"):
            pass

    taken = measured.take_all()
    assert (len(taken["a"]), len(taken["b"])) == (2, measured.MOST_KEPT)
    assert not any(measured.take_all().values())
