"""What must hold of the stack, whoever edits the template."""

import contextlib
import importlib
import json
import re
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.emulator import PROGRAM
from tests.support.examples import ROOT
from tests.support.translated import allowed, as_list, name_of, resources, statements, the, translated

from orders.aws.dynamodb.event_batches import FEED
from orders.aws.dynamodb.item import CANARY_KEPT, EXPIRES_AT
from orders.local.lambda_ import template
from orders.local.lambda_.template import CloudFormationLoader
from orders.order.errors import Misconfigured
from orders.shop import public_url

SOURCE = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader=CloudFormationLoader)
FUNCTIONS = sorted(resources("AWS::Lambda::Function"))
SOURCES = sorted(
    name
    for name, source in resources("AWS::Lambda::EventSourceMapping").items()
    if name_of(source["EventSourceArn"]) in resources("AWS::SQS::Queue")
)
ROLES = sorted(resources("AWS::IAM::Role"))
OF_EVERYTHING = {
    "BackupRole": {
        "backup:CopyFromBackupVault": "no resource type: the vault that is copied into has its own permission",
        "cloudwatch:GetMetricData": "no resource type: AWS Backup reads the number of objects of the bucket",
        "events:ListRules": "AWS Backup looks for its own rule among all; it may change only those by its own name",
        "s3:ListAllMyBuckets": "no resource type: an account's buckets are listed as a whole",
    },
    "SendReceiptRole": {"ses:GetAccount": "no resource type: the account of SES has no name in a policy"},
}
"""Actions that AWS allows on everything or not at all, by role, and why they are needed.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
OF_ENDPOINTS = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["endpoints", "progress"]}}
"""What may be deleted of a table: a webhook endpoint with its secrets, and how far it got."""
LONGEST_API_CALL = 29
DAY = 86_400
ITEMS_OF_A_TRANSACTION = 100
READERS_OF_A_STREAM = 2
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: a third reader is throttled."""

Security = dict[str, list[str]]
"""Who may call: one authority, or none."""
SHOP: Security = {"api_key": []}
OPERATOR: Security = {"OperatorLogin": []}
ANYBODY: Security = {}
AUTHORITY = {
    "POST /orders": SHOP,
    "GET /orders/{orderId}": SHOP,
    "GET /receipt/{orderId}": SHOP,
    "GET /receipt/{orderId}/{receiptToken}": ANYBODY,
    "GET /receipt/{orderId}/verification": ANYBODY,
    "GET /operations/orders": OPERATOR,
    "GET /operations/orders.csv": OPERATOR,
    "GET /operations/orders/{orderId}": OPERATOR,
    "GET /operations/orders/{orderId}/receipt": OPERATOR,
    "POST /operations/orders/{orderId}/retry": OPERATOR,
    "POST /operations/orders/{orderId}/cancel": OPERATOR,
    "POST /operations/orders/{orderId}/resend": OPERATOR,
    "GET /operations/summary": OPERATOR,
    "GET /operations/documents": OPERATOR,
    "GET /operations/documents.csv": OPERATOR,
    "GET /operations/register": OPERATOR,
    "GET /operations/register.csv": OPERATOR,
    "GET /openapi.json": ANYBODY,
    "GET /docs": ANYBODY,
    "GET /events": SHOP,
    "GET /events/{eventId}": SHOP,
    "GET /operations/events": OPERATOR,
    "GET /operations/events/{eventId}": OPERATOR,
    "GET /operations/webhooks": OPERATOR,
    "POST /operations/webhooks": OPERATOR,
    "GET /operations/webhooks/{webhookId}": OPERATOR,
    "PATCH /operations/webhooks/{webhookId}": OPERATOR,
    "DELETE /operations/webhooks/{webhookId}": OPERATOR,
    "POST /operations/webhooks/{webhookId}/rotate": OPERATOR,
    "POST /operations/webhooks/{webhookId}/test": OPERATOR,
    "POST /operations/webhooks/{webhookId}/replay": OPERATOR,
    "GET /operations/webhooks/{webhookId}/deliveries": OPERATOR,
    "GET /operations/webhooks/{webhookId}/deliveries/{eventId}": OPERATOR,
    **{
        route.format(one=f"{folder}/{{{name}}}", folder=folder): authority
        for folder, name in (("refunds", "refundId"), ("corrections", "correctionId"))
        for route, authority in (
            ("POST /orders/{{orderId}}/{folder}", SHOP),
            ("GET /orders/{{orderId}}/{one}", SHOP),
            ("GET /receipt/{{orderId}}/{one}", SHOP),
            ("GET /receipt/{{orderId}}/{one}/{{receiptToken}}", ANYBODY),
            ("GET /receipt/{{orderId}}/{one}/verification", ANYBODY),
            ("POST /operations/orders/{{orderId}}/{folder}", OPERATOR),
            ("GET /operations/orders/{{orderId}}/{one}", OPERATOR),
            ("GET /operations/orders/{{orderId}}/{one}/receipt", OPERATOR),
            ("POST /operations/orders/{{orderId}}/{one}/retry", OPERATOR),
            ("POST /operations/orders/{{orderId}}/{one}/resend", OPERATOR),
        )
    },
}
MOST_PERMISSIONS = 20_480 // 520
"""A function's own policy may have 20 KB: an event's statement in it, with the longest names, is shorter than this.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def test_no_function_has_more_events_than_its_policy_has_room_for():
    permissions = resources("AWS::Lambda::Permission").values()
    of_each = Counter(json.dumps(permission["FunctionName"]) for permission in permissions)

    assert max(of_each.values()) <= MOST_PERMISSIONS


def test_cloudformations_own_rules_find_nothing(tmp_path: Path):
    """Errors and warnings of cfn-lint, also for a gradual deployment; what it only advises is another's taste."""
    paths = [tmp_path / "at-once.json", tmp_path / "gradual.json"]
    paths[0].write_text(json.dumps(translated()))
    paths[1].write_text(json.dumps(translated(DeploymentPreference="Canary10Percent5Minutes")))
    done = subprocess.run([PROGRAM.with_name("cfn-lint"), *paths], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "")


