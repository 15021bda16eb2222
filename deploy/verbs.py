"""The Makefile's commands for AWS. They read their settings from environment variables, named as in the Makefile.

STAGE=dev BUILD=.aws-sam/build python deploy/verbs.py build|deploy|rollback|url|key|operator|login|logs|smoke|delete
"""

import os
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import building
import deleting
import deploying
import hosting
import logs
import operators
import rollback
import smoke.run
from botocore.exceptions import BotoCoreError, ClientError
from stage import Refused, Stage, account

Verb = Callable[[Stage], None]


def main(verb: str, stage: Stage) -> None:
    os.environ["SAM_CLI_TELEMETRY"] = "0"
    VERBS[verb](stage)


def setting(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def is_set(name: str) -> bool:
    value = setting(name, "no")
    if value not in {"yes", "no"}:
        raise Refused(f"{name} is yes or no, not {value!r}.")
    return value == "yes"


def build(stage: Stage) -> None:
    building.build(stage, packages())


def deploy(stage: Stage) -> None:
    where = account()
    build(stage)
    hosting.build(stage)
    print(f"Deploying {stage.stack} to {where} ...", flush=True)
    deploying.deploy(stage, packages())


def url(stage: Stage) -> None:
    account()
    print(deploying.address(stage))


def key(stage: Stage) -> None:
    account()
    print(deploying.key(stage))


def operator(stage: Stage) -> None:
    name, email = setting("NAME"), setting("EMAIL")
    if not name or not email:
        raise Refused("Name the operator: make operator NAME=maria EMAIL=maria@example.com")
    account()
    operators.create(stage, name, email)


def login(stage: Stage) -> None:
    name = setting("NAME")
    if not name:
        raise Refused("Name the operator: make login NAME=maria")
    account()
    print(operators.login(stage, name))


def show_logs(stage: Stage) -> None:
    name = setting("FUNCTION")
    if not name:
        raise Refused("Name a function of template.yaml, or Api: make logs FUNCTION=ProcessOrder")
    account()
    logs.show(stage, name, setting("SINCE", "10m"), setting("FILTER"), follow=is_set("FOLLOW"))


def roll_back(stage: Stage) -> None:
    account()
    rollback.roll_back(stage, confirmed=setting("CONFIRM"))


def run_smoke_test(stage: Stage) -> None:
    account()
    smoke.run.run(stage)


def delete(stage: Stage) -> None:
    with_data = is_set("WITH_DATA")
    account()
    deleting.delete(stage, with_data=with_data, confirmed=setting("CONFIRM"))


def packages() -> Path:
    return Path(setting("BUILD", ".aws-sam/build")).absolute()


VERBS: dict[str, Verb] = {
    "build": build,
    "deploy": deploy,
    "url": url,
    "key": key,
    "operator": operator,
    "login": login,
    "logs": show_logs,
    "rollback": roll_back,
    "smoke": run_smoke_test,
    "delete": delete,
}


def in_columns(text: str) -> str:
    """The text in lines of at most 80 columns. Indented lines are commands or tables, and stay as they are."""
    return "\n".join(
        line if line.startswith(" ") else textwrap.fill(line, 80, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )


def run(command: Callable[[str, Stage], None], verb: str) -> None:
    """Run a command for the stage that STAGE names, and say in words why it could not be carried out."""
    try:
        command(verb, Stage.named(setting("STAGE", "dev")))
    except Refused as refused:
        sys.exit(in_columns(str(refused)))
    except (ClientError, BotoCoreError) as error:
        sys.exit(in_columns(f"AWS refused: {error}"))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run(main, sys.argv[1])
