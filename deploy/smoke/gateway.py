"""What API Gateway itself answers, before and around the functions."""

import json

import boto3

from smoke.checks import NotAsked, check, seen
from smoke.target import Target

PROBLEM = "application/problem+json"


@check("The shop's key opens the shop's routes", "404, application/problem+json")
def key(it: Target) -> str:
    answer = it.as_shop("GET", "/orders/nobody")
    return seen(answer.status, answer.headers.get("content-type"))


@check(
    "A request without a key gets the template's answer, with its headers", "403, forbidden, sandbox, nosniff, no-store"
)
def no_key(it: Target) -> str:
    """See https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html."""
    answer = it.call("GET", "/orders/nobody")
    names = ("content-security-policy", "x-content-type-options", "cache-control")
    return seen(answer.status, problem(answer.data), *(answer.headers.get(name) for name in names))


@check("An unknown path gets 404", "404, not-found")
def nowhere(it: Target) -> str:
    answer = it.call("GET", "/nowhere")
    return seen(answer.status, problem(answer.data))


@check(
    "An unknown path with a login gets 404, too, and the answer does not repeat the login",
    "404, not-found, not repeated",
)
def nowhere_with_a_login(it: Target) -> str:
    """API Gateway reads `Authorization` at an unknown path as a signature, and its own words quote the header."""
    answer = it.call("GET", "/nowhere", authorization="Bearer of-no-worth")
    return seen(answer.status, problem(answer.data), repeated(answer.data, b"of-no-worth"))


@check("A method that a path does not have gets 405, with the header Allow", "405, method-not-allowed, POST")
def other_method(it: Target) -> str:
    answer = it.call("DELETE", "/orders")
    return seen(answer.status, problem(answer.data), answer.headers.get("allow"))


@check("HEAD answers as GET does, without a body", "200, 0 bytes")
def head(it: Target) -> str:
    answer = it.as_shop("HEAD", f"/orders/{it.order_id}")
    return seen(answer.status, f"{len(answer.data)} bytes")


@check("The page of the API's description names its charset", "200, text/html; charset=utf-8")
def page_of_the_docs(it: Target) -> str:
    answer = it.call("GET", "/docs")
    return seen(answer.status, answer.headers.get("content-type"))


@check("A customer's name beyond ASCII arrives byte for byte", "202 again, Zoë Müller ☕")
def bytes_of_a_body(it: Target) -> str:
    """Its media type is one of `BinaryMediaTypes`. The same order again is a replay."""
    content = json.dumps({"orderId": it.order_id, "customerName": "Zoë Müller ☕"}, ensure_ascii=False)
    again = it.post(content.encode())
    order = it.as_shop("GET", f"/orders/{it.order_id}").json()["order"]
    return seen(f"{again.status} again", order["customerName"])


@check("An operator's login, as Bearer, opens the operators' routes", "200")
def login(it: Target) -> str:
    if not it.token:
        raise NotAsked("ORDERS_OPERATOR_TOKEN has no login")
    return seen(it.call("GET", "/operations/summary", authorization=f"Bearer {it.token}").status)


@check("A request without a login gets the template's answer", "401, login-required, Bearer")
def no_login(it: Target) -> str:
    answer = it.call("GET", "/operations/summary")
    return seen(answer.status, problem(answer.data), answer.headers.get("www-authenticate"))


@check("An altered login is refused", "401, login-required, not repeated")
def altered_login(it: Target) -> str:
    answer = it.call("GET", "/operations/summary", authorization="Bearer of-no-worth")
    return seen(answer.status, problem(answer.data), repeated(answer.data, b"of-no-worth"))


@check("API Gateway accepts only TLS 1.2 and newer for the API", "SecurityPolicy_TLS13_1_2_2021_06")
def policy(it: Target) -> str:
    return seen(boto3.client("apigateway").get_rest_api(restApiId=it.stage.resource("Api")).get("securityPolicy"))


@check("A domain of the API's own accepts only TLS 1.2 and newer", "TLS_1_2")
def tls(it: Target) -> str:
    domain = it.parameter("DomainName")
    if not domain:
        raise NotAsked("the API has no domain of its own")
    return seen(boto3.client("apigateway").get_domain_name(domainName=domain)["securityPolicy"])


@check("With a domain of its own, the API no longer answers at API Gateway's address", "403 or 404")
def own_address(it: Target) -> str:
    if not it.parameter("DomainName") or it.parameter("ExecuteApiEndpoint") == "keep":
        raise NotAsked("the API has no domain of its own, or keeps its other address")
    host = f"{it.stage.resource('Api')}.execute-api.{boto3.session.Session().region_name}.amazonaws.com"
    status = it.call("GET", f"https://{host}/v1/openapi.json").status
    return "403 or 404" if status in {403, 404} else seen(status)


def problem(content: bytes) -> str:
    """The name of the problem that an answer tells of; the beginning of any other answer."""
    try:
        return str(json.loads(content)["type"]).removeprefix("urn:orders:problem:")
    except (ValueError, LookupError, TypeError):
        return content[:60].decode(errors="replace")


def repeated(content: bytes, secret: bytes) -> str:
    return "repeated" if secret in content else "not repeated"