def test_every_route_has_its_authority():
    found = {route: security for route, security in authorities().items() if not route.startswith("ANY")}
    heads = {route.replace("GET", "HEAD"): security for route, security in AUTHORITY.items() if route.startswith("GET")}

    assert found == AUTHORITY | heads


def test_a_route_with_head_is_answered_by_the_function_of_get():
    for path, operations in the("AWS::ApiGateway::RestApi")["Body"]["paths"].items():
        assert operations.get("head") == operations.get("get"), path


def authorities() -> dict[str, Security]:
    """What each route asks for."""
    names = {"x-amazon-apigateway-any-method": "ANY"}
    return {
        f"{names.get(method, method.upper())} {path}": {
            name: scopes for requirement in operation["security"] for name, scopes in requirement.items()
        }
        for path, operations in the("AWS::ApiGateway::RestApi")["Body"]["paths"].items()
        for method, operation in operations.items()
    }


def test_a_key_is_a_header_and_a_login_is_of_the_pool_of_operators():
    schemes = the("AWS::ApiGateway::RestApi")["Body"]["components"]["securitySchemes"]
    authorizer = schemes["OperatorLogin"]["x-amazon-apigateway-authorizer"]

    assert schemes["api_key"] == {"type": "apiKey", "name": "x-api-key", "in": "header"}
    assert (schemes["OperatorLogin"]["name"], schemes["OperatorLogin"]["in"]) == ("Authorization", "header")
    assert authorizer["type"] == "cognito_user_pools"
    assert [name_of(arn) for arn in authorizer["providerARNs"]] == ["OperatorPool"]


