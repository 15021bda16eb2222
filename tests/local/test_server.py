"""What the local server does that API Gateway does on AWS, and whom it answers."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3
from tests.acceptance.conftest import Api
from tests.raw_http import calling, request
from tests.servers import serving

from orders.order import MAX_BODY_BYTES


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data")) as url:
        yield url


def post(address: str, **headers: str) -> int:
    """The status of an order posted with exactly these headers and a content type."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.putrequest("POST", "/orders", skip_host="Host" in headers)
    body = json.dumps({"customerName": "Alice"}).encode()
    for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
        connection.putheader(name, value)
    connection.endheaders(body)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:9", "127.0.0.1", "127.8.9.10:8000", "[::1]:8000", "LOCALHOST"]
)
def test_this_machine_may_call_by_any_of_its_loopback_names(address: str, host: str):
    assert post(address, Host=host) == 202


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "",
        "0x7f.1",
        "[",
        "a@localhost:x",
        "localhost/evil.example",
        "localhost?@evil.example",
        "localhost#x",
    ],
)
def test_a_request_for_another_host_is_refused(address: str, host: str):
    assert post(address, Host=host) == 403


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:8000", "https://[::1]"])
def test_a_page_of_this_machine_may_call(address: str, origin: str):
    assert post(address, Origin=origin) == 202


@pytest.mark.parametrize(
    ("path", "site", "mode", "status"),
    [
        ("/operations/orders.csv", "cross-site", "no-cors", 403),
        ("/operations/orders.csv", "cross-site", "navigate", 403),
        ("/operations/orders.csv", "same-origin", "cors", 200),
        ("/operations/orders.csv", "none", "navigate", 200),
        ("/openapi.json", "cross-site", "no-cors", 403),
        ("/openapi.json", "cross-site", "navigate", 200),
    ],
)
def test_a_page_of_another_site_may_link_here_but_not_to_operators_calls(
    address: str, path: str, site: str, mode: str, status: int
):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}

    assert urllib3.request("GET", f"{address}{path}", headers=headers).status == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://localhost.evil.example", "file://"])
def test_a_page_of_another_site_may_not(address: str, origin: str):
    assert post(address, Origin=origin) == 403


ORDER = ("Content-Type: application/json",)


@pytest.mark.parametrize("path", ["/openapi.json", "/orders/x", "/receipt/x/y", "/operations/summary"])
@pytest.mark.parametrize("body", ["Content-Length: 10000000", "Transfer-Encoding: chunked"])
def test_an_address_that_takes_no_body_refuses_one_before_it_arrives(address: str, path: str, body: str):
    with calling(address) as caller:
        answer = caller.send(request("GET", path, body)).answer()

    assert answer
    assert (answer.status, "takes no body" in answer.body.decode()) == (413, True)


def test_an_order_that_is_too_large_is_refused_before_it_arrives(address: str):
    with calling(address) as caller:
        answer = caller.send(request("POST", "/orders", *ORDER, f"Content-Length: {MAX_BODY_BYTES + 1}")).answer()

    assert answer
    assert (answer.status, b"at most 131,072 bytes" in answer.body) == (413, True)


def test_an_order_of_unknown_length_is_refused_once_it_is_too_large(address: str):
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    with calling(address) as caller:
        caller.send(request("POST", "/orders", *ORDER, "Transfer-Encoding: chunked"), *[chunk] * 4)
        answer = caller.send(chunk).answer()

    assert answer
    assert answer.status == 413


@pytest.mark.parametrize("path", ["/orders", "/operations/orders/x/retry"])
def test_a_key_is_looked_at_before_the_body_arrives(tmp_path: Path, path: str):
    with serving(tmp_path, "--ask-for-keys") as address, calling(address) as caller:
        answer = caller.send(request("POST", path, "x-api-key: wrong", "Content-Length: 100")).answer()

    assert answer
    assert answer.status in {401, 403}


def test_what_is_not_there_is_404_and_what_cannot_be_done_is_405_both_as_problems(address: str):
    api = Api(address)

    assert (api.get("/nowhere").status, api.get("/nowhere").problem) == (404, "not-found")
    wrong_method = api.request("DELETE", "/orders")
    assert (wrong_method.status, wrong_method.problem) == (405, "method-not-allowed")
    assert wrong_method.headers["Allow"] == "POST"


def test_links_name_the_host_that_the_caller_used(address: str):
    by_name = Api(address.replace("127.0.0.1", "localhost"))

    assert by_name.post_order({"customerName": "Alice"}).body["receiptUrl"].startswith(by_name.url)
