"""What the emulator does differently from AWS, each with a test that fails once it does so no more.

A test that fails here is good news: let the deployment tests ask for more, and remove the gap from this list.
More are mended when it starts, by tests/support/mended_ministack.py. What no test can notice: the emulator keeps
everything in memory, answers reads of an index as if it were never late, cancels no transaction because it met another,
and nothing of its speed, limits and prices is AWS's.
"""

import contextlib
import io
import json
import platform
import uuid
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import pytest
from tests.support.api import Api, pool
from tests.support.deployment import Deployment, let_in, make
from tests.support.emulator import Emulator
from tests.support.examples import ALICE
from tests.support.resources import new_configuration_set, new_queue, new_sender


def test_gap_old_signatures_are_not_refused_by_the_buckets_policy(
    api: Api, link_signed: Callable[[timedelta, int], str]
):
    """On AWS `s3:signatureAge` ends every link after five minutes; here only the link's own expiry does."""
    assert api.get(link_signed(timedelta(minutes=6), 86_400)).status == 200


def test_gap_functions_run_on_the_emulators_own_python_and_processor(run_on_lambda: Callable[[str], Any]):
    """So the deployment tests build the packages for this machine. On AWS it is what the template says: 3.13, arm64."""
    seen = run_on_lambda("import platform; result = [platform.python_version(), platform.machine()]")

    assert seen == [platform.python_version(), platform.machine()]


def test_gap_functions_see_the_emulators_own_libraries(run_on_lambda: Callable[[str], Any]):
    """A library that a package lacks is not missed here; tests/aws/test_packages.py tries each package alone."""
    assert run_on_lambda("import hypercorn; result = True") is True


def test_gap_no_snapshot_is_taken_or_restored(run_on_lambda: Callable[[str], Any]):
    """On AWS the variable is `snap-start`. The hooks run in tests/aws/test_faults.py and in the benchmark."""
    assert run_on_lambda("import os; result = os.environ.get('AWS_LAMBDA_INITIALIZATION_TYPE')") != "snap-start"


def test_gap_nothing_is_written_to_the_access_log(api: Api, deployment: Deployment):
    api.get("/orders/12345")
    group = boto3.client("cloudformation").describe_stack_resource(StackName="orders-dev", LogicalResourceId="ApiLogs")
    name = group["StackResourceDetail"]["PhysicalResourceId"]

    assert boto3.client("logs").filter_log_events(logGroupName=name)["events"] == []


def test_gap_what_ses_tells_of_a_message_reaches_no_event_bus(emulator: Emulator):
    """On AWS the mailbox simulator's bounce@simulator.amazonses.com makes an event, which the rule takes to
    NoteFeedback. Here that function is only ever invoked by hand, with the event as AWS describes it.
    """
    sesv2, events, queue = boto3.client("sesv2"), boto3.client("events"), new_queue()
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    mails, rule = new_configuration_set(), f"mail-{uuid.uuid4()}"
    sesv2.create_configuration_set_event_destination(
        ConfigurationSetName=mails,
        EventDestinationName="bus",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "BOUNCE"],
            "EventBridgeDestination": {"EventBusArn": "arn:aws:events:eu-west-1:000000000000:event-bus/default"},
        },
    )
    events.put_rule(Name=rule, EventPattern='{"source": ["aws.ses"]}')
    events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    sesv2.send_email(
        FromEmailAddress=new_sender(),
        Destination={"ToAddresses": ["bounce@simulator.amazonses.com"]},
        Content={"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
        ConfigurationSetName=mails,
    )

    assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1)


