"""What a server on one machine writes about requests, keys and operators; and what it never writes."""

import logging
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import urllib3
from starlette.types import Scope
from tests.local.test_export import data as many_orders  # noqa: F401 - a fixture
from tests.support.api import Api
from tests.support.command import run
from tests.support.examples import ALICE
from tests.support.servers import address_of, clean_environment, command, serving

from orders.api.authority import Authority
from orders.local.folder.folder import FolderError
from orders.local.server import access, audit
from orders.local.server.access import Access, AccessLog
from orders.local.server.keys import KeyRing, id_of
from orders.local.server.refused_keys import MOST_ADDRESSES, MOST_IN_A_MINUTE, RefusedKeys, caller_address

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"
ACCESS = re.compile(rf"{TIME} ACCESS  ([A-Z]+) (\S+) (\S+) \d+\.\d ms key (\S+)")
NOON = 1_795_435_200
WRONG = "shop_00000000_wrong"


def accesses(capfd: pytest.CaptureFixture[str]) -> list[tuple[str, str, str, str]]:
    """Method, route, status and key of each access line on stderr."""
    lines = [line for line in capfd.readouterr().err.splitlines() if "ACCESS" in line]
    found = [ACCESS.fullmatch(line) for line in lines]
    assert all(found), lines
    return [match.groups() for match in found if match]  # type: ignore[misc]


def lines_of(log: Path) -> list[str]:
    """The audit log's lines, each without its time."""
    lines = log.read_text().splitlines()
    assert all(re.match(rf"{TIME} ", line) for line in lines)
    return [line.partition(" ")[2] for line in lines]


