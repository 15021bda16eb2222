"""`make deploy` on a stack in a state in which CloudFormation can't change it, and the protection of a stack."""

import contextlib
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import deleting
import deploying
import pytest
import readiness
from botocore.exceptions import WaiterError
from stage import Refused, Stage
from tests.support.emulator import Emulator

QUEUE = {"Type": "AWS::SQS::Queue", "DeletionPolicy": "RetainExceptOnCreate"}
BROKEN = {
    "Type": "AWS::ApiGateway::BasePathMapping",
    "DependsOn": "Queue",
    "Properties": {"DomainName": "nobody.example"},
}


@pytest.fixture
def stage(emulator: Emulator) -> Iterator[Stage]:
    stage = Stage("dev", f"stack-{uuid.uuid4().hex[:8]}", careful=False, parameters={"DeletionProtection": "true"})
    yield stage
    boto3.client("cloudformation").delete_stack(StackName=stage.stack)


def create(stage: Stage, **resources: Any) -> None:
    """Create the stack. If that fails, wait until CloudFormation has removed it again."""
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName=stage.stack, TemplateBody=json.dumps({"Resources": resources}))
    waiter: Any = cloudformation.get_waiter("stack_create_complete")
    with contextlib.suppress(WaiterError):
        waiter.wait(StackName=stage.stack, WaiterConfig={"Delay": 0.1})


def queues_of(stage: Stage) -> list[str]:
    return boto3.client("sqs").list_queues(QueueNamePrefix=stage.stack).get("QueueUrls", [])


def test_a_stack_whose_first_deployment_failed_is_deleted_with_the_reason_and_leaves_nothing(
    stage: Stage, capsys: pytest.CaptureFixture[str]
):
    create(stage, Queue=QUEUE, Mapping=BROKEN)
    assert stage.status() == "ROLLBACK_COMPLETE"
    assert queues_of(stage) == []
    readiness.prepare(stage)
    said = capsys.readouterr().out

    assert "Mapping (AWS::ApiGateway::BasePathMapping) could not be created: " in said
    assert "deleting it, and creating it again" in said
    assert readiness.state(stage) is None
    create(stage, Queue=QUEUE)
    assert len(queues_of(stage)) == 1


def test_a_stack_that_failed_and_was_left_with_orders_is_not_deleted(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    """As by `sam deploy --disable-rollback`, whose state the emulator does not have."""
    keys = {"AttributeDefinitions": [{"AttributeName": "orderId", "AttributeType": "S"}]}
    keys |= {"KeySchema": [{"AttributeName": "orderId", "KeyType": "HASH"}]}
    create(stage, OrderTable={"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST"} | keys})
    assert not readiness.has_orders(stage)
    boto3.client("dynamodb").put_item(TableName=stage.resource("OrderTable"), Item={"orderId": {"S": "12345"}})
    monkeypatch.setattr(readiness, "state", lambda _: "CREATE_FAILED")
    with pytest.raises(Refused, match="yet it has orders"):
        readiness.prepare(stage)

    assert stage.status() == "CREATE_COMPLETE"


def test_a_stack_that_is_there_or_is_not_yet_is_left_alone(stage: Stage):
    readiness.prepare(stage)
    create(stage, Queue=QUEUE)
    readiness.prepare(stage)

    assert stage.status() == "CREATE_COMPLETE"
    assert readiness.why(stage) == ""


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("UPDATE_ROLLBACK_FAILED", "'Continue update rollback'. Then make deploy"),
        ("DELETE_FAILED", "half deleted"),
        ("UPDATE_IN_PROGRESS", r"still at work on .* \(UPDATE_IN_PROGRESS\). Wait, then make deploy"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Wait"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "Wait"),
        ("DELETE_IN_PROGRESS", "Wait"),
        ("REVIEW_IN_PROGRESS", "^$"),
        ("CREATE_COMPLETE", "^$"),
        ("UPDATE_COMPLETE", "^$"),
        ("UPDATE_ROLLBACK_COMPLETE", "^$"),
        (None, "^$"),
    ],
)
def test_what_to_do_about_a_stack_that_can_not_be_changed(emulator: Emulator, status: str | None, advice: str):
    assert re.search(advice, readiness.refusal(Stage("dev", "nobodys", careful=False), status))


class Refusing(Stage):
    """A stage whose template CloudFormation refuses before it begins."""

    def sam(self, command: str) -> list[str]:
        return ["sh", "-c", "echo Uploading; echo 'Error: no such type'; exit 1"]


def test_a_refused_template_is_the_reason_and_not_what_failed_the_time_before(stage: Stage, tmp_path: Path):
    create(stage, Queue=QUEUE, Mapping=BROKEN)
    assert "Mapping" in readiness.why(stage)
    with pytest.raises(Refused) as refused:
        deploying.run_sam(Refusing("dev", stage.stack, careful=False), tmp_path / "build")
    lines = str(refused.value).splitlines()

    assert lines[0] == "Not deployed. no such type"
    assert lines[1].startswith("All that sam wrote is in")
    assert (tmp_path / "deploy.log").read_text() == "Uploading\nError: no such type\n"


def test_an_output_without_an_error_is_shown_whole():
    assert deploying.last_error("Killed\n") == "Killed"
    assert deploying.last_error("Error: no region\n") == "no region"


def test_a_protected_stack_is_deleted_by_its_name_only(stage: Stage):
    create(stage, Queue=QUEUE)
    deploying.protect(stage)
    with pytest.raises(boto3.client("cloudformation").exceptions.ClientError, match="TerminationProtection"):
        boto3.client("cloudformation").delete_stack(StackName=stage.stack)
    with pytest.raises(Refused, match=f"make delete CONFIRM={stage.stack}"):
        deleting.delete(stage, with_data=False, confirmed="")
    deleting.release(stage, with_data=False, confirmed=stage.stack)

    assert not stage.refuses_deletion()


def test_a_stage_is_protected_unless_it_says_otherwise():
    assert Stage("x", "x", careful=False).protected
    assert not Stage("x", "x", careful=False, parameters={"DeletionProtection": "false"}).protected
    assert (Stage.named("dev").protected, Stage.named("prod").protected) == (False, True)
