"""Domain names of the API and of the operators' page, and TLS 1.2 or newer everywhere."""

import re
from typing import Any

import pytest
from tests.support.conditions import Choice
from tests.support.translated import resources, the, translated

from orders.shop import public_url

ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/1d3e0ab1"
PAGE_ARN = "arn:aws:acm:us-east-1:123456789012:certificate/2c4f"
API = {"DomainName": "orders.casaluna.example", "CertificateArn": ARN}
PAGE = {"PageDomainName": "office.casaluna.example", "PageCertificateArn": PAGE_ARN}
PUBLIC_URL = "ORDERS_PUBLIC_URL"


def closed(choice: Choice) -> Any:
    """Whether API Gateway's own address is closed."""
    (server,) = choice.resources()["Api"]["Properties"]["Body"]["servers"]
    return server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]


def public_addresses(choice: Choice) -> set[str]:
    functions = [each for each in choice.resources().values() if each["Type"] == "AWS::Lambda::Function"]
    variables = [function["Properties"]["Environment"]["Variables"] for function in functions]
    return {each[PUBLIC_URL] for each in variables if PUBLIC_URL in each}


def distribution(choice: Choice) -> dict[str, Any]:
    found: dict[str, Any] = choice.resources()["PageDistribution"]["Properties"]["DistributionConfig"]
    return found


def api_origin(choice: Choice) -> dict[str, Any]:
    (origin,) = [each for each in distribution(choice)["Origins"] if each["Id"] == "api"]
    return dict(origin)


def test_without_a_domain_name_the_api_has_its_own_address_only():
    choice = Choice.of()

    assert not {"ApiDomain", "ApiDomainPath"} & choice.resources().keys()
    assert closed(choice) is False
    assert public_addresses(choice) == {""}
    assert api_origin(choice)["OriginPath"] == "/v1"
    assert ".execute-api." in str(choice.outputs()["ApiUrl"])
    assert not {"ApiDnsRecord", "ApiAliasZone", "PageDnsRecord"} & choice.outputs().keys()


def test_a_domain_name_is_the_only_address_and_links_begin_with_it():
    choice = Choice.of(**API, MailSender="receipts@casaluna.example")
    domain, mapping = (choice.resources()[name]["Properties"] for name in ("ApiDomain", "ApiDomainPath"))

    assert (domain["DomainName"], domain["RegionalCertificateArn"]) == (API["DomainName"], ARN)
    assert domain["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert (mapping["RestApiId"], mapping["Stage"]) == ({"Ref": "Api"}, {"Ref": "Apiv1Stage"})
    assert "BasePath" not in mapping
    assert closed(choice) is True
    assert public_addresses(choice) == {"https://orders.casaluna.example/"}
    assert choice.outputs()["ApiUrl"] == "https://${ApiDomain}/"
    assert choice.outputs()["ApiDnsRecord"] == "${ApiDomain} CNAME ${ApiDomain.RegionalDomainName}"


def test_a_base_path_is_a_part_of_every_address():
    choice = Choice.of(**API, DomainBasePath="shop")

    assert choice.resources()["ApiDomainPath"]["Properties"]["BasePath"] == "shop"
    assert public_addresses(choice) == {"https://orders.casaluna.example/shop"}
    assert choice.outputs()["ApiUrl"] == "https://${ApiDomain}/shop/"
    assert api_origin(choice)["OriginPath"] == "/shop"
    assert public_url.parse("https://orders.casaluna.example/shop").endswith("/shop/")


def test_a_public_address_goes_before_the_domain_name():
    choice = Choice.of(**API, PublicUrl="https://casaluna.example/orders")

    assert public_addresses(choice) == {"https://casaluna.example/orders"}
    assert "ApiDomain" in choice.resources()


def test_the_own_address_may_stay_open_for_links_that_customers_have():
    assert closed(Choice.of(**API, ExecuteApiEndpoint="keep")) is False
    assert closed(Choice.of(ExecuteApiEndpoint="close")) is False


@pytest.mark.parametrize("parameters", [{}, API, API | {"ExecuteApiEndpoint": "keep"}])
def test_the_stage_changes_whenever_the_own_address_is_closed_or_opened(parameters: dict[str, str]):
    """Otherwise API Gateway would not notice."""
    choice = Choice.of(**parameters)
    stage = choice.resources()["Apiv1Stage"]["Properties"]

    assert stage["Variables"] == {"executeApiEndpoint": "closed" if closed(choice) else "open"}


def test_the_page_reaches_the_api_by_the_domain_name_once_the_other_address_is_closed():
    choice = Choice.of(**API)

    assert api_origin(choice)["DomainName"] == {"Ref": "ApiDomain"}
    assert api_origin(choice).get("OriginPath") == ""
    assert api_origin(choice)["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_the_page_has_its_own_domain_name():
    choice = Choice.of(**PAGE)
    client = choice.resources()["PageClient"]["Properties"]
    certificate = {"AcmCertificateArn": PAGE_ARN, "SslSupportMethod": "sni-only"}

    assert distribution(choice)["Aliases"] == ["office.casaluna.example"]
    assert distribution(choice)["ViewerCertificate"].items() >= certificate.items()
    assert client["CallbackURLs"] == client["LogoutURLs"] == ["https://office.casaluna.example/"]
    assert choice.outputs()["PageUrl"] == "https://office.casaluna.example/"
    assert choice.outputs()["PageDnsRecord"] == "office.casaluna.example CNAME ${PageDistribution.DomainName}"


def test_without_a_domain_name_the_page_has_cloudfronts():
    assert not {"Aliases", "ViewerCertificate"} & distribution(Choice.of()).keys()
    assert Choice.of().outputs()["PageUrl"] == "https://${PageDistribution.DomainName}/"


@pytest.mark.parametrize(
    ("parameters", "advice"),
    [
        ({"DomainName": "orders.casaluna.example"}, "Set CertificateArn, too"),
        ({"CertificateArn": ARN}, "Set DomainName, too"),
        ({"DomainBasePath": "shop"}, "Set DomainName, too"),
        ({"PageDomainName": "office.casaluna.example"}, "Set PageCertificateArn, too"),
        ({"PageCertificateArn": PAGE_ARN}, "Set PageDomainName, too"),
        (PAGE | {"OperatorsPage": "none"}, "Set OperatorsPage=create, too"),
        (API | PAGE | {"PageDomainName": API["DomainName"]}, "Choose two names"),
    ],
)
def test_half_a_domain_is_refused(parameters: dict[str, str], advice: str):
    (refusal,) = Choice.of(**parameters).refusals()

    assert advice in refusal


@pytest.mark.parametrize("parameters", [{}, API, PAGE, API | PAGE, API | {"DomainBasePath": "shop"}])
def test_a_whole_domain_is_accepted(parameters: dict[str, str]):
    assert Choice.of(**parameters).refusals() == []


@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("DomainName", "orders.casaluna.example", True),
        ("DomainName", "xn--mnchen-3ya.example", True),
        ("DomainName", "localhost", False),
        ("DomainName", "Orders.example", False),
        ("DomainName", "https://orders.example", False),
        ("DomainName", "*.example.com", False),
        ("PageDomainName", "office.casaluna.example", True),
        ("DomainBasePath", "shop", True),
        ("DomainBasePath", "/shop", False),
        ("DomainBasePath", "shop/orders", False),
        ("CertificateArn", ARN, True),
        ("CertificateArn", ARN.replace("aws:", "aws-us-gov:"), True),
        ("CertificateArn", "1d3e0ab1", False),
        ("PageCertificateArn", PAGE_ARN, True),
        ("PageCertificateArn", ARN, False),
    ],
)
def test_a_domain_is_written_as_one(name: str, value: str, is_taken: bool):
    parameter = translated()["Parameters"][name]

    assert bool(re.fullmatch(parameter["AllowedPattern"], value)) is is_taken
    assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"])


