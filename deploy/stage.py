"""A stage of samconfig.toml, and the state of its stack in CloudFormation."""

import shlex
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore import exceptions as sdk

CONFIG = Path(__file__).parent.parent / "samconfig.toml"
TOOLS = CONFIG.parent / ".venv" / "deploy" / "bin"


class Refused(Exception):
    """The command can't be carried out. The message says why, and what to do next."""


@dataclass(frozen=True)
class Stage:
    """`careful`: changes need a confirmation. `parameters`: the parameters of the template that the stage sets."""

    name: str
    stack: str
    careful: bool
    parameters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def named(cls, name: str) -> "Stage":
        stages: dict[str, Any] = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
        del stages["version"]
        if name not in stages:
            raise Refused(f"samconfig.toml has no stage {name}. Use STAGE={' or STAGE='.join(sorted(stages))}.")
        deploy, stack = stages[name]["deploy"]["parameters"], stages[name]["global"]["parameters"]["stack_name"]
        return cls(name, stack, deploy.get("confirm_changeset", False), overrides(deploy))

    @property
    def protected(self) -> bool:
        """Whether AWS refuses to delete the stage's orders, operators and stack. The default is yes."""
        return self.parameters.get("DeletionProtection", "true") == "true"

    def verb(self, verb: str) -> str:
        """A command as you type it for this stage, such as `make deploy STAGE=prod`."""
        return f"make {verb}" if self.name == "dev" else f"make {verb} STAGE={self.name}"

    def sam(self, command: str) -> list[str]:
        """The start of a `sam` command for this stage."""
        program = str(TOOLS / "sam")
        return [program, command, "--config-file", str(CONFIG), "--config-env", self.name]

    def status(self) -> str:
        """The status of the stack, such as `UPDATE_COMPLETE`.

        Raises:
            Refused: there is no stack.
        """
        return str(self._description()["StackStatus"])

    def refuses_deletion(self) -> bool:
        """Whether CloudFormation refuses to delete the stack."""
        return bool(self._description().get("EnableTerminationProtection"))

    def outputs(self) -> dict[str, str]:
        """The outputs of the deployed stack, as template.yaml describes them.

        Raises:
            Refused: the stack is not deployed, or its first deployment did not finish.
        """
        stack = self._description()
        found = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        if not found:
            raise Refused(
                f"{self.stack} was never deployed to its end ({stack['StackStatus']}): {self.verb('deploy')}, or"
                f" {self.verb('delete')}."
            )
        return found

    def resources(self) -> list[dict[str, Any]]:
        """All resources of the stack. They are read page by page, since one answer has at most a hundred."""
        pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.stack)
        return [dict(resource) for page in pages for resource in page["StackResourceSummaries"]]

    def resource(self, logical_id: str) -> str:
        """The physical name of a resource of the template."""
        try:
            detail = boto3.client("cloudformation").describe_stack_resource(
                StackName=self.stack, LogicalResourceId=logical_id
            )
        except sdk.ClientError:
            self.status()
            raise Refused(f"template.yaml has no {logical_id}.") from None
        return str(detail["StackResourceDetail"]["PhysicalResourceId"])

    def _description(self) -> dict[str, Any]:
        client = boto3.client("cloudformation")
        try:
            stacks = client.describe_stacks(StackName=self.stack)["Stacks"]
        except sdk.ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            region = client.meta.region_name
            raise Refused(f"{self.stack} is not deployed in {region}: {self.verb('deploy')}.") from None
        return dict(stacks[0])


def overrides(deploy: dict[str, Any]) -> dict[str, str]:
    """The `parameter_overrides` of a stage, which are one text or a list of texts."""
    said = deploy.get("parameter_overrides", "")
    words = shlex.split(said if isinstance(said, str) else " ".join(said))
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def account() -> str:
    """The account of the credentials in the environment, and the region.

    Raises:
        Refused: there are no credentials, or no region.
    """
    session = boto3.Session()
    if not session.region_name:
        raise Refused("Name the region: export AWS_DEFAULT_REGION=eu-west-1, for example.")
    if session.get_credentials() is None:
        raise Refused("AWS credentials are missing: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    try:
        identity = session.client("sts").get_caller_identity()
    except (sdk.ClientError, sdk.BotoCoreError) as error:
        raise Refused(f"AWS does not accept these credentials: {error}") from None
    return f"account {identity['Account']}, {session.region_name}"
