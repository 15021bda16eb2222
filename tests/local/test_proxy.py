"""A real proxy in front of the server: nginx, also with TLS and below a path, or with ORDERS_PUBLIC_URL."""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest
import urllib3
from tests.support.api import Api, Reply, pool
from tests.support.examples import ALICE, BASKET
from tests.support.nginx import needs_nginx, nginx, nginx_with_tls
from tests.support.servers import serving, start

from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server.keys import KeyRing

PUBLIC = "https://casaluna.example/orders"
USUAL = "proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;"


@needs_nginx
@pytest.mark.parametrize("settings", ["", USUAL])
def test_behind_nginx_only_a_server_with_keys_answers(tmp_path: Path, settings: str):
    for folder in (open_data := tmp_path / "open", keyed_data := tmp_path / "keyed"):
        folder.mkdir()
    with serving(open_data) as address, nginx(tmp_path, address, settings) as port:
        refused = urllib3.request("GET", f"http://127.0.0.1:{port}/openapi.json")
        assert (refused.status, b"--ask-for-keys" in refused.data) == (403, True)

    with serving(keyed_data, "--ask-for-keys") as address, nginx(tmp_path, address, settings) as port:
        assert urllib3.request("GET", f"http://127.0.0.1:{port}/openapi.json").status == 200


@dataclass(frozen=True)
class Proxied:
    """What a caller of the proxy holds: its address, and the keys of the server behind it."""

    api: Api
    data: Path

    def post(self, order: dict[str, Any], **headers: str) -> Reply:
        return self.api.post_order(order, **headers)


@pytest.fixture(params=[None, PUBLIC], ids=["from the request", "by the setting"])
def proxied(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Proxied, str]]:
    """A server behind the proxy, and what each of its links must begin with."""
    data = tmp_path / "data"
    ring = KeyRing(DataFolder.open(data).keys)
    shop, operator = ring.make(Authority.SHOP, "shop"), ring.make(Authority.OPERATOR, "maria")
    setting = {"ORDERS_PUBLIC_URL": request.param} if request.param else {}
    with (
        serving(data, "--ask-for-keys", **setting) as server,
        nginx_with_tls(tmp_path, server, tells_prefix=not setting) as (address, certificate),
    ):
        yield Proxied(Api(address, shop, pool(str(certificate)), operator), data), request.param or address


@needs_nginx
def test_every_link_leads_through_the_proxy(proxied: tuple[Proxied, str]):
    shop, base = proxied
    posted = shop.post(ALICE)
    signed = shop.api.signed_link(ALICE["orderId"]).body["signedReceiptUrl"]
    operators = shop.api.get(f"/operations/orders/{ALICE['orderId']}/receipt").body["signedReceiptUrl"]
    opened = shop.api.get(posted.body["receiptUrl"].replace(base, shop.api.url))

    assert posted.body["receiptUrl"].startswith(f"{base}/receipt/12345/")
    assert posted.headers["Location"] == f"{base}/orders/12345"
    assert opened.status == 303
    for link in (signed, operators, opened.headers["Location"]):
        assert link.startswith(f"{base}/files/receipts/")
        assert shop.api.get(link.replace(base, shop.api.url)).content.startswith(b"%PDF-")


@needs_nginx
def test_receipts_and_mails_have_it_too(proxied: tuple[Proxied, str]):
    """As far as others can reach it: the test's own proxy has an address of loopback, which no receipt shows."""
    shop, base = proxied
    shop.post(BASKET)
    link = shop.api.signed_link(BASKET["orderId"]).body["signedReceiptUrl"]
    pdf = shop.api.get(link.replace(base, shop.api.url)).content
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    links = [str(note.get_object()["/A"]["/URI"]) for note in page.get("/Annots", [])]
    mail = the_mail_in(shop.data)

    assert links == ([f"{base}/receipt/basket-1/verification"] if base == PUBLIC else [])
    assert f"{base}/receipt/basket-1/" in mail


def the_mail_in(data: Path) -> str:
    end = time.monotonic() + 60
    while not (found := list(data.glob("outbox/*.eml"))) and time.monotonic() < end:
        time.sleep(0.05)  # nothing but another look can tell
    return found[0].read_text().replace("=\n", "")


@pytest.mark.parametrize("url", ["casaluna.example", "https://shop:s3cret@casaluna.example"])
def test_a_server_with_an_invalid_public_address_does_not_start(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], url: str
):
    process = start(tmp_path, ORDERS_PUBLIC_URL=url)

    assert process.wait(30) == 1
    complaint = " ".join(capfd.readouterr().err.split())
    assert "ORDERS_PUBLIC_URL can't be used" in complaint
    assert "https://casaluna.example/orders" in complaint
    assert "s3cret" not in complaint
    process.communicate()


def test_a_server_that_only_this_machine_reaches_says_once_that_links_are_left_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    with serving(tmp_path) as address:
        for number in range(3):
            Api(address).post_order(ALICE | {"orderId": f"o{number}"})

    assert capfd.readouterr().err.count("Set ORDERS_PUBLIC_URL") == 1
