"""Whether CloudFormation can deploy to the stack, what to do if it can't, and why the last deployment failed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html describes the states.
"""

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError, WaiterError
from stage import Refused, Stage

NEVER_CAME_UP = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
"""CloudFormation can only delete such a stack."""
BEGUN = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}
A_CONSEQUENCE = "cancelled"
"""CloudFormation gives this reason for resources that it stopped creating when another one failed."""


def prepare(stage: Stage) -> None:
    """Delete the stack if it never came up. It has taken no order, unless somebody told CloudFormation to leave it.

    Raises:
        Refused: the stack has orders, or is in another state in which CloudFormation can't change it.
    """
    status = state(stage)
    if status in NEVER_CAME_UP:
        if has_orders(stage):
            raise Refused(
                f"The first deployment of {stage.stack} failed ({status}), and yet it has orders. {why(stage)}"
                f"\nDelete it, which keeps them: {stage.verb('delete')}. Then begin again with them, as"
                " docs/aws-restore.md says."
            )
        print(f"The first deployment of {stage.stack} failed ({status}). {why(stage)}", flush=True)
        print("CloudFormation can't update such a stack: deleting it, and creating it again ...", flush=True)
        delete(stage)
    elif advice := refusal(stage, status):
        raise Refused(advice)


def has_orders(stage: Stage) -> bool:
    """Whether the stack has a table with an order in it: where `sam` runs with --disable-rollback, the API answers."""
    names = {each["LogicalResourceId"]: each.get("PhysicalResourceId") for each in stage.resources()}
    table, dynamodb = names.get("OrderTable"), boto3.client("dynamodb")
    try:
        return bool(table and dynamodb.scan(TableName=table, Limit=1)["Count"])
    except dynamodb.exceptions.ResourceNotFoundException:
        return False


def state(stage: Stage) -> str | None:
    try:
        return stage.status()
    except Refused:
        return None


def refusal(stage: Stage, status: str | None) -> str:
    """What to do about a stack in a state in which nothing can be deployed. Empty if something can."""
    if status == "UPDATE_ROLLBACK_FAILED":
        return (
            f"The last deployment of {stage.stack} failed, and so did its rollback. {why(stage)}\nOpen the stack in"
            " CloudFormation's console, correct that, and choose 'Stack actions', 'Continue update rollback'. Then"
            f" {stage.verb('deploy')}."
        )
    if status == "DELETE_FAILED":
        return f"{stage.stack} is half deleted. {why(stage)}\nCorrect that, then {stage.verb('delete')}."
    if status and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        return f"CloudFormation is still at work on {stage.stack} ({status}). Wait, then {stage.verb('deploy')}."
    return ""


def delete(stage: Stage) -> None:
    """Delete a stack that never came up.

    Raises:
        Refused: CloudFormation could not delete it.
    """
    cloudformation = boto3.client("cloudformation")
    cloudformation.delete_stack(StackName=stage.stack)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stage.stack, WaiterConfig={"Delay": 2})
    except WaiterError:
        raise Refused(f"{stage.stack} could not be deleted. {why(stage)}") from None


def why(stage: Stage) -> str:
    """The first resource that failed in the last deployment, and its reason. Empty if none is known."""
    try:
        failed = [event for event in last_deployment(stage) if event["ResourceStatus"].endswith("_FAILED")]
    except ClientError:
        return ""
    first = next((event for event in failed if A_CONSEQUENCE not in event.get("ResourceStatusReason", "")), None)
    if first is None:
        return ""
    verb = first["ResourceStatus"].removesuffix("_FAILED").lower()
    return (
        f"{first['LogicalResourceId']} ({first['ResourceType']}) could not be {verb}d:"
        f" {first.get('ResourceStatusReason', 'CloudFormation gives no reason')}"
    )


def begun(stage: Stage) -> str | None:
    """The id of the event with which the last deployment begins. None if there is no stack."""
    try:
        return next((str(event["EventId"]) for event in last_deployment(stage)), None)
    except ClientError:
        return None


def last_deployment(stage: Stage) -> list[dict[str, Any]]:
    """The events since somebody last told CloudFormation to create, update or delete the stack, oldest first."""
    return list(_until_begun(stage))[::-1]


def _until_begun(stage: Stage) -> Iterator[dict[str, Any]]:
    """From the newest event to the one with which the last deployment or deletion begins."""
    pages = boto3.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stage.stack)
    for page in pages:
        for event in page["StackEvents"]:
            yield dict(event)
            if event["PhysicalResourceId"] == event["StackId"] and event["ResourceStatus"] in BEGUN:
                return
