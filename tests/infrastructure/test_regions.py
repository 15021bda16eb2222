"""Where the stack can be deployed: its rules refuse a region and parameters that AWS has no resource types for."""

import json
from functools import cache

import boto3
import pytest
from botocore.exceptions import ClientError
from tests.support.conditions import Choice
from tests.support.translated import PYTHON, translated

MAIL, NO_PAGE = {"MailSender": "receipts@casaluna.example"}, {"OperatorsPage": "none"}
WITHOUT_SES = [
    "ap-east-1", "ap-east-2", "ap-southeast-4", "ap-southeast-6", "ap-southeast-7", "eu-south-2", "mx-central-1",
]  # fmt: skip
ALARMS = {"AlarmEmail": "operations@casaluna.example"}
BUDGET = ALARMS | {"MonthlyBudget": "50"}
MORE = ALARMS | {
    "WebAcl": "create", "Canary": "create", "BackupDays": "35", "ReceiptLock": "GOVERNANCE", "Tracing": "Active",
    "DomainName": "orders.casaluna.example", "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
}  # fmt: skip
CHOICES = [{}, MAIL, NO_PAGE, MAIL | NO_PAGE, ALARMS, NO_PAGE | BUDGET, MAIL | BUDGET, NO_PAGE | MORE, MAIL | MORE]


@cache
def types_by_region() -> dict[str, set[str]]:
    """The resource types of CloudFormation in each region, as AWS publishes them and cfn-lint brings them along."""
    (folder,) = PYTHON.parents[1].glob("lib/python3*/site-packages/cfnlint/data/schemas/providers")
    files = [path for path in folder.glob("*.json") if path.stem != "sam" and "-iso" not in path.stem]
    return {path.stem: set(json.loads(path.read_text(encoding="utf-8"))) for path in files}


def test_no_region_is_deployed_to_that_lacks_a_resource_type():
    """In each region, with and without e-mail and the page, either a rule refuses or every type is there."""
    for region, there in types_by_region().items():
        for parameters in CHOICES:
            choice = Choice.of(region, **parameters)
            assert choice.refusals() or choice.types() <= there, (region, parameters, choice.types() - there)


def test_a_rule_refuses_no_region_that_has_every_resource_type():
    for region, there in types_by_region().items():
        for parameters in CHOICES:
            choice = Choice.of(region, **parameters)
            assert not choice.refusals() or choice.types() - there, (region, parameters)


@pytest.mark.parametrize("region", WITHOUT_SES)
def test_where_there_is_no_ses_the_stack_sends_no_mail(region: str):
    (refusal,) = Choice.of(region, **MAIL, MailIdentity="keep").refusals()

    assert "Leave MailSender empty" in refusal
    assert Choice.of(region).refusals() == []


@pytest.mark.parametrize("region", ["us-gov-east-1", "us-gov-west-1"])
def test_in_govcloud_there_is_no_page(region: str):
    (refusal,) = Choice.of(region, OperatorsPage="create").refusals()

    assert "Set OperatorsPage=none" in refusal
    assert Choice.of(region, OperatorsPage="none", **MAIL).refusals() == []


@pytest.mark.parametrize("region", ["cn-north-1", "cn-northwest-1"])
@pytest.mark.parametrize("parameters", CHOICES)
def test_in_china_nobody_could_log_in(region: str, parameters: dict[str, str]):
    assert any("no Amazon Cognito" in refusal for refusal in Choice.of(region, **parameters).refusals())


def test_where_there_are_no_budgets_the_stack_makes_none():
    (refusal,) = Choice.of("eu-north-1", **BUDGET).refusals()

    assert "Set MonthlyBudget=0" in refusal
    assert Choice.of("eu-west-1", **BUDGET).refusals() == Choice.of("eu-north-1", **ALARMS).refusals() == []


def test_cloudformation_says_so_before_it_makes_anything(emulator: object):
    """The rules are evaluated by the emulator here."""
    rules = {name: translated()[name] for name in ("Parameters", "Rules")}
    template = json.dumps(rules | {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    with pytest.raises(ClientError, match="Leave MailSender empty"):
        boto3.client("cloudformation", region_name="eu-south-2").create_stack(
            StackName="orders-nowhere",
            TemplateBody=template,
            Parameters=[{"ParameterKey": "MailSender", "ParameterValue": MAIL["MailSender"]}],
        )
