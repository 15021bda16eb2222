"""What the local server does that API Gateway does on AWS, and whom it answers."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import urllib3
from tests.support.api import Api
from tests.support.raw_http import calling, request
from tests.support.servers import serving

from orders.local.server import guard
from orders.order.posted import MAX_BODY_BYTES


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data")) as url:
        yield url


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data"), "--ask-for-keys") as url:
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
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "0x7f.1", "[::2]", "a_b"]
)
def test_a_request_for_another_host_is_refused(address: str, host: str):
    assert post(address, Host=host) == 403


@pytest.mark.parametrize(
    "host",
    [
        *(
            "",
            "[",
            "[localhost]",
            "[1::2::3]",
            "a..b",
            ".",
            ":80",
            "localhost:",
            "localhost:65536",
            "localhost:x",
            "localhost:0",
            "b" * 71,
        ),
        *("a@localhost", "localhost/evil.example", "localhost?@evil.example", "localhost#x", "localhost, evil.example"),
        *("local host", "localhost%2f", "h\u00f6st", "a" * 300),
    ],
)
def test_a_malformed_host_is_refused_with_and_without_keys(address: str, keyed: str, host: str):
    for server in (address, keyed):
        assert post(server, Host=host) == 400


@pytest.mark.parametrize("hosts", [[], ["localhost", "localhost"], ["localhost", "evil.example"]])
def test_a_request_names_its_host_once_with_and_without_keys(address: str, keyed: str, hosts: list[str]):
    lines = ["GET /openapi.json HTTP/1.1", *(f"Host: {host}" for host in hosts), "", ""]
    for server in (address, keyed):
        with calling(server) as caller:
            answer = caller.send("\r\n".join(lines).encode()).answer()
        assert answer
        assert answer.status == 400


@pytest.mark.parametrize("host", ["shop.example", "shop.example:8443", "my_shop:8000", "[2001:db8::1]", "192.0.2.1."])
def test_with_keys_any_host_will_do(keyed: str, host: str):
    with calling(keyed) as caller:
        answer = caller.send(f"GET /openapi.json HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()).answer()

    assert answer
    assert answer.status == 200


PROXIES = """
    cdn-loop client-ip fastly-client-ip fly-client-ip forwarded front-end-https true-client-ip via
    x-client-ip x-cluster-client-ip x-host x-nf-client-connection-ip x-original-forwarded-for x-original-host
    x-original-uri x-original-url x-proxyuser-ip x-real-ip x-remote-addr x-remote-ip x-rewrite-url x-scheme
    x-url-scheme x-varnish
    x-forwarded x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-forwarded-server
    x-forwarded-prefix x-forwarded-ssl x-forwarded-client-cert X-Forwarded-Anything
    Cf-Connecting-Ip cf-ray cf-visitor Tailscale-User-Login x-appengine-user-ip x-azure-clientip
    x-envoy-external-address x-vercel-forwarded-for
    X_Forwarded_For X-Forward-For Proxy-Client-IP WL-Proxy-Client-IP Ali-Cdn-Real-Ip X-Cdn-Src-Ip Incap-Client-IP
    X-Sucuri-ClientIP X-True-Client-Ip CloudFront-Viewer-Address CloudFront-Forwarded-Proto X-Amz-Cf-Id X-Amzn-Trace-Id
    X-Cloud-Trace-Context X-BlueCoat-Via X-Nginx-Proxy X-Arr-Log-Id X-Arr-Ssl Akamai-Origin-Hop Fly-Forwarded-Proto
    Fly-Region Ngrok-Trace-Id Surrogate-Capability Proxy-Connection Max-Forwards X-Auth-Request-User Remote-User
    X_REAL_IP http_client_ip X.Forwarded.For X-Forwarder-Id X-ClientIP-Port X-RealIP X-RemoteIP X-SrcIp X-UserIp
    X-Peer-IP X-Remote-User Via-Proxy X-Via CDN-RequestId X_Proxy_Hop Proxy-Authorization
    cf_ray eagleeye-rpcid fastly-ssl oidc-claim-sub ssl-client-verify x-akamai-edgescape x-amzn-oidc-data
    x-appgw-trace-id
    x-authentik-username x-client-cert x-edge-location x-fastly-tls x-fd-healthprobe x-goog-authenticated-user-email
    x-iis-arr x-ms-client-principal x-pomerium-claim-email x-railway-edge x-ssl-client-dn x-traefik-router
    x-webauth-user
    connect-time rndr-id total-route-time x-https x-queue-start x-request-start
