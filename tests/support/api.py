"""A client of the API, as tests hold it."""

import json
import os
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from tests.support.groups import EMULATED

SECONDS_TO_ANSWER = 100  # functions that start at once share two cores
SECONDS_TO_COMPLETE = 120
SERVICE_UNAVAILABLE = 503
CALLS_OF_AN_EMULATOR = 5
EDITIONS = ["named"] if os.environ.get("ORDERS_URL") else ["local", pytest.param("AWS", marks=EMULATED)]
"""What the tests of both editions run against."""


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


def pool(certificate: str | None = None, most: int = 32) -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=most, retries=False, ca_certs=certificate)


@dataclass(frozen=True)
class Api:
    url: str
    key: str | None = None
    http: urllib3.PoolManager = field(default_factory=pool)
    login: str | None = None
    calls: int = 1
    """How often a call is made that 503 answers, which says to make it again: a busy emulator may be late."""

    def request(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Reply:
        """`path` may be a whole URL. Underscores in header names stand for hyphens."""
        for _ in range(self.calls - 1):
            if (reply := self._request_once(method, path, body, **headers)).status != SERVICE_UNAVAILABLE:
                return reply
        return self._request_once(method, path, body, **headers)

    def _request_once(self, method: str, path: str, body: bytes | str | None, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if path.startswith("/operations"):
            named |= {"Authorization": f"Bearer {self.login}"} if self.login else {}
        elif self.key and not path.startswith("http"):
            named["x-api-key"] = self.key
        target, named["Host"] = on_this_machine(path if path.startswith("http") else self.url + path)
        response = self.http.request(
            method, target, body=body, headers=named, redirect=False, timeout=SECONDS_TO_ANSWER
        )
        return Reply(response.status, response.headers, response.data)

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, **headers)

    def post(self, body: bytes | str, content_type: str = "application/json", **headers: str) -> Reply:
        return self.request("POST", "/orders", body, Content_Type=content_type, **headers)

    def post_order(self, order: dict[str, Any], **headers: str) -> Reply:
        return self.post(json.dumps(order), **headers)

    def dry_run(self, order: dict[str, Any]) -> Reply:
        """What the order would come to. Nothing is stored."""
        return self.request("POST", "/orders?dryRun=true", json.dumps(order), Content_Type="application/json")

    def post_below(self, order_id: str, what: str, body: object, **headers: str) -> Reply:
        """The answer to a refund or a correction of an order; `what` is `refunds` or `corrections`."""
        return self.request(
            "POST", f"/orders/{order_id}/{what}", json.dumps(body), Content_Type="application/json", **headers
        )

    def follow(self, order_id: str, what: str, body: object) -> dict[str, Any]:
        """Post a refund or a correction, and wait for its document. Returns what the API then shows of it."""
        reply = self.post_below(order_id, what, body)
        assert reply.status == 202, reply
        document_id = reply.body["refundId" if what == "refunds" else "correctionId"]
        self.signed_link(f"{order_id}/{what}/{document_id}")
        shown: dict[str, Any] = self.get(f"/orders/{order_id}/{what}/{document_id}").body
        return shown

    def signed_link(self, order_id: str) -> Reply:
        """The answer that carries the link, once there is one: of an order, or of `12345/refunds/r-1`."""
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
