"""Events in, answers out: what every function's door does."""

import base64
import json
import logging
from typing import Any

import pytest

from orders.api import http
from orders.api.authority import Authority
from orders.api.http.audit import ACTIONS
from orders.api.openapi.routes import ROUTES
from orders.order import errors
from orders.order.posted import MAX_BODY_BYTES


def event(body: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "resource": "/orders",
        "path": "/orders",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json", "Host": "shop.example", "X-Forwarded-Proto": "https"},
        "pathParameters": None,
        "queryStringParameters": None,
        "requestContext": {"path": "/orders"},
        "body": body,
        "isBase64Encoded": False,
    } | changes


def answer(given: dict[str, Any]) -> dict[str, Any]:
    """What a function that echoes the document answers."""
    echo = http.handler({"POST /orders": lambda request: http.Answer(200, {"got": request.json()})})
    return echo(given, None)


def problem_of(given: dict[str, Any]) -> tuple[int, str]:
    answered = answer(given)
    assert answered["headers"]["Content-Type"] == "application/problem+json"
    document = json.loads(answered["body"])
    assert document["status"] == answered["statusCode"]
    return answered["statusCode"], document["type"].removeprefix("urn:orders:problem:")


def with_type(content_type: str | None) -> dict[str, Any]:
    return event('{"a":1}', headers={"content-type": content_type} if content_type else {})


def test_a_document_comes_through_whether_plain_or_in_base64():
    plain, packed = event('{"é":1}'), event(base64.b64encode('{"é":1}'.encode()).decode(), isBase64Encoded=True)

    assert answer(plain)["body"] == answer(packed)["body"] == '{"got":{"é":1}}'


@pytest.mark.parametrize(
    "body",
    [
        "", " ", "{", "alice", "{'a':1}", '{"a":1}x', '{"a":NaN}', '{"a":Infinity}', '{"a":1,"a":1}',
        '{"a":{"b":1,"b":2}}', '{"a":\x00}', "[" * 100_000, '{"a":' + "9" * 5000 + "}", "\ufeff{}",
    ],
    ids=lambda body: repr(body[:20]),
)  # fmt: skip
def test_what_is_not_json_is_400(body):
    assert problem_of(event(body)) == (400, "malformed-json")


def test_a_number_of_thousands_of_digits_is_refused_in_plain_words():
    detail = json.loads(answer(event('{"a":' + "9" * 5000 + "}"))["body"])["detail"]

    assert detail == "The body is not JSON: a number has thousands of digits."


def test_bytes_that_are_not_utf_8_are_400():
    assert problem_of(event(base64.b64encode(b'"\xff"').decode(), isBase64Encoded=True)) == (400, "malformed-json")


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "json",
        "\x00",
        "application/json; charset*0*=x; charset*1=y; charset*=a",
    ],
)
def test_what_is_not_declared_as_json_is_415(content_type):
    assert problem_of(with_type(content_type)) == (415, "not-json")


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON", "application/json; charset=UTF-8", "application/json;x=1"]
)
def test_json_may_be_declared_in_any_of_the_usual_ways(content_type):
    assert answer(with_type(content_type))["statusCode"] == 200


