"""`make rollback`, and the versions that `make deploy` keeps for it, on a stack with two small functions."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import rollback
import versions
from stage import Refused, Stage
from tests.support.emulator import Emulator
from versions import BEFORE, LIVE

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def template(policy: str = "Retain", setting: str = "", **answers: str) -> str:
    """Functions that answer so, each with a version and the alias `live`, as SAM makes them."""
    found: dict[str, Any] = {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}
    for name, answer in answers.items():
        code, version = f"def handler(event, context):\n    return {answer!r}\n", f"{name}Version{answer}"
        found[f"{name}Function"] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": code},
                "Environment": {"Variables": {"SETTING": setting}},
            },
        }
        found[version] = {
            "Type": "AWS::Lambda::Version",
            "DeletionPolicy": policy,
            "Properties": {"FunctionName": {"Ref": f"{name}Function"}, "Description": setting},
        }
        found[f"{name}FunctionAliaslive"] = {
            "Type": "AWS::Lambda::Alias",
            "Properties": {
                "Name": LIVE,
                "FunctionName": {"Ref": f"{name}Function"},
                "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
            },
        }
    return json.dumps({"Resources": found})


class Small:
    """A stack that is deployed as `make deploy` does it, but for its size."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.cloudformation = stage, boto3.client("cloudformation")

    def deploy(self, **answers: str) -> None:
        with versions.kept(self.stage):
            try:
                self.stage.status()
            except Refused:
                self.change("create", **answers)
            else:
                self.change("update", **answers)

    def change(self, how: str, **answers: str) -> None:
        call = self.cloudformation.create_stack if how == "create" else self.cloudformation.update_stack
        call(StackName=self.stage.stack, TemplateBody=template(**answers), Capabilities=["CAPABILITY_IAM"])
        waiter: Any = self.cloudformation.get_waiter(f"stack_{how}_complete")  # type: ignore[call-overload]
        waiter.wait(StackName=self.stage.stack, WaiterConfig={"Delay": 0.1})

    def live(self) -> dict[str, str]:
        """The version of each function that answers. Version 1 answers "one", and so on."""
        found = versions.named(self.stage, LIVE)
        return {name: found[function] for name, function in versions.functions(self.stage).items()}

    def answers(self) -> dict[str, str]:
        return {name: invoked(function) for name, function in versions.functions(self.stage).items()}


def invoked(function: str) -> str:
    answer = boto3.client("lambda").invoke(FunctionName=function, Qualifier=LIVE)
    return str(json.loads(answer["Payload"].read()))


@pytest.fixture
def small(emulator: Emulator) -> Iterator[Small]:
    stage = Stage("dev", f"small-{uuid.uuid4().hex[:8]}", careful=False)
    yield Small(stage)
    boto3.client("cloudformation").delete_stack(StackName=stage.stack)


def test_the_code_from_before_the_last_deployment_answers_again(small: Small, capsys: pytest.CaptureFixture[str]):
    """That is not each function's last version but one: Get changed in the deployment before."""
    small.deploy(Post="one", Get="one")
    small.deploy(Post="one", Get="two")
    small.deploy(Post="two", Get="two")
    rollback.roll_back(small.stage, confirmed="")

    assert small.answers() == {"Post": "one", "Get": "two"}
    assert "Post                 version 2 -> 1" in capsys.readouterr().out
    with pytest.raises(Refused, match="nothing to roll back"):
        rollback.roll_back(small.stage, confirmed="")


def test_the_next_deployment_moves_every_function_forward_and_the_one_after_may_go_back_past_the_bad_version(
    small: Small,
):
    """CloudFormation itself would leave Post, which the last deployment does not change, where the rollback put it."""
    small.deploy(Post="one", Get="one")
    small.deploy(Post="two", Get="two")
    rollback.roll_back(small.stage, confirmed="")
    small.deploy(Post="two", Get="three")

    assert small.live() == {"Post": "2", "Get": "3"}
    rollback.roll_back(small.stage, confirmed="")
    assert small.live() == {"Post": "1", "Get": "1"}


def test_a_deployment_without_changes_forgets_nothing_and_one_that_is_refused_moves_nothing(small: Small):
    small.deploy(Post="one", Get="one")
    small.deploy(Post="two", Get="one")
    with versions.kept(small.stage):
        pass
    with pytest.raises(Refused, match="as if"):
        fail(small)
    assert small.live() == {"Post": "2", "Get": "1"}
    rollback.roll_back(small.stage, confirmed="")

    assert small.live() == {"Post": "1", "Get": "1"}


def fail(small: Small) -> None:
    """A deployment that fails after it has moved all functions."""
    with versions.kept(small.stage):
        small.change("update", Post="three", Get="three")
        raise Refused("as if CloudFormation had failed")


def test_only_the_versions_that_answer_now_or_answered_before_are_kept(small: Small):
    for answer in ("one", "two", "three"):
        small.deploy(Post=answer)
    (function,) = versions.functions(small.stage).values()

    assert versions.published(function) == {versions.UNPUBLISHED, "2", "3"}
    assert versions.aliases(function) == {LIVE: "3", BEFORE: "2"}


def test_a_careful_stage_is_rolled_back_only_when_its_stack_is_named(small: Small):
    small.deploy(Post="one")
    with pytest.raises(Refused, match="deployed only once"):
        rollback.roll_back(small.stage, confirmed="")
    small.deploy(Post="two")
    careful = Stage("prod", small.stage.stack, careful=True)

    with pytest.raises(Refused, match=f"version 2 -> 1\n.*\n  make rollback STAGE=prod CONFIRM={careful.stack}"):
        rollback.roll_back(careful, confirmed="orders")
    assert small.live() == {"Post": "2"}
    rollback.roll_back(careful, confirmed=careful.stack)
    assert small.live() == {"Post": "1"}


def test_if_one_function_can_not_go_back_none_does(small: Small):
    small.deploy(Post="one", Get="one")
    small.deploy(Post="two", Get="two")
    names, live = versions.functions(small.stage), versions.named(small.stage, LIVE)

    with pytest.raises(Refused, match="every function is as it was"):
        rollback.move({names["Post"]: "1", "nobody": "1"}, back=live)
    assert small.live() == {"Post": "2", "Get": "2"}


def test_a_version_that_cloudformation_would_delete_can_be_gone_back_to(small: Small):
    """Its alias keeps it: in a stack of an older template, which deletes versions, and if only a parameter changes.

    A changed parameter changes the description of the version, so that CloudFormation replaces it. `DeletionPolicy`
    keeps nothing that is replaced.
    """
    small.deploy(policy="Delete", Post="one")
    small.deploy(Post="two")
    rollback.roll_back(small.stage, confirmed="")
    assert small.answers() == {"Post": "one"}

    small.deploy(Post="two", setting="changed")
    assert small.live() == {"Post": "3"}
    rollback.roll_back(small.stage, confirmed="")
    assert small.live() == {"Post": "1"}
