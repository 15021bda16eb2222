"""Every command of docs/aws.md, from top to bottom, on an emulator that nothing was deployed to."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from tests.deployment import FOR_THIS_MACHINE
from tests.emulator import Emulator, emulated
from tests.examples import ROOT
from tests.servers import clean_environment

GUIDE = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.S) for line in block.splitlines()]


@pytest.fixture(scope="module")
def empty_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulated(tmp_path_factory.mktemp("account")) as emulator:
        yield emulator


class Person:
    """Somebody at a terminal. Variables that a command exports are there for the next ones."""

    def __init__(self, account: Emulator, folder: Path) -> None:
        trust = str(account.certificate)
        self.account = account
        self.environment = (
            clean_environment()
            | account.environment
            | FOR_THIS_MACHINE
            | {"BUILD": str(folder / "build"), "CURL_CA_BUNDLE": trust, "SSL_CERT_FILE": trust, "MAKEFLAGS": ""}
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
        return f"https://{api[1]}.execute-api.localhost:{self.account.port}/v1" if api else value

    def without_names(self, url: str) -> str:
        """The address for a program that asks for names where none below localhost are known."""
        return re.sub(r"https://(\w+)\.execute-api\.localhost:(\d+)", r"https://127.0.0.1:\2/_aws/execute-api/\1", url)


def test_the_guide_leads_from_an_empty_account_to_receipts_and_back(empty_account: Emulator, tmp_path: Path):
    person = Person(empty_account, tmp_path)
    outputs = dict[str, str]()
    for command in COMMANDS[:-1]:
        outputs[command] = person.type(command)
        if command.startswith("make operator"):
            chooses_a_password(person)
    refuses_to_delete_what_is_protected(person)
    outputs[COMMANDS[-1]] = person.type(COMMANDS[-1])

    def output_of(part: str) -> str:
        return next(output for command, output in outputs.items() if part in command)

    assert "The operators' page is at https://" in output_of("make deploy")
    assert '"status":"RECEIVED"' in output_of("-d '{")
    assert "200" in output_of("orders submit")
    assert "COMPLETED" in output_of("orders list")
    assert "passed" in output_of("make acceptance")
    assert "REPORT RequestId" in output_of("make logs")  # the emulator's words; Lambda's are JSON
    assert "Everything of this stage is gone" in output_of("make delete")
    assert nothing_of_ours_is_left(person)


def chooses_a_password(person: Person) -> None:
    """As if maria had read the mail and logged in at a terminal."""
    with as_caller(person) as session:
        cognito, password = session.client("cognito-idp"), "Correct-Horse-9-Battery"
        (pool,) = cognito.list_user_pools(MaxResults=10)["UserPools"]
        cognito.admin_set_user_password(UserPoolId=pool["Id"], Username="maria", Password=password, Permanent=True)
    person.environment["ORDERS_PASSWORD"] = password


def refuses_to_delete_what_is_protected(person: Person) -> None:
    with as_caller(person) as session:
        dynamodb = session.client("dynamodb")
        (table,) = (name for name in dynamodb.list_tables()["TableNames"] if "OrderTable" in name)
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
        with pytest.raises(AssertionError, match="nothing was deleted"):
            person.type(COMMANDS[-1])
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
    assert person.type("make --silent url").startswith("https://")


@contextmanager
def as_caller(person: Person) -> Iterator[boto3.Session]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in person.account.environment.items():
            patch.setenv(name, value)
        yield boto3.Session()


def nothing_of_ours_is_left(person: Person) -> bool:
    with as_caller(person) as session:
        tables = session.client("dynamodb").list_tables()["TableNames"]
        buckets = [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]
        functions = session.client("lambda").list_functions()["Functions"]
        pools = session.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
        kept = [name for name in buckets if not name.startswith("aws-sam-cli")]
        pages = session.client("cloudfront").list_distributions()["DistributionList"].get("Items", [])
        return not tables + functions + pools + kept + pages


def test_every_verb_and_parameter_that_the_guide_names_exists():
    verbs = set(re.findall(r"`make (\w+)", GUIDE)) | set(re.findall(r"^make (\w+)", GUIDE, re.M))
    makefile, template = (ROOT / "Makefile").read_text(), (ROOT / "template.yaml").read_text()

    assert all(re.search(rf"^([\w ]* )?{verb}( [\w ]*)?:", makefile, re.M) for verb in verbs), verbs
    for parameter in (
        "SnapStart",
        "DeletionProtection",
        "ApiGatewayAccountRole",
        "MaximumConcurrency",
        "MailSender",
        "MailIdentity",
        "PublicUrl",
        "MailsPerHour",
        "OperatorsPage",
    ):
        assert parameter in GUIDE
        assert f"{parameter}:" in template


def test_no_command_of_the_guide_needs_more_than_the_project():
    assert {shlex.split(command)[0] for command in COMMANDS} <= {"make", "export", "curl", ".venv/bin/orders"}
    assert os.access(ROOT / ".venv" / "bin" / "orders", os.X_OK)