def test_gap_ses_takes_a_configuration_set_that_there_is_not_and_any_tag(emulator: Emulator):
    """On AWS the first is a NotFoundException, and a tag's value has letters, digits, _ and - only."""
    answer = boto3.client("sesv2").send_email(
        FromEmailAddress=new_sender(),
        Destination={"ToAddresses": ["alice@example.com"]},
        Content={"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}},
        ConfigurationSetName="no-such-set",
        EmailTags=[{"Name": "order-id", "Value": "no tag: é"}],
    )

    assert answer["MessageId"]


def test_gap_an_api_whose_description_changes_becomes_another_one(emulator: Emulator):
    """On AWS nothing of an API makes CloudFormation replace it, so that its address stays."""
    ids = list[str]()
    for title in ("one", "two"):
        body = {"openapi": "3.0.1", "info": {"title": title, "version": "1"}, "paths": {}}
        api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": body}}
        deployed("gap-api", Resources={"Api": api})
        detail = boto3.client("cloudformation").describe_stack_resource(StackName="gap-api", LogicalResourceId="Api")
        ids.append(detail["StackResourceDetail"]["PhysicalResourceId"])

    assert ids[0] != ids[1]


def deployed(stack: str, **template: Any) -> None:
    """Create or update a stack of this template."""
    cloudformation = boto3.client("cloudformation")
    call: Any = cloudformation.create_stack
    with contextlib.suppress(cloudformation.exceptions.ClientError):
        cloudformation.describe_stacks(StackName=stack)
        call = cloudformation.update_stack
    call(StackName=stack, TemplateBody=json.dumps(template))
    how: Any = "stack_create_complete" if call == cloudformation.create_stack else "stack_update_complete"
    waiter: Any = cloudformation.get_waiter(how)
    waiter.wait(StackName=stack, WaiterConfig={"Delay": 0.1})


def test_gap_a_distribution_is_made_at_once_and_keeps_nothing_at_the_edge(deployment: Deployment):
    """On AWS it takes minutes, and what is kept is served until its time is over; here each request asks the origin."""
    s3, host = boto3.client("s3"), urlsplit(deployment.outputs["PageUrl"]).netloc
    http = pool(str(deployment.emulator.certificate))
    seen = list[bytes]()
    for content in (b"one", b"two"):
        s3.put_object(
            Bucket=deployment.outputs["PageBucketName"], Key="assets/kept", Body=content, CacheControl="max-age=3600"
        )
        seen.append(http.request("GET", f"{deployment.emulator.url}/assets/kept", headers={"Host": host}).data)

    assert seen == [b"one", b"two"]


def test_gap_one_signs_in_at_any_address(deployment: Deployment):
    """On AWS only the pool's own domain knows its sign-in pages, so that nothing here shows that the page names it."""
    query = {
        "response_type": "code",
        "client_id": deployment.outputs["PageClientId"],
        "redirect_uri": deployment.outputs["PageUrl"],
    }
    http = pool(str(deployment.emulator.certificate))

    assert http.request("GET", f"{deployment.emulator.url}/oauth2/authorize?{urlencode(query)}").status == 200


def test_gap_the_sign_in_page_asks_for_no_code(deployment: Deployment):
    """On AWS it shows a QR code first, and asks for a code each time. The API of Cognito is mended to do so here."""
    name, home = f"operator-{uuid.uuid4()}", deployment.outputs["PageUrl"]
    form = {
        "response_type": "code",
        "client_id": deployment.outputs["PageClientId"],
        "redirect_uri": home,
        "username": name,
        "password": let_in(deployment.outputs["OperatorPoolId"], name),
    }
    answer = pool(str(deployment.emulator.certificate)).request(
        "POST", f"{deployment.emulator.url}/login", fields=form, encode_multipart=False, redirect=False
    )

    assert (answer.status, answer.headers["Location"].startswith(f"{home}?code=")) == (302, True)


def test_gap_functions_log_no_lines_of_level_info(api: Api, deployment: Deployment, order_id: str):
    """On AWS their LoggingConfig keeps such lines, as those of an operator's actions. A unit test has what they say."""
    api.post_order(ALICE | {"orderId": order_id})
    api.get(f"/operations/orders/{order_id}")

    assert make("logs", deployment.emulator, FUNCTION="Operations", FILTER='"action="').startswith("No lines")


@pytest.fixture
def run_on_lambda(deployment: Deployment) -> Callable[[str], Any]:
    """What some lines give as `result`, run in a published version of a function set up as this project's are."""
    role = boto3.client("lambda").get_function_configuration(FunctionName=deployment.function("GetOrder"))["Role"]

    def run(lines: str) -> Any:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as package:
            package.writestr("tiny.py", f"def handler(event, context):\n    {lines}\n    return result\n")
        answer = boto3.client("lambda").create_function(
            FunctionName=f"tiny-{uuid.uuid4()}",
            Runtime="python3.13",
            Architectures=["arm64"],
            Role=role,
            Handler="tiny.handler",
            Code={"ZipFile": code.getvalue()},
            SnapStart={"ApplyOn": "PublishedVersions"},
            Publish=True,
        )
        answered = boto3.client("lambda").invoke(FunctionName=answer["FunctionArn"])
        return json.loads(answered["Payload"].read())

    return run
