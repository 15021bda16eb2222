"""What must hold of the stack, whoever edits the template."""

import importlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.emulator import PROGRAM
from tests.examples import ROOT
from tests.infrastructure.translated import allowed, as_list, name_of, resources, statements, the, translated

from orders import http
from orders.local.template import CloudFormationLoader
from orders.order import MAX_BODY_BYTES

SOURCE = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=CloudFormationLoader)
FUNCTIONS = sorted(resources("AWS::Lambda::Function"))
SOURCES = sorted(resources("AWS::Lambda::EventSourceMapping"))
ROLES = sorted(resources("AWS::IAM::Role"))
LONGEST_API_CALL = 29
DAY = 86_400

AUTHORITY = {
    ("post", "/orders"): "key",
    ("get", "/orders/{orderId}"): "key",
    ("get", "/receipt/{orderId}"): "key",
    ("get", "/receipt/{orderId}/{receiptToken}"): "token",
    ("get", "/receipt/{orderId}/verification"): "token",
    ("get", "/operations/orders"): "key",
    ("post", "/operations/orders/{orderId}/retry"): "key",
}


def test_cloudformations_own_rules_find_nothing(tmp_path: Path):
    """Errors and warnings of cfn-lint; what it only advises is another's taste."""
    template = tmp_path / "template.json"
    template.write_text(json.dumps(translated()))
    done = subprocess.run([PROGRAM.with_name("cfn-lint"), template], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "")


def test_every_route_has_its_authority():
    body = the("AWS::ApiGateway::RestApi")["Body"]
    found = {
        (method, path): "key" if {"api_key": []} in operation.get("security", []) else "token"
        for path, operations in body["paths"].items()
        for method, operation in operations.items()
    }

    assert found == AUTHORITY
    assert body["securityDefinitions" if "swagger" in body else "components"]["securitySchemes"]["api_key"] == {
        "type": "apiKey",
        "name": "x-api-key",
        "in": "header",
    }


def test_the_key_opens_the_stage_and_both_are_throttled():
    plan, stage = the("AWS::ApiGateway::UsagePlan"), the("AWS::ApiGateway::Stage")

    assert plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Apiv1Stage"}}]
    assert plan["Throttle"] == {"RateLimit": {"Ref": "RequestsPerSecond"}, "BurstLimit": {"Ref": "RequestBurst"}}
    (settings,) = stage["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "RequestBurst"}


def test_the_access_log_is_json_and_tells_no_path():
    """A path has the customer's token in it."""
    setting = the("AWS::ApiGateway::Stage")["AccessLogSetting"]

    assert setting["DestinationArn"]
    assert set(json.loads(setting["Format"]).values()) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.responseLatency",
        "$context.responseLength",
        "$context.identity.apiKeyId",
        "$context.error.responseType",
    }


def test_the_stage_waits_until_the_account_can_write_logs():
    """API Gateway refuses a stage with an access log in an account that has no role for it."""
    assert "ApiGatewayAccount" in json.dumps(the("AWS::ApiGateway::RestApi")["Description"])


def test_bodies_reach_the_functions_as_they_were_sent():
    assert the("AWS::ApiGateway::RestApi")["Body"]["x-amazon-apigateway-binary-media-types"] == ["application/json"]


def test_the_gateway_uses_the_functions_words_for_the_same_problems():
    answers = the("AWS::ApiGateway::RestApi")["Body"]["x-amazon-apigateway-gateway-responses"]
    ours = {problem.name: (problem.status, problem.title) for problem in http.PROBLEMS.values()}
    for kind in ("DEFAULT_5XX", "REQUEST_TOO_LARGE"):
        problem = json.loads(answers[kind]["responseTemplates"]["application/json"])
        name = problem["type"].removeprefix("urn:orders:problem:")
        assert ours[name] == (problem["status"], problem["title"])
    assert f"{MAX_BODY_BYTES:,} bytes" in answers["REQUEST_TOO_LARGE"]["responseTemplates"]["application/json"]


