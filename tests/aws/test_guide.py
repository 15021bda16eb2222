"""Every command of docs/aws.md and docs/aws-operations.md, from top to bottom, on the emulator.

The first one has made the deployment that all tests use, and the last one takes it away: so these are the last tests.
"""

import os
import re
import shlex
import subprocess
from typing import Any

import boto3
import pytest
import signing_in
from tests.aws.stack import change_stack
from tests.support.authenticator import Operator
from tests.support.deployment import FOR_THIS_MACHINE, Deployment
from tests.support.examples import ROOT
from tests.support.extent import ALL
from tests.support.servers import clean_environment

PAGES = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("aws.md", "aws-operations.md")]
GUIDE = "".join(PAGES)


def commands_of(page: str) -> list[str]:
    return [line for block in re.findall(r"```sh\n(.*?)```", page, re.S) for line in block.splitlines()]


*FIRST, DELETION = commands_of(PAGES[0])
COMMANDS = [*FIRST, *commands_of(PAGES[1]), DELETION]
"""The first page ends with the deletion of what the second one looks at."""
A_PART = "-k test_receipts"
"""Of `make acceptance`, all of which this deployment has passed before."""
LISTS = {
    "dynamodb": ("list_tables", "TableNames[]"),
    "s3": ("list_buckets", "Buckets[].Name"),
    "lambda": ("list_functions", "Functions[].FunctionName"),
    "cognito-idp": ("list_user_pools", "UserPools[].Id"),
    "cloudfront": ("list_distributions", "DistributionList.Items[].Id"),
}
"""Of each service what lists everything that there is, and where the names are in the answer."""


class Person:
    """Somebody at a terminal. Variables that a command exports are there for the next ones."""

    def __init__(self, deployment: Deployment) -> None:
        trust = str(deployment.emulator.certificate)
        self.deployment = deployment
        self.environment = (
            clean_environment()
            | deployment.emulator.environment
            | FOR_THIS_MACHINE
            | {"CURL_CA_BUNDLE": trust, "SSL_CERT_FILE": trust, "MAKEFLAGS": ""}
            | {"ARGS": "" if ALL else A_PART}
        )

    def type(self, command: str) -> str:
        """What the command prints; it must succeed."""
        if variable := re.fullmatch(r"export (\w+)=\$\((.*)\)", command):
            self.environment[variable[1]] = self.on_the_emulator(self.type(variable[2]).strip())
            return ""
        command = command.replace("curl", "curl --silent --show-error --fail --max-time 30")
        environment = self.environment
        if command.startswith(".venv/bin/orders"):
            environment = environment | {"ORDERS_URL": self.without_names(environment["ORDERS_URL"])}
        done = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400
        )
        assert done.returncode == 0, f"{shlex.quote(command)}: {done.stdout[-3000:]} {done.stderr[-3000:]}"
        return done.stdout

    def on_the_emulator(self, value: str) -> str:
        """What is an address on AWS is one on this machine here."""
        api = re.fullmatch(r"https://(\w+)\.execute-api\.eu-west-1\.amazonaws\.com/v1", value)
        return f"https://{api[1]}.execute-api.localhost:{self.deployment.emulator.port}/v1" if api else value

    def without_names(self, url: str) -> str:
        """The address for a program that asks for names where none below localhost are known."""
        return re.sub(r"https://(\w+)\.execute-api\.localhost:(\d+)", r"https://127.0.0.1:\2/_aws/execute-api/\1", url)


def test_the_guide_leads_to_receipts_and_back_to_an_empty_account(deployment: Deployment):
    change_stack(MailSender="")  # as `make deploy` has left it
    person = Person(deployment)
    outputs = {COMMANDS[0]: deployment.summary}
    for command in COMMANDS[1:-1]:
        outputs[command] = person.type(command)
        if command.startswith("make operator"):
            signs_in_once(person)
    stack = resources_of_the_stack()
    assert all(there_are(stack).values())
    refuses_to_delete_what_is_protected(person)
    outputs[COMMANDS[-1]] = person.type(COMMANDS[-1])

    def output_of(part: str) -> str:
        return next(output for command, output in outputs.items() if part in command)

    assert COMMANDS[0] == "make deploy"
    assert "The operators' page is at https://" in output_of("make deploy")
    assert '"status":"RECEIVED"' in output_of("-d '{")
    assert "200" in output_of("orders submit")
    assert "COMPLETED" in output_of("orders list")
    assert "passed" in output_of("make acceptance")
    assert "REPORT RequestId" in output_of("make logs")  # the emulator's words; Lambda's are JSON
    assert "Everything of this stage is gone" in output_of("make delete")
    assert not any(there_are(stack).values())


def signs_in_once(person: Person) -> None:
    """As if maria had read the mail, and logged in and set up an authenticator at a terminal."""
    password = "Correct-Horse-9-Battery"
    boto3.client("cognito-idp").admin_set_user_password(
        UserPoolId=person.deployment.outputs["OperatorPoolId"], Username="maria", Password=password, Permanent=True
    )
    maria = Operator(password)
    signing_in.id_token(person.deployment.app_client, "maria", maria)
    person.environment |= {"ORDERS_PASSWORD": password, "ORDERS_MFA_CODE": maria.code()}


def refuses_to_delete_what_is_protected(person: Person) -> None:
    dynamodb, table = boto3.client("dynamodb"), person.deployment.outputs["TableName"]
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
    with pytest.raises(AssertionError, match=r"nothing was\s+deleted"):
        person.type(COMMANDS[-1])
    dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    assert person.type("make --silent url").startswith("https://")


def resources_of_the_stack() -> set[str]:
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName="orders-dev")
    return {each["PhysicalResourceId"] for page in pages for each in page["StackResourceSummaries"]}


def there_are(names: set[str]) -> dict[str, set[str]]:
    """Those of these names that something in the account has, by service."""
    found = dict[str, set[str]]()
    for service, (operation, path) in LISTS.items():
        client: Any = boto3.client(service)  # type: ignore[call-overload]
        pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 10})
        found[service] = names & set(pages.search(path))
    return found


def test_every_verb_that_the_guide_names_exists():
    verbs = set(re.findall(r"`make ([\w-]+)", GUIDE)) | set(re.findall(r"^make ([\w-]+)", "\n".join(COMMANDS), re.M))
    makefile = (ROOT / "Makefile").read_text()

    assert {verb for verb in verbs if not re.search(rf"^([\w -]* )?{verb}( [\w -]*)?:", makefile, re.M)} == set()


def test_no_command_of_the_guide_needs_more_than_the_project():
    assert {shlex.split(command)[0] for command in COMMANDS} <= {"make", "export", "curl", ".venv/bin/orders"}
    assert os.access(ROOT / ".venv" / "bin" / "orders", os.X_OK)