"""
OWN = """
    Accept Accept-Encoding Accept-Language Authorization Cache-Control Content-Language Cookie DNT If-None-Match
    Idempotency-Key Last-Event-ID Orders-Search Pragma Priority Purpose Range Referer Save-Data Sec-CH-UA
    Sec-CH-UA-Mobile Sec-CH-UA-Platform Sec-Fetch-Dest Sec-Fetch-User Sec-GPC Sec-Purpose TE Traceparent Tracestate
    Upgrade-Insecure-Requests User-Agent X-Api-Key X-Client-Version X-Correlation-Id X-Csrf-Token X-Descriptor
    X-Request-Id X-Requested-With X-Ship-To X-Viable
"""
"""What browsers, the page, the commands and the programs of shops send."""


@pytest.mark.parametrize("header", PROXIES.split())
@pytest.mark.parametrize("value", ["127.0.0.1", "", "http"])
def test_without_keys_a_request_that_a_proxy_passed_on_is_refused(address: str, header: str, value: str):
    with calling(address) as caller:
        answer = caller.send(request("GET", "/orders/x", f"{header}: {value}")).answer()

    assert answer
    assert answer.status == 403
    assert json.loads(answer.body)["detail"] == "A proxy passed this request on. Start the server with --ask-for-keys."


@pytest.mark.parametrize("header", OWN.split())
def test_without_keys_the_headers_of_programs_on_this_machine_are_taken(address: str, header: str):
    with calling(address) as caller:
        answer = caller.send(request("GET", "/openapi.json", f"{header}: 1")).answer()

    assert answer
    assert answer.status in {200, 304}


def test_all_headers_of_proxies_are_tried_here():
    tried = {header.lower().encode() for header in PROXIES.split()}

    assert tried >= guard.OF_PROXIES
    assert all(any(header.startswith(first) for header in tried) for first in guard.OF_A_PROXY)
    assert all(any(part in header for header in tried) for part in guard.IN_A_PROXYS)
    assert all(any(word in header.split(b"-") for header in tried) for word in guard.WORDS_OF_PROXIES)


def test_without_keys_http_1_0_is_taken_for_a_proxys(address: str):
    """nginx speaks it by default, with a Host of its own and no header that tells of the caller."""
    with calling(address) as caller:
        answer = caller.send(b"GET /orders/x HTTP/1.0\r\nHost: 127.0.0.1:8000\r\nConnection: close\r\n\r\n").answer()

    assert answer
    assert (answer.status, b"--ask-for-keys" in answer.body) == (403, True)


def test_with_keys_a_proxy_may_pass_requests_on(keyed: str):
    headers = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "Origin": "https://shop.example"}

    assert urllib3.request("GET", f"{keyed}/openapi.json", headers=headers).status == 200


OPERATORS_CALLS = ["/operations/orders/x/retry", "/operations/orders/x/cancel", "/operations/orders/x/resend"]


@pytest.mark.parametrize("path", ["/orders", *OPERATORS_CALLS])
@pytest.mark.parametrize(
    "origin",
    [
        *("http://localhost:5173", "http://localhost", "https://localhost:{port}", "http://127.0.0.1:{port}"),
        *("http://localhost:{port}/", "http://localhost:{port}.evil.example", "http://localhost.evil.example:{port}"),
        *("https://evil.example", "null", "", "file://", "http://user@localhost:{port}"),
        "http://localhost:{port}\r\nOrigin: http://localhost:{port}",
    ],
)
def test_a_page_of_another_origin_may_not_call(address: str, path: str, origin: str):
    port = urlsplit(address).port
    with calling(address) as caller:
        lines = [f"POST {path} HTTP/1.1", f"Host: localhost:{port}", f"Origin: {origin.format(port=port)}", "", ""]
        answer = caller.send("\r\n".join(lines).encode()).answer()

    assert answer
    assert answer.status == 403


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1"])
def test_a_page_of_this_server_may_call(address: str, name: str):
    host = f"{name}:{urlsplit(address).port}"

    assert post(address, Host=host, Origin=f"http://{host.lower()}") == 202
    assert post(address, Host=host, Origin=f"http://{host.lower()}", **{"Sec-Fetch-Site": "same-origin"}) == 202


@pytest.mark.parametrize(
    ("path", "site", "mode", "status"),
    [
        ("/operations/orders.csv", "cross-site", "no-cors", 403),
        ("/operations/orders.csv", "cross-site", "navigate", 403),
        ("/operations/orders.csv", "same-site", "no-cors", 403),
        ("/operations/orders.csv", "same-site", "navigate", 403),
        ("/operations", "same-site", "navigate", 403),
        ("/operations/orders.csv", "anything", "navigate", 403),
        ("/operations/orders.csv", "", "navigate", 403),
        ("/operations/orders.csv", "same-origin", "cors", 200),
        ("/operations/orders.csv", "none", "navigate", 200),
        ("/openapi.json", "cross-site", "no-cors", 403),
        ("/openapi.json", "same-site", "no-cors", 403),
        ("/openapi.json", "cross-site", "navigate", 200),
        ("/openapi.json", "same-site", "navigate", 200),
    ],
)
def test_a_page_of_another_site_may_link_here_but_not_to_operators_calls(
    address: str, path: str, site: str, mode: str, status: int
):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}

    assert urllib3.request("GET", f"{address}{path}", headers=headers).status == status


ORDER = ("Content-Type: application/json",)


@pytest.mark.parametrize("path", ["/openapi.json", "/orders/x", "/receipt/x/y", "/operations/summary"])
@pytest.mark.parametrize("body", ["Content-Length: 10000000", "Transfer-Encoding: chunked"])
def test_an_address_that_takes_no_body_refuses_one_before_it_arrives(address: str, path: str, body: str):
    with calling(address) as caller:
        answer = caller.send(request("GET", path, body)).answer()

    assert answer
    assert (answer.status, "takes no body" in answer.body.decode()) == (413, True)


@pytest.mark.parametrize(("size", "status"), [("0", 200), ("1", 413)])
def test_zeros_before_the_size_of_a_body_mean_nothing(address: str, size: str, status: int):
    with calling(address) as caller:
        answer = caller.send(request("GET", "/openapi.json", f"Content-Length: {size:0>5000}")).answer()

    assert answer
    assert answer.status == status


def test_an_order_that_is_too_large_is_refused_before_it_arrives(address: str):
    with calling(address) as caller:
        answer = caller.send(request("POST", "/orders", *ORDER, f"Content-Length: {MAX_BODY_BYTES + 1}")).answer()

    assert answer
    assert (answer.status, b"at most 262,144 bytes" in answer.body) == (413, True)


def test_an_order_of_unknown_length_is_refused_once_it_is_too_large(address: str):
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    fitting = [chunk] * (MAX_BODY_BYTES // 0x8000)
    with calling(address) as caller:
        caller.send(request("POST", "/orders", *ORDER, "Transfer-Encoding: chunked"), *fitting)
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
    assert api.request("PUT", "/orders/12345").headers["Allow"] == "GET, HEAD"


def test_head_gets_no_body(address: str):
    """Not even one that is left for the next answer on the same connection."""
    order_id = Api(address).post_order({"customerName": "Alice"}).body["orderId"]
    link = Api(address).signed_link(order_id).body["signedReceiptUrl"]
    for path in (f"/orders/{order_id}", "/orders/nobody", "/openapi.json", "/nowhere", link.removeprefix(address)):
        with socket.create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=20) as connection:
            connection.sendall(request("HEAD", path, "Connection: close"))
            head, _, rest = b"".join(iter(lambda: connection.recv(65_536), b"")).partition(b"\r\n\r\n")
        length = len(Api(address).get(path).content)
        assert f"content-length: {length}" in head.decode().lower(), path
        assert rest == b""


def test_links_name_the_host_that_the_caller_used(address: str):
    by_name = Api(address.replace("127.0.0.1", "localhost"))

    assert by_name.post_order({"customerName": "Alice"}).body["receiptUrl"].startswith(by_name.url)
