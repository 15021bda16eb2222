"""docs/production.md, as far as a test can follow it: the proxy, the service's command and the settings."""

import re
from pathlib import Path

import urllib3
from tests.support.api import Api
from tests.support.examples import ALICE, ROOT
from tests.support.nginx import needs_nginx, nginx
from tests.support.servers import serving

from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.server.keys import KeyRing

PAGE = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")


def found(pattern: str) -> str:
    match = re.search(pattern, PAGE, re.S)
    assert match, pattern
    return match[1]


@needs_nginx
def test_a_shop_reaches_the_server_through_the_proxy_that_is_described(tmp_path: Path):
    in_front = found(r"(client_max_body_size [^;]*;)")
    passed_on = found(r"proxy_pass http://127\.0\.0\.1:8000;(.*?)\}")
    options = found(r"bin/orders serve (--\S+) --data").split()
    (data := tmp_path / "data").mkdir()
    key = KeyRing(DataFolder.open(data).keys).make(Authority.SHOP, "shop")

    with (
        serving(data, *options, ORDERS_PUBLIC_URL=found("ORDERS_PUBLIC_URL=(.*?)\n")) as server,
        nginx(tmp_path, server, in_front + passed_on) as port,
    ):
        api = Api(f"http://127.0.0.1:{port}", key)
        accepted = api.post_order(ALICE)
        too_large = api.post_order(ALICE | {"note": "x" * 300_000})
        without_key = urllib3.request("POST", f"{api.url}/orders", json=ALICE)

    assert accepted.status == 202
    assert accepted.body["receiptUrl"].startswith("https://orders.casaluna.example/receipt/12345/")
    assert (too_large.status, too_large.problem) == (413, "body-too-large")
    assert without_key.status == 403
