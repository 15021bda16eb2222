"""What keeps floods and their cost away, and what API Gateway says when it refuses a request itself."""

import json
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import itemgetter
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from tests.support.translated import name_of, resources, the, translated

from orders.api import http
from orders.api.authority import Authority
from orders.api.http import refusals
from orders.api.openapi.routes import ROUTES
from orders.order.posted import MAX_BODY_BYTES

ANY = "x-amazon-apigateway-any-method"
METHODS = {"GET": ["GET", "HEAD"], "POST": ["POST"], "PATCH": ["PATCH"], "DELETE": ["DELETE"]}
"""Where there is GET, there is HEAD. In the order in which the header Allow lists them."""
KEYED = {(method, each.path) for each in ROUTES if each.authority is Authority.SHOP for method in METHODS[each.method]}
KEYLESS = {
    (method, each.path) for each in ROUTES if each.authority is not Authority.SHOP for method in METHODS[each.method]
}
CONCURRENCY_OF_A_NEW_ACCOUNT = 10
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: new accounts have reduced concurrency."""
LEFT_FOR_REQUESTS = 2
RESERVED = {"ReceiveOrderFunction": "IntakeConcurrency"} | dict.fromkeys(
    ("GetReceiptFunction", "DescribeApiFunction"), "KeylessConcurrency"
)

PROBLEMS = [each for each in (*http.PROBLEMS.values(), *vars(refusals).values()) if isinstance(each, http.Problem)]
SPEAKS_FOR_ITSELF = {"ACCESS_DENIED", "WAF_FILTERED"}
"""What a key or a login does not help against: its sentence is not that of the problem."""


def body() -> dict[str, Any]:
    document: dict[str, Any] = the("AWS::ApiGateway::RestApi")["Body"]
    return document


def default(parameter: str) -> Any:
    return translated()["Parameters"][parameter]["Default"]


def integrations() -> dict[str, dict[str, Any]]:
    """What answers other methods, by path."""
    return {path: methods[ANY]["x-amazon-apigateway-integration"] for path, methods in body()["paths"].items()}


def refusal(path: str) -> dict[str, Any]:
    (answer,) = integrations()[path]["responses"].values()
    found: dict[str, Any] = answer
    return found


def test_other_methods_of_every_path_are_refused_by_api_gateway_itself():
    assert integrations().keys() == {route.path for route in ROUTES}
    assert {each["type"] for each in integrations().values()} == {"mock"}
    assert {json.dumps(methods[ANY]["security"]) for methods in body()["paths"].values()} == {"[]"}


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_a_refusal_lists_the_methods_that_the_path_has(path: str):
    there = {route.method for route in ROUTES if route.path == path}
    methods = [each for method in METHODS if method in there for each in METHODS[method]]

    assert refusal(path)["responseParameters"]["method.response.header.Allow"] == f"'{', '.join(methods)}'"


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_a_refusal_is_the_problem_that_one_machine_answers_with(path: str):
    answer, ours = refusal(path), refusals.METHOD_NOT_ALLOWED.answer()
    headers = {
        name.removeprefix("method.response.header."): value[1:-1]
        for name, value in answer["responseParameters"].items()
    }
    declared = body()["paths"][path][ANY]["responses"]

    assert (answer["statusCode"], json.loads(answer["responseTemplates"]["application/json"])) == ("405", ours.body)
    assert headers.items() >= (http.to_event(ours)["headers"] | {"Content-Security-Policy": "sandbox"}).items()
    assert declared.keys() == {"405"}
    assert declared["405"]["headers"].keys() == headers.keys()  # API Gateway sends only headers that are declared


def test_a_refusal_never_fails_on_the_body_of_the_request():
    """A mock integration reads its status from the body as its template made it; a body that no template matches has
    none, and a body of a binary media type can't be read at all.
    """
    for integration in integrations().values():
        templates = integration["requestTemplates"]
        assert integration["passthroughBehavior"] == "never"
        assert integration["contentHandling"] == "CONVERT_TO_TEXT"
        assert set(body()["x-amazon-apigateway-binary-media-types"]) <= templates.keys()
        assert {json.loads(template)["statusCode"] for template in templates.values()} == {405}


def limits() -> dict[tuple[str, str], tuple[str, str]]:
    """The parameters with the limits of each method that has its own, in the long run and at once."""
    settings = the("AWS::ApiGateway::Stage")["MethodSettings"]
    return {
        (each["HttpMethod"], path_of(each["ResourcePath"])): (
            each["ThrottlingRateLimit"]["Ref"],
            each["ThrottlingBurstLimit"]["Ref"],
        )
        for each in settings
    }


def path_of(encoded: str) -> str:
    """`/orders/{orderId}` for `/~1orders~1{orderId}`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-stage-methodsetting.html
    """
    return encoded if encoded == "/*" else encoded.removeprefix("/").replace("~1", "/")


def test_each_route_without_the_shops_key_has_a_lower_limit_than_those_with_it():
    found = limits()
    others = found.pop(("*", "/*"))
    shops = {tuple(map(default, found[route])) for route in KEYED}
    keyless = {tuple(map(default, found.get(route, others))) for route in KEYLESS} | {tuple(map(default, others))}

    assert shops == {(200, 400)}
    assert all(rate < 200 and burst < 400 for rate, burst in keyless)
    assert found.keys() <= KEYED | KEYLESS  # CloudFormation fails on a method that there is not


def test_what_is_not_listed_has_the_lowest_limit():
    """Refused methods, the description, and a route that somebody adds without a limit."""
    found = limits()
    lowest = found.pop(("*", "/*"))

    assert all(
        default(lowest[0]) < default(rate) and default(lowest[1]) < default(at_once) for rate, at_once in found.values()
    )
    assert found.keys() >= KEYED
    assert {path for _, path in KEYLESS - found.keys()} == {"/openapi.json", "/docs"}


def test_a_key_is_limited_over_all_its_routes_together():
    plan = resources("AWS::ApiGateway::UsagePlan")["UsagePlan"]

    assert plan["Throttle"] == {"RateLimit": {"Ref": "RequestsPerSecond"}, "BurstLimit": {"Ref": "RequestBurst"}}


def test_the_queues_leave_a_new_account_functions_for_requests():
    """Lambda wants at least two for each queue:
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html

    Nobody sends a message to the webhook queue as long as there is no endpoint and no event bus.
    """
    sources = resources("AWS::Lambda::EventSourceMapping").values()
    queues = [each for each in sources if name_of(each["EventSourceArn"]) in resources("AWS::SQS::Queue")]
    parameters = [each["ScalingConfig"]["MaximumConcurrency"]["Ref"] for each in queues]

    assert len(set(parameters)) == len(queues)
    always = set(parameters) - {"WebhookConcurrency"}
    assert sum(map(default, always)) <= CONCURRENCY_OF_A_NEW_ACCOUNT - LEFT_FOR_REQUESTS
    assert sum(map(default, parameters)) <= CONCURRENCY_OF_A_NEW_ACCOUNT
    for each in parameters:
        assert (translated()["Parameters"][each]["MinValue"], translated()["Parameters"][each]["MaxValue"]) == (2, 1000)


def test_functions_are_reserved_only_where_a_parameter_says_so():
    """A new account can't reserve any: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    for name, function in resources("AWS::Lambda::Function").items():
        if name not in RESERVED:
            assert "ReservedConcurrentExecutions" not in function
            continue
        condition, then, otherwise = function["ReservedConcurrentExecutions"]["Fn::If"]
        assert (then, otherwise) == ({"Ref": RESERVED[name]}, {"Ref": "AWS::NoValue"})
        assert translated()["Conditions"][condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": RESERVED[name]}, 0]}]}
        assert default(RESERVED[name]) == 0


def test_the_functions_of_keyless_routes_are_those_that_can_be_limited():
    """A login is checked before a function runs, so that the routes of operators need no such limit."""
    anyone = {each.path for each in ROUTES if each.authority in {Authority.ANYONE, Authority.CUSTOMER}}
    functions = {function_of(body()["paths"][path]["get"]) for path in anyone}

    assert functions == {name for name, parameter in RESERVED.items() if parameter == "KeylessConcurrency"}


def function_of(operation: dict[str, Any]) -> str:
    (name,) = set(re.findall(r"\{(\w+?Function)", json.dumps(operation["x-amazon-apigateway-integration"]["uri"])))
    return str(name)


def test_there_is_no_firewall_unless_a_parameter_says_so():
    found = {name: each for name, each in translated()["Resources"].items() if each["Type"].startswith("AWS::WAFv2")}

    assert {each["Condition"] for each in found.values()} == {"CreateWebAcl"}
    assert default("WebAcl") == "none"
    assert "Apiv1Stage" in json.dumps(the("AWS::WAFv2::WebACLAssociation")["ResourceArn"])


def rules() -> Iterator[tuple[str, dict[str, Any]]]:
    for rule in the("AWS::WAFv2::WebACL")["Rules"]:
        yield from rule["Statement"].items()


@pytest.mark.parametrize(
    ("path", "is_counted"),
    [
        ("/v1/receipt/12345/tOkEn", True),
        ("/receipt/12345/verification", True),
        ("/v1/docs", True),
        ("/v1/openapi.json", True),
        ("/v1/%72eceipt/12345%2Fverification/", True),
        ("//v1/./d%6Fcs//", True),
        ("/v1/orders", False),
        ("/v1/orders/12345", False),
        ("/v1/receipt/12345", False),
        ("/v1/operations/orders/12345/receipt", False),
    ],
)
def test_the_firewall_counts_requests_of_customers_and_not_the_shops(path: str, is_counted: bool):
    """A shop sends all its orders from one address, and so do operators, by CloudFront."""
    rate = dict(rules())["RateBasedStatement"]
    match = rate["ScopeDownStatement"]["RegexMatchStatement"]

    assert (rate["AggregateKeyType"], rate["Limit"]) == ("IP", {"Ref": "KeylessRequestsPerAddress"})
    assert bool(re.search(match["RegexString"], seen_by_the_firewall(path, match))) is is_counted


def seen_by_the_firewall(path: str, match: dict[str, Any]) -> str:
    """See https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html."""
    known: dict[str, Callable[[str], str]] = {"URL_DECODE": unquote, "NORMALIZE_PATH": posixpath.normpath}
    for each in sorted(match["TextTransformations"], key=itemgetter("Priority")):
        path = known[each["Type"]](path)
    return path


def test_the_firewall_lets_every_valid_order_through():
    """AWSManagedRulesCommonRuleSet blocks bodies of more than 8 KiB; an order may have 256."""
    groups = {statement["Name"] for kind, statement in rules() if kind == "ManagedRuleGroupStatement"}

    assert groups == {"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet"}
    assert "SizeConstraintStatement" not in dict(rules())


def test_the_firewall_keeps_no_paths():
    """A sample of a request has the customer's token in its path."""
    acl = the("AWS::WAFv2::WebACL")

    assert not any(each["VisibilityConfig"]["SampledRequestsEnabled"] for each in (acl, *acl["Rules"]))


def answers() -> dict[str, dict[str, Any]]:
    """API Gateway's own answers, by the kind of error."""
    found: dict[str, dict[str, Any]] = body()["x-amazon-apigateway-gateway-responses"]
    return found


def template_of(kind: str) -> str:
    ((media_type, template),) = answers()[kind]["responseTemplates"].items()
    assert media_type == "application/json"
    return str(template)


def test_every_kind_of_error_of_api_gateway_has_an_answer():
    model = boto3.client("apigateway", region_name="eu-west-1").meta.service_model

    assert answers().keys() == set(model.shape_for("GatewayResponseType").enum)


@pytest.mark.parametrize("kind", sorted(answers()))
def test_no_answer_of_api_gateway_repeats_what_the_caller_sent(kind: str):
    """Each variable of API Gateway begins with $, and $context.error.messageString quotes the header Authorization."""
    assert "$" not in template_of(kind)
    assert all(re.fullmatch(r"'[^'$]+'", value) for value in answers()[kind]["responseParameters"].values())


@pytest.mark.parametrize("kind", sorted(answers()))
def test_an_answer_of_api_gateway_is_a_problem_in_our_words(kind: str):
    told = json.loads(template_of(kind))
    (problem,) = [each for each in PROBLEMS if replace(each, detail=told["detail"]).answer().body == told]
    headers = headers_of(answers()[kind])
    ours = http.to_event(problem.answer())["headers"] | {"Content-Security-Policy": "sandbox"}

    assert problem.detail in {None, told["detail"]} or kind in SPEAKS_FOR_ITSELF
    assert str(answers()[kind]["statusCode"]) == str(problem.status)
    assert headers == ours


def test_the_largest_order_is_named():
    assert f"{MAX_BODY_BYTES:,} bytes" in template_of("REQUEST_TOO_LARGE")


@pytest.mark.parametrize(
    "kind", ["MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "RESOURCE_NOT_FOUND", "DEFAULT_4XX"]
)
def test_an_unknown_path_is_404_with_and_without_a_login(kind: str):
    """No route here is signed as AWS's own calls are, so an error about a signature means that the path is unknown."""
    assert json.loads(template_of(kind)) == refusals.NOT_FOUND.answer().body


@pytest.mark.parametrize("kind", ["UNAUTHORIZED", "EXPIRED_TOKEN"])
def test_who_has_not_logged_in_is_told_how_to(kind: str):
    assert json.loads(template_of(kind)) == refusals.LOGIN_REQUIRED.answer().body
    assert headers_of(answers()[kind])["WWW-Authenticate"] == "Bearer"


def headers_of(answer: dict[str, Any]) -> dict[str, str]:
    parameters = answer["responseParameters"].items()
    return {name.removeprefix("gatewayresponse.header."): value[1:-1] for name, value in parameters}