def test_the_gateways_own_answers_are_problems():
    answers = the("AWS::ApiGateway::RestApi")["Body"]["x-amazon-apigateway-gateway-responses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "INVALID_API_KEY", "THROTTLED"} <= set(answers)
    for answer in answers.values():
        parameters = answer["responseParameters"]
        assert parameters["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        text = answer["responseTemplates"]["application/json"].replace("$context.error.messageString", '"why"')
        problem = json.loads(text)
        assert problem["type"].startswith("urn:orders:problem:")
        assert str(problem.get("status")) == str(answer.get("statusCode"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_as_it_should(name: str):
    function = resources("AWS::Lambda::Function")[name]

    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["SnapStart"] == {"ApplyOn": {"Ref": "SnapStart"}}
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function["LoggingConfig"]["ApplicationLogLevel"] == function["LoggingConfig"]["SystemLogLevel"] == "INFO"
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": name.replace("Function", "Logs")}
    assert function["Role"] == {"Fn::GetAtt": [name.replace("Function", "Role"), "Arn"]}
    assert "ReservedConcurrentExecutions" not in function


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_handler_is_there_and_its_package_is_made(name: str):
    handler = resources("AWS::Lambda::Function")[name]["Handler"]
    path = ROOT / "src" / (handler.removesuffix(".handler").replace(".", "/") + ".py")

    assert "\nhandler = " in path.read_text() or "\ndef handler(" in path.read_text()
    assert SOURCE["Resources"][name]["Metadata"] == {"BuildMethod": "makefile"}
    assert importlib.import_module("package").module_name(name) == path.stem


def test_versions_are_published_and_old_ones_leave():
    """SnapStart is charged for as long as a version exists."""
    versions = translated()["Resources"]
    published = {name: it for name, it in versions.items() if it["Type"] == "AWS::Lambda::Version"}

    assert len(published) == len(FUNCTIONS)
    assert {version["DeletionPolicy"] for version in published.values()} == {"Delete"}
    assert translated()["Parameters"]["SnapStart"]["Default"] == "PublishedVersions"


def test_a_change_of_the_settings_publishes_a_version_too():
    versions = resources("AWS::Lambda::Version").values()

    assert SOURCE["Globals"]["Function"]["AutoPublishAliasAllProperties"] is True
    assert {version["Description"]["Fn::Sub"] for version in versions} == {"SnapStart ${SnapStart}"}


def test_two_stacks_live_side_by_side_in_one_account():
    """A name that the template chooses can be had once in an account."""
    names = {"Name", "FunctionName", "RoleName", "TableName", "BucketName", "QueueName", "LogGroupName", "PolicyName"}
    chosen = {
        resource["Type"]
        for resource in translated()["Resources"].values()
        if any(isinstance(resource.get("Properties", {}).get(key), str) for key in names)
    }

    assert chosen == {"AWS::Lambda::Alias"}  # its name is its function's own affair


def test_a_sweep_is_not_tried_again():
    """The next one comes within a minute, and many at once would ring many times for the same orders."""
    (schedule,) = resources("AWS::Scheduler::Schedule").values()
    settings = the("AWS::Lambda::EventInvokeConfig")

    assert schedule["Target"]["RetryPolicy"] == {"MaximumRetryAttempts": 0}
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert (settings["MaximumRetryAttempts"], settings["MaximumEventAgeInSeconds"]) == (0, 60)


def test_a_function_behind_the_api_answers_before_the_gateway_gives_up():
    called = {name_of_function(permission) for permission in api_permissions()}
    for name in called:
        assert resources("AWS::Lambda::Function")[name]["Timeout"] < LONGEST_API_CALL


@pytest.mark.parametrize("name", SOURCES)
def test_a_queue_waits_six_times_as_long_as_its_function_may_take(name: str):
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    source = resources("AWS::Lambda::EventSourceMapping")[name]
    queue = resources("AWS::SQS::Queue")[name_of(source["EventSourceArn"])]
    function = resources("AWS::Lambda::Function")[name_of_function(source)]

    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_what_is_delivered_in_vain_is_kept_for_fourteen_days():
    queues = resources("AWS::SQS::Queue")
    redrive = queues["OrderQueue"]["RedrivePolicy"]

    assert name_of(redrive["deadLetterTargetArn"]) == "DeadLetterQueue"
    assert redrive["maxReceiveCount"] >= 5
    assert queues["DeadLetterQueue"]["MessageRetentionPeriod"] == 14 * DAY
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    assert "MessageRetentionPeriod" not in queues["OrderQueue"]  # four days


def test_the_table_is_paid_by_use_recoverable_encrypted_and_protected():
    table = the("AWS::DynamoDB::Table")

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["ProtectFromDeletion", True, False]}
    assert translated()["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_bucket_is_versioned_encrypted_and_closed():
    bucket = the("AWS::S3::Bucket")

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["LifecycleConfiguration"]["Rules"] == [
        {
            "Id": "forget-what-was-deleted",
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
    ]


def test_the_bucket_refuses_plain_http_and_links_older_than_five_minutes():
    bucket, objects = {"Fn::GetAtt": ["ReceiptBucket", "Arn"]}, {"Fn::Sub": "${ReceiptBucket.Arn}/*"}
    everybody = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    (plain_http, too_old) = the("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]

    assert plain_http == everybody | {
        "Sid": "NothingWithoutTls",
        "Resource": [bucket, objects],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert too_old == everybody | {
        "Sid": "NoLinkLivesLongerThanFiveMinutes",
        "Resource": objects,
        "Condition": {"NumericGreaterThan": {"s3:signatureAge": "300000"}},
    }


def test_orders_and_receipts_outlive_the_stack():
    for name in ("OrderTable", "ReceiptBucket", "ReceiptBucketPolicy"):
        resource = translated()["Resources"][name]
        assert resource["DeletionPolicy"] == "Retain"
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_every_log_is_forgotten_some_day():
    groups = resources("AWS::Logs::LogGroup")

    assert len(groups) == len(FUNCTIONS) + 1
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_nobody_calls_a_function_but_the_api_by_its_own_route():
    for permission in resources("AWS::Lambda::Permission").values():
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert "${Api}" in json.dumps(permission["SourceArn"]) or "__ApiId__" in json.dumps(permission["SourceArn"])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_one_services_and_allows_no_more_than_it_names(role: str):
    trust = resources("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]
    for statement in trust:
        (service,) = as_list(statement["Principal"]["Service"])
        assert service in {"lambda.amazonaws.com", "apigateway.amazonaws.com", "scheduler.amazonaws.com"}
    for statement in statements(role):
        for action in as_list(statement["Action"]):
            assert "*" not in action
            assert not action.startswith("dynamodb:Delete")
            assert action != "dynamodb:Scan"
        assert "*" not in as_list(statement["Resource"])
    managed = resources("AWS::IAM::Role")[role].get("ManagedPolicyArns", [])
    assert not managed or role == "ApiGatewayLogRole"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_given_the_names_of_what_it_may_use(name: str):
    given = resources("AWS::Lambda::Function")[name]["Environment"]["Variables"]
    actions = {action for action, _ in allowed(name.replace("Function", "Role"))}

    assert given["ORDERS_TABLE"] == {"Ref": "OrderTable"}
    assert ("ORDERS_QUEUE" in given) == ("sqs:SendMessage" in actions)
    assert ("ORDERS_BUCKET" in given) == any(action.startswith("s3:") for action in actions)


def test_the_outputs_say_where_things_are():
    assert {"ApiUrl", "ApiKeyId", "TableName", "BucketName", "QueueUrl"} <= set(translated()["Outputs"])


def api_permissions() -> list[dict[str, Any]]:
    return list(resources("AWS::Lambda::Permission").values())


def name_of_function(resource: dict[str, Any]) -> str:
    """The function behind the alias that a resource names."""
    return str(resource["FunctionName"]["Ref"]).removesuffix("Aliaslive")
