"""The whole template, deployed on the emulator by the verbs of the Makefile."""

import platform
import secrets
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import boto3
import signing_in
from tests.support.authenticator import Operator
from tests.support.emulator import Emulator
from tests.support.examples import ROOT
from tests.support.servers import clean_environment

FOR_THIS_MACHINE = {
    "TARGET_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
    "TARGET_PLATFORM": f"{platform.machine()}-manylinux_2_34",
}
"""The emulator runs functions on this machine's processor and Python, not on Lambda's."""

OPERATOR = "antonia"


@dataclass(frozen=True)
class Deployment:
    """`outputs` are the template's, `packages` is where the functions' are, `summary` what `make deploy` printed."""

    emulator: Emulator
    packages: Path
    outputs: dict[str, str]
    summary: str

    @property
    def url(self) -> str:
        """The API's address on the emulator, which has no names outside this machine."""
        api = self.outputs["ApiUrl"].partition("//")[2].partition(".")[0]
        return f"https://{api}.execute-api.localhost:{self.emulator.port}/v1"

    @cached_property
    def key(self) -> str:
        return make("key", self.emulator).strip()

    @cached_property
    def operator_token(self) -> str:
        """A token of an operator."""
        operator = Operator(let_in(self.outputs["OperatorPoolId"], OPERATOR))
        return signing_in.id_token(self.app_client, OPERATOR, operator)

    @property
    def app_client(self) -> signing_in.AppClient:
        """Where operators sign in."""
        return signing_in.AppClient(
            boto3.client("cognito-idp"), self.outputs["OperatorPoolId"], self.outputs["OperatorClientId"]
        )

    def function(self, name: str) -> str:
        """The physical name of a function."""
        answer = boto3.client("cloudformation").describe_stack_resource(
            StackName="orders-dev", LogicalResourceId=f"{name}Function"
        )
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def let_in(pool: str, operator: str) -> str:
    """The password of a new operator, who has chosen it."""
    cognito, password = boto3.client("cognito-idp"), f"{secrets.token_urlsafe(12)}aA1!"
    cognito.admin_create_user(UserPoolId=pool, Username=operator, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=operator, Password=password, Permanent=True)
    return password


def deploy(emulator: Emulator, folder: Path) -> Deployment:
    """Build for this machine, and deploy."""
    summary = make("deploy", emulator, BUILD=str(folder / "build"))
    stack = boto3.client("cloudformation").describe_stacks(StackName="orders-dev")["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return Deployment(emulator, folder / "build", outputs, summary)


def make(verb: str, emulator: Emulator, **variables: str) -> str:
    """What a verb prints when it succeeds."""
    done = attempt(verb, emulator, **variables)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
    return done.stdout


def attempt(verb: str, emulator: Emulator, **variables: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a verb, with these variables in its environment."""
    return subprocess.run(
        ["make", "--silent", verb],
        cwd=ROOT,
        env=clean_environment() | emulator.environment | FOR_THIS_MACHINE | variables,
        capture_output=True,
        text=True,
        timeout=900,
    )