def test_the_longest_address_of_a_domain_is_no_longer_than_a_public_one():
    """So the descriptions of versions have room for it, and the code on a receipt."""
    parameters = translated()["Parameters"]
    longest = len("https:///") + parameters["DomainName"]["MaxLength"] + parameters["DomainBasePath"]["MaxLength"]

    assert longest <= parameters["PublicUrl"]["MaxLength"]


def test_everything_demands_tls_12_or_newer():
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html"""
    api, choice = the("AWS::ApiGateway::RestApi"), Choice.of(**API, **PAGE)
    (origin,) = [each for each in distribution(choice)["Origins"] if "CustomOriginConfig" in each]

    assert (api["SecurityPolicy"], api["EndpointAccessMode"]) == ("SecurityPolicy_TLS13_1_2_2021_06", "BASIC")
    assert choice.resources()["ApiDomain"]["Properties"]["SecurityPolicy"] == "TLS_1_2"
    assert distribution(choice)["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]


def test_no_queue_and_no_bucket_answers_without_tls():
    queues, policies = resources("AWS::SQS::Queue"), resources("AWS::SQS::QueuePolicy").values()
    buckets = resources("AWS::S3::BucketPolicy").values()

    assert sorted(queue["Ref"] for policy in policies for queue in policy["Queues"]) == sorted(queues)
    for policy in policies:
        ((queue,), (statement,)) = policy["Queues"], policy["PolicyDocument"]["Statement"]
        assert statement["Resource"] == {"Fn::GetAtt": [queue["Ref"], "Arn"]}
        assert denies_plain_http(statement, "sqs:*")
    assert {policy["Bucket"]["Ref"] for policy in buckets} == resources("AWS::S3::Bucket").keys()
    for policy in buckets:
        assert any(denies_plain_http(statement, "s3:*") for statement in policy["PolicyDocument"]["Statement"])


def denies_plain_http(statement: dict[str, Any], actions: str) -> bool:
    everybody = {"Effect": "Deny", "Principal": "*", "Action": actions}
    return statement.items() >= everybody.items() and statement["Condition"] == {
        "Bool": {"aws:SecureTransport": "false"}
    }


def test_a_policy_is_there_where_its_queue_is():
    everything = translated()["Resources"]
    for name in resources("AWS::SQS::Queue"):
        assert everything[name].get("Condition") == everything[f"{name}Policy"].get("Condition")
