"""`make adopt`: a new stack that begins with tables, a bucket and a pool of operators that exist.

They are what a deleted stack left, or what was restored. CloudFormation imports them, and `make deploy` adds the rest.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
"""

import json
from dataclasses import dataclass
from typing import Any

import boto3
import event_tables
import tables
import yaml
from botocore.exceptions import ClientError, WaiterError
from stage import CONFIG, Refused, Stage

TEMPLATE = CONFIG.parent / "template.yaml"
CHANGES = "adopt"
OUR_STATEMENT = "NoLinkOutlivesItsTime"
"""The name of a statement in the policy of each bucket of receipts, and of no other bucket."""
SECONDS_BETWEEN_LOOKS: float = 2


@dataclass(frozen=True)
class Kept:
    """The names of the orders' table and a bucket.

    Also those of a table of events and a pool, as far as there are any: `make deploy` creates the others.
    """

    table: str
    bucket: str
    pool: str = ""
    events: str = ""

    def imports(self) -> list[Any]:
        """In the words of CloudFormation."""
        named = [
            ("OrderTable", "AWS::DynamoDB::Table", "TableName", self.table),
            ("ReceiptBucket", "AWS::S3::Bucket", "BucketName", self.bucket),
            ("EventTable", "AWS::DynamoDB::Table", "TableName", self.events),
            ("OperatorPool", "AWS::Cognito::UserPool", "UserPoolId", self.pool),
        ]
        return [
            {"LogicalResourceId": logical_id, "ResourceType": kind, "ResourceIdentifier": {key: value}}
            for logical_id, kind, key, value in named
            if value
        ]


class _Loader(yaml.SafeLoader):
    """Reads a template, with the short forms of its functions written out."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)


def adopt(stage: Stage, kept: Kept) -> None:
    """Create the stage's stack from what exists.

    The bucket's policy goes last: a bucket that CloudFormation refuses, because another stack has it, keeps its own.
    So do the webhook endpoints, which only then are disabled: this may be a copy, and the original may still send.

    Raises:
        Refused: the stage has a stack, a name is missing or of something else, or CloudFormation does not import it.
    """
    if not kept.table or not kept.bucket:
        raise Refused(
            "Name what exists: make adopt TABLE=... BUCKET=... EVENTS=... POOL=... (without EVENTS or POOL, a new one"
            " is created)"
        )
    refuse_stack(stage)
    refuse_others(kept)
    tables.prepare(kept.table, protected=stage.protected)
    if kept.events:
        tables.prepare(kept.events, tables.EVENTS, protected=stage.protected)
    import_into(stage, kept)
    boto3.client("s3").delete_bucket_policy(Bucket=kept.bucket)  # the stack creates its own, and only where none is
    if kept.events:
        event_tables.begin_again(kept.events)
    print(f"{stage.stack} has its data. For all the rest, and before anybody uses it: {stage.verb('deploy')}")


def refuse_stack(stage: Stage) -> None:
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=stage.stack)["Stacks"]
    except ClientError:
        return
    if [stack for stack in stacks if stack["StackStatus"] not in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}]:
        raise Refused(f"{stage.stack} exists, with a table of its own. Nothing was changed.")


def refuse_others(kept: Kept) -> None:
    """Refuse tables without orders and events, and a bucket with a policy that no stack of this system wrote."""
    for table, kind in ((kept.table, tables.ORDERS), (kept.events, tables.EVENTS)):
        if table and not tables.is_of(table, kind):
            raise Refused(f"{table} is not a table of {kind.what}. Nothing was changed.")
    if not {OUR_STATEMENT, None} & policy_statements(kept.bucket):
        raise Refused(f"{kept.bucket} is not a bucket of receipts: its policy is another. Nothing was changed.")


def policy_statements(bucket: str) -> set[str | None]:
    """The names of the statements in the bucket's policy; None is among them if there is no policy."""
    try:
        policy = boto3.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            raise Refused(f"There is no bucket {bucket}. Nothing was changed.") from None
        if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        return {None}
    return {str(statement.get("Sid")) for statement in json.loads(policy)["Statement"]}


def import_into(stage: Stage, kept: Kept) -> None:
    cloudformation, imports = boto3.client("cloudformation"), kept.imports()
    template = template_of({each["LogicalResourceId"] for each in imports})
    named: Any = {"StackName": stage.stack, "ChangeSetName": CHANGES}
    pace: Any = {"Delay": SECONDS_BETWEEN_LOOKS}
    cloudformation.create_change_set(
        **named,
        ChangeSetType="IMPORT",
        ResourcesToImport=imports,
        TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in stage.parameters.items()
            if name in template["Parameters"]
        ],
    )
    try:
        cloudformation.get_waiter("change_set_create_complete").wait(**named, WaiterConfig=pace)
        cloudformation.execute_change_set(**named)
        cloudformation.get_waiter("stack_import_complete").wait(StackName=stage.stack, WaiterConfig=pace)
    except WaiterError:
        reason = cloudformation.describe_change_set(**named).get("StatusReason", "")
        cloudformation.delete_change_set(**named)  # its name is free for the next attempt
        raise Refused(f"CloudFormation imports nothing: {reason}") from None


def template_of(logical_ids: set[str]) -> dict[str, Any]:
    """The template with these resources only. They are as `make deploy` wants them, so that it need not change them."""
    whole = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    return {
        "AWSTemplateFormatVersion": whole["AWSTemplateFormatVersion"],
        "Parameters": whole["Parameters"],
        "Conditions": whole["Conditions"],
        "Resources": {name: whole["Resources"][name] for name in sorted(logical_ids)},
    }