def test_a_body_that_is_too_large_is_413_whatever_it_is():
    assert problem_of(event("x" * (MAX_BODY_BYTES + 1), headers={})) == (413, "body-too-large")
    assert problem_of(event("é" * (MAX_BODY_BYTES // 2 + 1))) == (413, "body-too-large")


def test_every_error_that_can_reach_a_caller_has_an_answer():
    def leaves(kind: type[errors.OrdersError]) -> list[type[errors.OrdersError]]:
        return [leaf for child in kind.__subclasses__() for leaf in leaves(child)] or [kind]

    inside_only = {
        errors.ReceiptImpossible, errors.DrawingAborted,
        errors.MailRefused, errors.MailThrottled, errors.MailboxFull,
    }  # fmt: skip
    as_unavailable = {errors.Misconfigured, errors.NewerVersion, errors.ReceiptLost, errors.TemplateFault}
    as_invalid = {errors.WrongAmount}
    assert set(leaves(errors.OrdersError)) - inside_only - as_unavailable - as_invalid <= set(http.PROBLEMS)


def test_an_unexpected_error_is_500_and_tells_nothing(caplog):
    def broken(_request: http.Request) -> http.Answer:
        raise KeyError("secret")

    answered = http.handler({"POST /orders": broken})(event("{}"), None)

    assert answered["statusCode"] == 500
    assert "secret" not in answered["body"]
    assert "KeyError" in caplog.text


def test_unavailable_is_503_and_says_when_to_come_back():
    def down(_request: http.Request) -> http.Answer:
        raise errors.Unavailable("table: connection refused by 10.0.0.1")

    answered = http.handler({"POST /orders": down})(event("{}"), None)

    assert answered["statusCode"] == 503
    assert int(answered["headers"]["Retry-After"]) > 0
    assert "10.0.0.1" not in answered["body"]


def link_made_for(given: dict[str, Any]) -> str:
    """What a function makes of the relative link `x`."""
    handle = http.handler(
        {f"{given['httpMethod']} {given['resource']}": lambda request: http.Answer(200, {"url": request.url("x")})}
    )
    return str(json.loads(handle(given, None)["body"])["url"])


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/orders", ""), ("/v1/orders", "/v1"), ("/a/b/orders", "/a/b"), ("/orders/orders", "/orders"),
        ("/v1/orders/", "/v1"), ("/v1/orders//", "/v1"), ("//v1//orders", "/v1"), ("/orders/", ""), ("/", ""), ("", ""),
    ],
)  # fmt: skip
def test_links_keep_the_stage_that_the_caller_came_through(path: str, base: str):
    assert link_made_for(event(requestContext={"path": path})) == f"https://shop.example{base}/x"


def test_links_of_a_route_with_parameters_keep_it_too():
    given = event(httpMethod="GET", resource="/receipt/{orderId}/{receiptToken}")

    for path in ("/v1/receipt/12345/token", "/v1/receipt/12345/token/"):
        assert link_made_for(given | {"requestContext": {"path": path}}) == "https://shop.example/v1/x"


API_GATEWAY = {
    "resource": "/orders",
    "path": "/orders/",
    "httpMethod": "POST",
    "headers": {
        "Accept": "*/*", "content-type": "application/json", "Host": "ab12cd34ef.execute-api.eu-west-1.amazonaws.com",
        "User-Agent": "curl/7.88.1", "X-Amzn-Trace-Id": "Root=1-6564a7f2-0c4b3a5e7d1f2a3b4c5d6e7f",
        "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https",
    },
    "multiValueHeaders": {
        "Host": ["ab12cd34ef.execute-api.eu-west-1.amazonaws.com"], "X-Forwarded-Proto": ["https"],
    },
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "resourceId": "a1b2c3", "resourcePath": "/orders", "httpMethod": "POST", "path": "/v1/orders/", "stage": "v1",
        "protocol": "HTTP/1.1", "accountId": "123456789012", "domainPrefix": "ab12cd34ef", "apiId": "ab12cd34ef",
        "domainName": "ab12cd34ef.execute-api.eu-west-1.amazonaws.com", "identity": {"sourceIp": "203.0.113.7"},
    },
    "body": "e30=",
    "isBase64Encoded": True,
}  # fmt: skip
"""As API Gateway makes it of `POST /v1/orders/`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""


def test_a_slash_at_the_end_of_the_path_is_not_in_links():
    assert link_made_for(API_GATEWAY) == "https://ab12cd34ef.execute-api.eu-west-1.amazonaws.com/v1/x"


@pytest.mark.parametrize(
    ("forwarded", "scheme"),
    [
        (["https"], "https"), (["http"], "http"), (["HTTP"], "http"), (["Https"], "https"), ([" http "], "http"),
        (["http, https"], "http"), (["https,http"], "https"), (["HTTPS , http"], "https"), (["https", "http"], "https"),
        (["http", "https"], "http"), ([""], "https"), ([], "https"), (["javascript"], "https"), (["http://x"], "https"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["X-Forwarded-Proto", "x-forwarded-proto", "X-FORWARDED-PROTO"])
def test_links_have_the_scheme_that_the_customers_proxy_was_called_by(forwarded: list[str], scheme: str, name: str):
    lines = {name: forwarded[-1]} if forwarded else {}
    one = event(headers={"Host": "shop.example"} | lines, multiValueHeaders={name: forwarded})

    assert link_made_for(one) == f"{scheme}://shop.example/x"


@pytest.mark.parametrize(
    ("prefix", "base"),
    [
        ("/shop", "/shop"), ("/shop/", "/shop"), ("/shop/orders", "/shop/orders"), ("/a, /b", "/a"), ("", ""),
        ("/", ""), ("shop", ""), ("//evil.example", ""), ("/a//b", ""), ("/a/../b", ""), ("/..", ""), ("/.", ""),
        ("/a?b", ""),
        ("/a#b", ""), ("/a b", ""), ("/a%2fb", ""), ("\\evil.example", ""), ("/a@b", ""), ("https://evil.example", ""),
        ("/é", ""), ('/"', ""), ("/a\r\nb", ""),
        (f"/{'x' * 99}", f"/{'x' * 99}"), (f"/{'x' * 100}", ""), ("/x" * 51, ""), ("/x" * 10_000, ""),
    ],
)  # fmt: skip
def test_links_keep_the_path_that_a_proxy_took_away(prefix: str, base: str):
    headers = {"Host": "shop.example", "X-Forwarded-Prefix": prefix}

    assert link_made_for(event(headers=headers)) == f"https://shop.example{base}/x"
    assert (
        link_made_for(event(headers=headers, requestContext={"path": "/v1/orders"}))
        == f"https://shop.example{base}/v1/x"
    )


@pytest.mark.parametrize(
    "host", ["", "a b", "evil.example/x?y=", "shop.example@evil", "[::1", "x:99999", "'\"><script>"]
)
def test_a_malformed_host_is_in_no_link(host: str):
    context = {"path": "/orders", "domainName": "gateway.example"}

    assert link_made_for(event(headers={"Host": host}, requestContext=context)) == "https://gateway.example/x"
    assert (
        link_made_for(event(headers={"Host": host}, requestContext={"path": "/", "domainName": host}))
        == "https://localhost/x"
    )


def test_the_public_address_is_in_every_link_whatever_the_request_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERS_PUBLIC_URL", "https://casaluna.example/orders")
    headers = {"Host": "till:8000", "X-Forwarded-Proto": "http", "X-Forwarded-Prefix": "/other"}

    assert link_made_for(event(headers=headers)) == "https://casaluna.example/orders/x"
    assert link_made_for(API_GATEWAY) == "https://casaluna.example/orders/x"


def test_an_invalid_public_address_is_unavailable_and_the_log_says_why(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("ORDERS_PUBLIC_URL", "casaluna.example")

    assert answer(event("{}"))["statusCode"] == 503
    assert "begin with https://" in caplog.text


def test_an_absolute_link_stays_as_it_is():
    handle = http.handler({"POST /orders": lambda request: http.Answer(200, {"url": request.url("https://b/k?s=1")})})

    assert json.loads(handle(event(), None)["body"]) == {"url": "https://b/k?s=1"}


def test_every_answer_is_private_and_never_sniffed():
    headers = answer(event("{}"))["headers"]

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("authorizer", "name"),
    [
        (None, "operator"),
        ({"claims": {"cognito:username": "maria"}}, "maria"),
        ({"claims": {"cognito:username": "shop"}}, "operator shop"),
    ],
)
def test_who_acts_is_the_name_of_the_login_and_never_that_of_a_part_of_the_system(authorizer: object, name: str):
    tell = http.handler({"POST /orders": lambda request: http.Answer(200, {"operator": request.operator})})
    given = event(requestContext={"path": "/orders", "authorizer": authorizer})

    assert json.loads(tell(given, None)["body"]) == {"operator": name}


def audited(
    caplog: pytest.LogCaptureFixture,
    route: str,
    status: int,
    query: dict[str, str] | None = None,
    answer: http.Answer | None = None,
    **context: Any,
) -> list[str]:
    """The audit lines of a call by maria to this route, which answers so."""
    caplog.set_level(logging.INFO, "orders.audit")
    call = http.handler({route: lambda _request: answer or http.Answer(status, {})})
    method, _, resource = route.partition(" ")
    claims = {"authorizer": {"claims": {"cognito:username": "maria"}}}
    of_one = {"orderId": "7"} | ({"webhookId": "we_1"} if "{webhookId}" in resource else {})
    path, context = of_one, claims | context
    asked = event(httpMethod=method, resource=resource, pathParameters=path, requestContext=context)
    call(asked | {"queryStringParameters": query}, None)
    return [record.getMessage() for record in caplog.records if record.name == "orders.audit"]


def test_what_an_operator_sees_and_does_is_noted_with_a_name(caplog: pytest.LogCaptureFixture):
    assert audited(caplog, "GET /operations/orders/{orderId}", 200) == [
        'operator="maria" action=view order=7 status=200'
    ]


def test_a_dry_run_is_noted_as_a_view(caplog: pytest.LogCaptureFixture):
    refund = "POST /operations/orders/{orderId}/refunds"

    assert audited(caplog, refund, 202) == ['operator="maria" action=refund order=7 status=202']
    caplog.clear()
    assert audited(caplog, refund, 200, {"dryRun": "true"}) == ['operator="maria" action=view order=7 status=200']


def test_what_an_operator_does_with_a_webhook_endpoint_is_noted_with_its_id(caplog: pytest.LogCaptureFixture):
    rotate = "POST /operations/webhooks/{webhookId}/rotate"

    assert audited(caplog, rotate, 200) == ['operator="maria" action=rotate-webhook webhook=we_1 status=200']
    caplog.clear()
    assert audited(caplog, rotate, 404) == ['operator="maria" action=rotate-webhook webhook=- status=404']
    caplog.clear()
    caplog.clear()
    assert audited(caplog, "POST /operations/webhooks", 422) == [
        'operator="maria" action=add-webhook webhook=- status=422'
    ]


@pytest.mark.parametrize(
    ("route", "status", "audited_as", "noted"),
    [
        ("POST /operations/webhooks", 201, {"webhook": "we_2", "to": "https://shop.example"}, "webhook=we_2"),
        ("PATCH /operations/webhooks/{webhookId}", 200, {"to": "https://shop.example"}, "webhook=we_1"),
    ],
)
def test_where_a_webhook_endpoint_sends_from_now_on_is_noted(
    caplog: pytest.LogCaptureFixture, route: str, status: int, audited_as: dict[str, str], noted: str
):
    (line,) = audited(caplog, route, status, answer=http.Answer(status, {}, audited=audited_as))

    assert line.endswith(f'{noted} to="https://shop.example" status={status}')


@pytest.mark.parametrize("action", ["cancel", "retry", "resend"])
def test_what_has_no_dry_run_is_noted_for_what_it_is(caplog: pytest.LogCaptureFixture, action: str):
    route = f"POST /operations/orders/{{orderId}}/{action}"

    assert audited(caplog, route, 200, {"dryRun": "true"}) == [f'operator="maria" action={action} order=7 status=200']


def test_a_look_by_head_is_noted_as_one_by_get(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "orders.audit")
    call = http.handler({"GET /operations/orders/{orderId}": lambda _request: http.Answer(200, {})})
    answered = call(event(httpMethod="HEAD", resource="/operations/orders/{orderId}"), None)

    assert answered["statusCode"] == 200
    assert [record.getMessage() for record in caplog.records] == ['operator="operator" action=view order=- status=200']


def test_an_id_of_no_order_is_not_noted(caplog: pytest.LogCaptureFixture):
    assert audited(caplog, "POST /operations/orders/{orderId}/cancel", 404) == [
        'operator="maria" action=cancel order=- status=404'
    ]


@pytest.mark.parametrize("route", ["GET /operations/orders", "GET /operations/summary", "GET /orders/{orderId}"])
def test_lists_and_what_is_no_operators_are_not_noted(caplog: pytest.LogCaptureFixture, route: str):
    assert audited(caplog, route, 200) == []


def test_a_further_part_of_an_export_is_not_noted(caplog: pytest.LogCaptureFixture):
    assert audited(caplog, "GET /operations/orders.csv", 200, continues=True) == []


def test_each_operators_route_of_one_order_is_noted():
    """And the export. A route that is added is thought about here."""
    routes = {f"{route.method} {route.path}" for route in ROUTES if route.authority is Authority.OPERATOR}

    lists = {f"GET /operations/{name}" for name in ("orders", "documents", "register", "summary")}
    of_no_customer = {
        each for each in routes if each.startswith(("GET /operations/webhooks", "GET /operations/events"))
    }
    assert routes - set(ACTIONS) == lists | of_no_customer
    assert set(ACTIONS) <= routes