def test_without_keys_there_is_one_access_line_a_request_with_its_route_and_not_its_path(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    with serving(tmp_path) as address:
        api = Api(address)
        link = api.post_order(ALICE).body["receiptUrl"]
        api.receipt("12345")
        api.get("/orders/12345")
        api.get(link)
        api.get("/operations/orders?q=Alice")
        api.get("/operations/orders.csv")
        api.get("/files/receipts/secret")
        api.get("/secret/path")
        api.request("DELETE", "/orders")
        api.request("POST", "/orders", "junk")
        urllib3.request("GET", f"{address}/orders/12345", headers={"Origin": "https://evil.example"})

    assert accesses(capfd)[-9:] == [
        ("GET", "/orders/{orderId}", "200", "-"),
        ("GET", "/receipt/{orderId}/{receiptToken}", "303", "-"),
        ("GET", "/operations/orders", "200", "-"),
        ("GET", "/operations/orders.csv", "200", "-"),
        ("GET", "/files/{key:path}", "403", "-"),
        ("GET", "-", "404", "-"),
        ("DELETE", "/orders", "405", "-"),
        ("POST", "/orders", "415", "-"),
        ("GET", "-", "403", "-"),
    ]


def test_with_keys_an_access_line_says_whose_key_it_was(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    ring = KeyRing(tmp_path / "keys.json")
    shop, maria = ring.make(Authority.SHOP, "shop"), ring.make(Authority.OPERATOR, "maria")
    with serving(tmp_path, "--ask-for-keys") as address:
        api = Api(address, shop, login=maria)
        api.get("/orders/x")
        api.get("/operations/summary")
        Api(address, WRONG).get("/orders/x")
        Api(address).get("/operations/summary")

    err = capfd.readouterr().err
    assert not {shop, maria, WRONG} & set(re.split(r"\s", err))
    assert [match.groups() for match in map(ACCESS.fullmatch, err.splitlines()) if match] == [
        ("GET", "/orders/{orderId}", "404", id_of(shop)),
        ("GET", "/operations/summary", "200", id_of(maria)),
        ("GET", "/orders/{orderId}", "403", "-"),
        ("GET", "/operations/summary", "401", "-"),
    ]
    assert re.search(rf"{TIME} WARNING Refused keys, by address: 1x 127\.0\.0\.1", err)


def test_lines_that_nobody_reads_are_counted_and_dropped(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(access, "MOST_WAITING", 2)
    log = AccessLog()
    for _ in range(5):
        log.add(Access(0, "GET", "/", 200, 0.001, "-"))
    with log.running():
        pass

    *lines, dropped = capfd.readouterr().err.splitlines()
    assert [bool(ACCESS.fullmatch(line)) for line in lines] == [True, True]
    assert "3 access lines were dropped" in dropped


def test_a_server_whose_log_nobody_reads_goes_on_and_ends(tmp_path: Path):
    """As behind a program that has stopped, or a terminal that is held by Ctrl-S."""
    with subprocess.Popen(
        command(tmp_path), env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        http = urllib3.connection_from_url(address_of(server))
        for _ in range(2_000):  # more than a pipe holds
            assert http.request("GET", "/nowhere").status == 404
        server.terminate()
        assert server.wait(timeout=100) == 0


def test_after_ten_wrong_keys_in_a_minute_an_address_is_told_to_wait_and_a_right_key_still_opens(tmp_path: Path):
    right = KeyRing(tmp_path / "keys.json").make(Authority.SHOP, "shop")
    with serving(tmp_path, "--ask-for-keys") as address:
        for _ in range(MOST_IN_A_MINUTE):
            assert Api(address, WRONG).get("/orders/x").status == 403
        slowed = Api(address, WRONG).get("/orders/x")
        login = Api(address, login=WRONG).get("/operations/summary")

        assert (slowed.status, slowed.problem) == (429, "too-many-wrong-keys")
        assert 0 < int(slowed.headers["Retry-After"]) <= 61
        assert login.status == 429
        assert Api(address, right).get("/orders/x").status == 404
        assert Api(address).get("/orders/x").status == 403
        elsewhere = {"x-api-key": WRONG, "X-Forwarded-For": "203.0.113.9"}
        assert urllib3.request("GET", f"{address}/orders/x", headers=elsewhere).status == 403


def test_wrong_keys_are_forgotten_after_a_minute_and_addresses_when_there_are_many():
    now = [0.0]
    refused = RefusedKeys(lambda: now[0])
    assert [refused.add("a") for _ in range(MOST_IN_A_MINUTE)] == [0] * MOST_IN_A_MINUTE
    now[0] = 20
    assert refused.add("a") == 41
    for number in range(2 * MOST_ADDRESSES):
        refused.add(str(number))
    assert len(refused._counts) == MOST_ADDRESSES

    now[0] = 60
    assert refused.add("a") == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("127.0.0.1", ["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["10.0.0.1", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["Alice"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
        ("::1", ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
    ],
)
def test_a_proxy_on_this_machine_says_whose_address_it_is(peer: str, forwarded: list[str], address: str):
    scope: Scope = {"client": (peer, 1), "headers": [(b"x-forwarded-for", each.encode()) for each in forwarded]}

    assert caller_address(scope) == address


def test_what_operators_see_and_do_is_in_the_audit_log_with_their_names(many_orders: Path):  # noqa: F811
    maria = KeyRing(many_orders / "keys.json").make(Authority.OPERATOR, "maria")
    with serving(many_orders, "--ask-for-keys") as address:
        api = Api(address, login=maria)
        assert len(api.get("/operations/orders.csv?q=alice").content.splitlines()) > 1_000
        for path in ("orders/o1", "orders/o1/receipt", "orders/Alice", "orders", "summary"):
            api.get(f"/operations/{path}")
        for path in ("o1/retry", "o2/cancel", "o3/resend"):
            api.request("POST", f"/operations/orders/{path}")
        Api(address, login=WRONG).get("/operations/orders/o1")

    log = many_orders / "audit.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert [line for line in lines_of(log) if "operator=" in line] == [
        'operator="maria" action=export order=- status=200',
        'operator="maria" action=view order=o1 status=200',
        'operator="maria" action=view-receipt order=o1 status=409',
        'operator="maria" action=view order=- status=404',
        'operator="maria" action=retry order=o1 status=202',
        'operator="maria" action=cancel order=o2 status=200',
        'operator="maria" action=resend order=o3 status=409',
    ]


def test_keys_that_are_made_and_removed_are_in_the_audit_log(tmp_path: Path):
    def keys(*arguments: str) -> str:
        return run(("keys", *arguments, "--data", tmp_path), "", {"LOGNAME": "anna"}, tmp_path).stdout.strip()

    with serving(tmp_path, "--ask-for-keys", LOGNAME="root"):
        made = id_of(keys("make", "operator", "--name", "Zoë"))
        keys("remove", made)

    assert [re.sub("key=[0-9a-f]{8}", "key=ID", line) for line in lines_of(tmp_path / "audit.log")] == [
        'user="root" action=make-key key=ID kind=shop name="shop"',
        'user="root" action=make-key key=ID kind=operator name="operator"',
        r'user="anna" action=make-key key=ID kind=operator name="Zo\u00eb"',
        r'user="anna" action=remove-key key=ID kind=operator name="Zo\u00eb"',
    ]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The audit log of this process, in a file until the test ends."""
    for name in ("handlers", "propagate", "level"):
        monkeypatch.setattr(audit.log, name, getattr(audit.log, name))
    file = tmp_path / "audit.log"
    audit.keep_in(file)
    yield file
    for handler in audit.log.handlers:
        handler.close()


def test_an_operator_whose_page_looks_at_an_order_again_and_again_is_noted_every_ten_minutes(
    kept: Path, monkeypatch: pytest.MonkeyPatch
):
    def note(operator: str, done: str, at: float = 1_300) -> None:
        line = f'operator="{operator}" action={done} status=200'
        audit.log.handle(logging.makeLogRecord({"msg": line, "created": NOON + at, "levelno": logging.INFO}))

    monkeypatch.setattr(audit, "MOST_REMEMBERED", 2)
    for seconds in range(0, 1_300, 5):
        note("maria", "view order=1", seconds)
    for operator, done in (("zoe", "view order=1"), ("maria", "view order=2"), *[("maria", "export order=-")] * 2):
        note(operator, done)

    assert [line.partition('"')[2].partition(" status")[0] for line in lines_of(kept)] == [
        *['maria" action=view order=1'] * 3,
        'zoe" action=view order=1',
        'maria" action=view order=2',
        *['maria" action=export order=-'] * 2,
    ]


def test_an_audit_log_that_was_renamed_is_begun_anew(kept: Path):
    audit.key_changed("make-key", "1", Authority.SHOP, "shop")
    kept.rename(kept.with_suffix(".1"))
    audit.key_changed("make-key", "2", Authority.SHOP, "shop")

    assert "key=2" in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_an_audit_line_that_can_not_be_written_is_told_and_stops_nobody(kept: Path, caplog: pytest.LogCaptureFixture):
    kept.unlink()
    kept.mkdir()
    audit.key_changed("make-key", "1", Authority.SHOP, "shop")

    assert "can't be written to; lost:" in caplog.text
    assert "key=1" in caplog.text


def test_an_audit_log_is_no_symbolic_link(tmp_path: Path):
    (tmp_path / "audit.log").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FolderError, match="can't be written to"):
        audit.keep_in(tmp_path / "audit.log")
    assert not (tmp_path / "elsewhere").exists()