def test_operators_are_let_in_by_an_administrator_only_and_for_an_hour():
    pool, client = the("AWS::Cognito::UserPool"), resources("AWS::Cognito::UserPoolClient")["OperatorClient"]
    password = pool["Policies"]["PasswordPolicy"]

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["DeletionProtection"] == {"Fn::If": ["ProtectFromDeletion", "ACTIVE", "INACTIVE"]}
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert password["MinimumLength"] >= 12
    assert all(password[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["GenerateSecret"] is False
    assert (client["IdTokenValidity"], client["TokenValidityUnits"]["IdToken"]) == (1, "hours")


def test_the_key_opens_the_stage():
    plan = resources("AWS::ApiGateway::UsagePlan")["UsagePlan"]

    assert plan["ApiStages"] == [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Apiv1Stage"}}]


def test_the_access_log_is_json_and_tells_no_path_and_nothing_that_a_caller_chooses():
    """A path has the customer's token in it. A caller may choose `$context.requestId`, with quotes and more fields."""
    setting = the("AWS::ApiGateway::Stage")["AccessLogSetting"]

    assert setting["DestinationArn"]
    assert set(json.loads(setting["Format"]).values()) == {
        "$context.extendedRequestId",
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


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_as_it_should(name: str):
    function = resources("AWS::Lambda::Function")[name]

    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function["LoggingConfig"]["ApplicationLogLevel"] == function["LoggingConfig"]["SystemLogLevel"] == "INFO"
    assert function["LoggingConfig"]["LogGroup"] == {"Ref": name.replace("Function", "Logs")}
    assert function["Role"] == {"Fn::GetAtt": [name.replace("Function", "Role"), "Arn"]}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_handler_is_there_and_its_package_is_made(name: str):
    handler = resources("AWS::Lambda::Function")[name]["Handler"]
    path = ROOT / "src" / (handler.removesuffix(".handler").replace(".", "/") + ".py")

    assert "\nhandler = " in path.read_text() or "\ndef handler(" in path.read_text()
    assert SOURCE["Resources"][name]["Metadata"] == {"BuildMethod": "makefile"}
    assert importlib.import_module("package").module_name(name) == path.stem


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_change_of_the_settings_publishes_a_version_too(name: str):
    """SAM compares templates: a parameter's other value is none to it, unless the version's description has it."""
    (version,) = [it for it in resources("AWS::Lambda::Version").values() if it["FunctionName"] == {"Ref": name}]
    settings = json.dumps(resources("AWS::Lambda::Function")[name])

    assert SOURCE["Globals"]["Function"]["AutoPublishAliasAllProperties"] is True
    description = described(version)
    assert "${Tracing}" in description
    assert ("${MailSender}" in description) == ("SendsMail" in settings or "MailSender" in settings)
    assert ("${Canary}" in description) == ("RunsCanary" in settings)
    for parameter in (
        "PublicUrl", "DomainName", "DomainBasePath", "MailsPerHour", "IndexShards", "MailConcurrency", "EventBusName",
        "WebhookHosts",
    ):  # fmt: skip
        assert (parameter in description) == (parameter in settings)
    assert ("${SnapStart}" in description) == ("SnapStart" in settings.replace('"SnapStart": {', ""))


def described(version: dict[str, Any]) -> str:
    """What a version's description is made of."""
    return json.dumps(version["Description"])


def test_functions_start_from_a_snapshot_where_somebody_waits_for_them():
    """A snapshot is charged for by its memory. A message, a schedule or a stream can wait for a second."""
    waited_for = {name_of_function(permission) for permission in api_permissions()}
    functions = resources("AWS::Lambda::Function")

    for name, function in functions.items():
        assert function.get("SnapStart") == ({"ApplyOn": {"Ref": "SnapStart"}} if name in waited_for else None), name
    # Its price is in docs/aws-operations.md.
    assert sum(functions[name]["MemorySize"] for name in waited_for) == 3.25 * 1024


def test_as_many_functions_share_the_rate_of_the_e_mails_as_may_send_at_once():
    (source,) = [
        it
        for it in resources("AWS::Lambda::EventSourceMapping").values()
        if it["FunctionName"] == {"Ref": "SendReceiptFunctionAliaslive"}
    ]
    environment = resources("AWS::Lambda::Function")["SendReceiptFunction"]["Environment"]["Variables"]

    assert environment["ORDERS_MAIL_SENDERS"] == source["ScalingConfig"]["MaximumConcurrency"]


def test_the_description_of_a_version_has_room_for_the_longest_settings():
    """https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html"""
    longest = {
        "SnapStart": len("PublishedVersions"),
        "Tracing": len("PassThrough"),
        "Canary": len("create"),
        **{
            name: len(str(translated()["Parameters"][name]["MaxValue"]))
            for name in ("MailsPerHour", "MailConcurrency", "IndexShards")
        },
        **{
            name: translated()["Parameters"][name]["MaxLength"]
            for name in ("MailSender", "DomainName", "DomainBasePath", "EventBusName", "WebhookHosts")
        },
        "Address": translated()["Parameters"]["PublicUrl"]["MaxLength"],  # or a domain's, which is no longer
    }
    for version in resources("AWS::Lambda::Version").values():
        (text, *_) = as_list(version["Description"]["Fn::Sub"])
        description = re.sub(r"\$\{(\w+)\}", lambda name: "x" * longest[name[1]], text)
        assert len(description) <= 256


def test_the_functions_that_make_links_for_customers_know_the_public_address():
    """Webhooks knows it, too: the API itself is no endpoint."""
    functions = resources("AWS::Lambda::Function").items()
    environments = {name: function["Environment"]["Variables"] for name, function in functions}
    told = {name: set_ for name, set_ in environments.items() if "ORDERS_PUBLIC_URL" in set_}

    assert told.keys() == {"ReceiveOrderFunction", "SendReceiptFunction", "CanaryFunction", "WebhooksFunction"}
    assert len({json.dumps(each["ORDERS_PUBLIC_URL"]) for each in told.values()}) == 1


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://casaluna.example", True),
        ("https://casaluna.example/", True),
        ("http://a-b.c:8443/Shop/orders_1/~x.y/", True),
        ("casaluna.example", False),
        ("ftp://casaluna.example", False),
        ("https://", False),
        ("https://-a.example", False),
        ("https://casaluna.example?x", False),
        ("https://casaluna.example/#b", False),
        ("https://u:p@casaluna.example", False),
        ("https://casaluna.example//a", False),
        ("https://a b", False),
        ("https://münchen.example", False),
    ],
)
def test_the_stack_takes_a_public_address_if_its_functions_do(url: str, is_taken: bool):
    given = translated()["Parameters"]["PublicUrl"]

    assert bool(re.fullmatch(given["AllowedPattern"], url)) is is_taken
    with contextlib.nullcontext() if is_taken else pytest.raises(Misconfigured):
        public_url.parse(url)
    assert re.fullmatch(given["AllowedPattern"], given["Default"])


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
    """The next one comes within a minute, and many at once would send many messages for the same orders."""
    schedule = resources("AWS::Scheduler::Schedule")["SweepOrdersFunctionEveryMinute"]
    settings = resources("AWS::Lambda::EventInvokeConfig")["SweepOrdersFunctionEventInvokeConfig"]

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


def test_every_queue_and_the_stream_of_moves_is_listened_to():
    sources = resources("AWS::Lambda::EventSourceMapping").values()
    streams = {
        name_of_function(source): source
        for source in sources
        if name_of(source["EventSourceArn"]) == "OrderTable/stream"
    }

    assert {name_of(source["EventSourceArn"]) for source in sources} == {
        "OrderQueue",
        "SlowOrderQueue",
        "DeadLetterQueue",
        "MailQueue",
        "WebhookQueue",
        "OrderTable/stream",
    }
    assert streams.keys() == {"CountOrdersFunction", "RecordEventsFunction"}
    assert len(streams) <= READERS_OF_A_STREAM
    assert {stream["StartingPosition"] for stream in streams.values()} == {"TRIM_HORIZON"}
    assert streams["CountOrdersFunction"]["BatchSize"] + 1 <= ITEMS_OF_A_TRANSACTION


def test_what_is_delivered_in_vain_is_kept_for_fourteen_days():
    queues = resources("AWS::SQS::Queue")
    for name, dead_letters in (
        ("OrderQueue", "DeadLetterQueue"),
        ("MailQueue", "MailDeadLetterQueue"),
        ("WebhookQueue", "WebhookDeadLetterQueue"),
    ):
        redrive = queues[name]["RedrivePolicy"]
        assert name_of(redrive["deadLetterTargetArn"]) == dead_letters
        assert redrive["maxReceiveCount"] >= 5
        assert queues[dead_letters]["MessageRetentionPeriod"] == 14 * DAY
        assert "MessageRetentionPeriod" not in queues[name]  # four days
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


@pytest.mark.parametrize("name", ["OrderTable", "EventTable"])
def test_a_table_that_remains_is_paid_by_use_recoverable_encrypted_and_protected(name: str):
    table = resources("AWS::DynamoDB::Table")[name]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": EXPIRES_AT, "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["ProtectFromDeletion", True, False]}
    assert translated()["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_the_table_of_counts_is_paid_by_use_encrypted_and_forgets():
    table = resources("AWS::DynamoDB::Table")["CountTable"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}


def test_the_bucket_is_versioned_encrypted_and_closed():
    bucket = resources("AWS::S3::Bucket")["ReceiptBucket"]

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["LifecycleConfiguration"]["Rules"] == [
        {
            "Id": "forget-what-was-deleted",
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        {
            "Id": "forget-receipts-of-the-canary",
            "Status": "Enabled",
            "Prefix": "canary/",
            "ExpirationInDays": CANARY_KEPT.days,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        },
    ]


def test_the_bucket_refuses_plain_http_and_links_that_are_too_old():
    bucket, objects = {"Fn::GetAtt": ["ReceiptBucket", "Arn"]}, {"Fn::Sub": "${ReceiptBucket.Arn}/*"}
    everybody = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    policy = resources("AWS::S3::BucketPolicy")["ReceiptBucketPolicy"]
    (plain_http, too_old) = policy["PolicyDocument"]["Statement"]

    assert plain_http == everybody | {
        "Sid": "NothingWithoutTls",
        "Resource": [bucket, objects],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    assert too_old == everybody | {
        "Sid": "NoLinkOutlivesItsTime",
        "Resource": objects,
        "Condition": {"NumericGreaterThan": {"s3:signatureAge": IN_MILLISECONDS}},
    }


LINK_SECONDS = {"Fn::FindInMap": ["Links", "Receipt", "Seconds"]}
IN_MILLISECONDS = {"Fn::Sub": ["${Seconds}000", {"Seconds": LINK_SECONDS}]}


def test_a_link_lives_as_long_as_the_bucket_takes_it_in_every_function_that_signs_one():
    """One number in the template. What comes of it, a test on the emulator compares."""
    functions = resources("AWS::Lambda::Function").items()
    given = {name: function["Environment"]["Variables"].get("ORDERS_LINK_SECONDS") for name, function in functions}

    assert {name: seconds for name, seconds in given.items() if seconds} == {
        "GetReceiptFunction": LINK_SECONDS,
        "OperationsFunction": LINK_SECONDS,
    }


SAID_IN = {
    "README.md": ("valid for five minutes",),
    "SECURITY.md": ("works for five minutes",),
    "docs/architecture.md": ("valid for five minutes",),
    "docs/aws.md": ("valid for five minutes",),
    "docs/clients.md": ("valid for five minutes",),
    "docs/decisions.md": ("signatures older than five minutes",),
    "docs/glossary.md": ("for five minutes",),
    "docs/reliability.md": ("no link lives longer than five minutes",),
    "template.yaml": ("valid for five minutes",),
    "src/orders/api/openapi/openapi.json": ("five minutes after it was made", "works for five minutes"),
    "src/orders/local/server/downloads.py": ("older than five minutes",),
    "src/orders/shop/languages/en.toml": ("work for five minutes",),
}
"""Where the lifetime of links is told in words."""


@pytest.mark.parametrize("document", SAID_IN)
def test_what_documents_say_of_the_lifetime_of_links_is_so(document: str):
    text = " ".join((ROOT / document).read_text(encoding="utf-8").split())

    assert template.load().link_lifetime == timedelta(minutes=5), f"{document} says: {SAID_IN[document]}"
    assert all(words in text for words in SAID_IN[document])


def test_the_guides_to_aws_name_every_parameter():
    guides = "".join((ROOT / "docs" / f"{name}.md").read_text() for name in ("aws", "aws-operations", "aws-restore"))

    assert {name for name in translated()["Parameters"] if not re.search(rf"\b{name}\b", guides)} == set()


def test_every_log_is_forgotten_some_day():
    groups = resources("AWS::Logs::LogGroup")

    assert len(groups) == len(FUNCTIONS) + 1
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_nobody_calls_a_function_but_the_api_by_its_own_route_and_the_mail_service():
    called = {name_of_function(permission) for permission in resources("AWS::Lambda::Permission").values()}

    assert called - {name_of_function(permission) for permission in api_permissions()} == {"NoteFeedbackFunction"}
    for permission in api_permissions():
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert "${Api}" in json.dumps(permission["SourceArn"]) or "__ApiId__" in json.dumps(permission["SourceArn"])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_one_services_and_allows_no_more_than_it_names(role: str):
    trust = resources("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]
    for statement in trust:
        (service,) = as_list(statement["Principal"]["Service"])
        assert service.removesuffix(".amazonaws.com") in {"lambda", "apigateway", "scheduler", "backup", "codedeploy"}
    for statement in statements(role):
        for action in as_list(statement["Action"]):
            assert "*" not in action
            assert not action.startswith("dynamodb:Delete") or statement["Condition"] == OF_ENDPOINTS
            assert action != "dynamodb:Scan"
        if "*" in as_list(statement["Resource"]):
            assert set(as_list(statement["Action"])) <= set(OF_EVERYTHING.get(role, {}))
    managed = resources("AWS::IAM::Role")[role].get("ManagedPolicyArns", [])
    assert not managed or role == "ApiGatewayLogRole"


def test_shops_read_the_feed_by_a_function_that_can_read_no_endpoint_with_its_secrets():
    of_events = [each for each in statements("GetOrderRole") if "EventTable" in json.dumps(each["Resource"])]

    assert [each["Condition"] for each in of_events] == [
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [FEED]}}
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_what_an_operator_did(name: str):
    """An audit line is of level INFO (`orders.api.http.audit`)."""
    assert resources("AWS::Lambda::Function")[name]["LoggingConfig"]["ApplicationLogLevel"] == "INFO"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_given_the_names_of_what_it_may_use(name: str):
    given = resources("AWS::Lambda::Function")[name]["Environment"]["Variables"]
    permissions = allowed(name.replace("Function", "Role"))
    actions = {action for action, _ in permissions}

    assert given["ORDERS_TABLE"] == {"Ref": "OrderTable"}
    assert ("ORDERS_COUNTS" in given) == ("CountTable" in {resource for _, resource in permissions})
    assert ("ORDERS_EVENTS" in given) == ("EventTable" in {resource for _, resource in permissions})
    assert ("ORDERS_WEBHOOK_QUEUE" in given) == (("sqs:SendMessage", "WebhookQueue") in permissions)
    assert ("ORDERS_EVENT_BUS" not in given) or "ORDERS_WEBHOOK_QUEUE" in given
    assert ("ORDERS_QUEUE" in given) == (("sqs:SendMessage", "OrderQueue") in permissions)
    assert ("ORDERS_MAIL_QUEUE" in given) == (("sqs:SendMessage", "MailQueue") in permissions)
    assert ("ORDERS_SENDER" in given) == ("ORDERS_CONFIGURATION_SET" in given) == ("ses:SendRawEmail" in actions)
    assert ("ORDERS_BUCKET" in given) == any(action.startswith("s3:") for action in actions)


def test_the_outputs_say_where_things_are():
    assert {
        "ApiUrl", "ApiKeyId", "OperatorPoolId", "OperatorClientId", "TableName", "EventTableName", "BucketName",
        "QueueUrl", "WebhookQueueUrl",
        "LoginDomain", "PageClientId", "PageUrl", "PageBucketName", "DistributionId",
    } <= set(translated()["Outputs"])  # fmt: skip


def api_permissions() -> list[dict[str, Any]]:
    permissions = resources("AWS::Lambda::Permission").values()
    return [permission for permission in permissions if permission["Principal"] == "apigateway.amazonaws.com"]


def name_of_function(resource: dict[str, Any]) -> str:
    """The function behind the alias that a resource names."""
    return str(resource["FunctionName"]["Ref"]).removesuffix("Aliaslive")
