"""The API as a shop and its customers use it: HTTP to a base URL, and nothing else.

`ORDERS_URL` (with `ORDERS_API_KEY` and `ORDERS_OPERATOR_TOKEN`) names a deployment to test. Without it every test runs
against both editions: a local server that is started here, and the whole stack deployed on an emulator of AWS.
"""

import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from tests.groups import EMULATED
from tests.servers import serving

SECONDS_TO_COMPLETE = 60


@dataclass(frozen=True)
class Reply:
    status: int
    headers: urllib3.HTTPHeaderDict
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def problem(self) -> str:
        """The name of the problem that this reply tells of."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return str(self.body["type"]).removeprefix("urn:orders:problem:")


def pool(certificate: str | None = None) -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=32, retries=False, ca_certs=certificate)


@dataclass(frozen=True)
class Api:
    url: str
    key: str | None = None
    http: urllib3.PoolManager = field(default_factory=pool)
    login: str | None = None

    def request(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Reply:
        """`path` may be a whole URL. Underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if path.startswith("/operations"):
            named |= {"Authorization": f"Bearer {self.login}"} if self.login else {}
        elif self.key and not path.startswith("http"):
            named["x-api-key"] = self.key
        target, named["Host"] = on_this_machine(path if path.startswith("http") else self.url + path)
        response = self.http.request(method, target, body=body, headers=named, redirect=False, timeout=30)
        return Reply(response.status, response.headers, response.data)

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, **headers)

    def post(self, body: bytes | str, content_type: str = "application/json", **headers: str) -> Reply:
        return self.request("POST", "/orders", body, Content_Type=content_type, **headers)

    def post_order(self, order: dict[str, Any], **headers: str) -> Reply:
        return self.post(json.dumps(order), **headers)

    def signed_link(self, order_id: str) -> Reply:
        """The answer that carries the link, once there is one."""
        end = time.monotonic() + SECONDS_TO_COMPLETE
        while (reply := self.get(f"/receipt/{order_id}")).status == 202 and time.monotonic() < end:
            time.sleep(0.02)  # nothing but another request can tell
        assert reply.status == 200, reply
        return reply

    def receipt(self, order_id: str) -> bytes:
        pdf = self.get(self.signed_link(order_id).body["signedReceiptUrl"])
        assert pdf.status == 200
        assert pdf.headers["Content-Type"] == "application/pdf"
        return pdf.content


def on_this_machine(url: str) -> tuple[str, str]:
    """A URL that can be called, and the `Host` to name: names below localhost are this machine (RFC 6761)."""
    host = urlsplit(url).netloc
    name, _, port = host.partition(":")
    return (url.replace(host, f"127.0.0.1:{port}", 1) if name.endswith(".localhost") else url), host


EDITIONS = ["named"] if os.environ.get("ORDERS_URL") else ["local", pytest.param("AWS", marks=EMULATED)]


@pytest.fixture(scope="session", params=EDITIONS)
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    if request.param == "named":
        key, login = os.environ.get("ORDERS_API_KEY"), os.environ.get("ORDERS_OPERATOR_TOKEN")
        yield reachable(Api(os.environ["ORDERS_URL"].rstrip("/"), key, login=login))
    elif request.param == "AWS":
        deployment = request.getfixturevalue("deployment")
        certificate = str(deployment.emulator.certificate)
        yield Api(deployment.url, deployment.key, pool(certificate), deployment.operator_token)
    else:
        with serving(tmp_path_factory.mktemp("data")) as address:
            yield Api(address)


def reachable(api: Api) -> Api:
    """The deployment, if it answers at all: one sentence is better than fifty failures."""
    try:
        status = api.get("/orders/nobody").status
    except urllib3.exceptions.HTTPError as error:
        pytest.exit(f"Nobody answers at {api.url}: {error}. Is ORDERS_URL right?", returncode=2)
    if status != 404:
        pytest.exit(f"{api.url} answers {status}, not 404. Are ORDERS_URL and ORDERS_API_KEY right?", returncode=2)
    return api


@pytest.fixture
def alice() -> dict[str, Any]:
    """Alice's order, under an id that no other test uses."""
    return {"orderId": f"alice-{uuid.uuid4()}", "customerName": "Alice"}
