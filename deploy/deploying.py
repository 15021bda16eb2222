"""`make deploy`: create or update the stack with `sam deploy`, and show its progress in one line."""

import subprocess
from pathlib import Path

import boto3
import hosting
import readiness
import versions
from botocore.exceptions import ClientError
from stage import Refused, Stage

SECONDS_BETWEEN_LOOKS = 2


def deploy(stage: Stage, packages: Path) -> None:
    """Create or update the stack, and publish the operators' page.

    Raises:
        Refused: CloudFormation can't change the stack as it is, `sam` failed, or the user did not confirm the changes.
    """
    readiness.prepare(stage)
    page_before = hosting.bucket_of(stage)
    with versions.kept(stage):
        run_sam(stage, packages)
    outputs = stage.outputs()
    protect(stage)
    if page_before and "PageBucketName" not in outputs:
        hosting.remove(page_before)
    hosting.publish(outputs)
    show(stage)
    print(f"\n{hosting.summary(outputs)}")


def run_sam(stage: Stage, packages: Path) -> None:
    """Create or update the stack.

    Raises:
        Refused: `sam` failed, or the user did not confirm the changes.
    """
    command = [*stage.sam("deploy"), "--template-file", str(packages / "template.yaml")]
    unmade_before, begun_before = unmade_changes(stage), readiness.begun(stage)
    error = _asking(command) if stage.careful else _quietly(command, stage, packages.with_name("deploy.log"))
    if error is not None:
        reason = readiness.why(stage) if readiness.begun(stage) != begun_before else ""
        raise Refused(f"Not deployed. {reason or error}\nCorrect the error, then {stage.verb('deploy')} again.")
    if unmade_changes(stage) - unmade_before:
        raise Refused("Nothing was changed.")


def protect(stage: Stage) -> None:
    """Let CloudFormation refuse to delete the stack of a protected stage. `make delete` releases it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
    """
    boto3.client("cloudformation").update_termination_protection(
        StackName=stage.stack, EnableTerminationProtection=stage.protected
    )


def unmade_changes(stage: Stage) -> set[str]:
    """The change sets that nobody confirmed. `sam` succeeds and leaves the change set if the user answers no."""
    try:
        found = boto3.client("cloudformation").list_change_sets(StackName=stage.stack)["Summaries"]
    except ClientError:
        return set()
    return {each["ChangeSetId"] for each in found if each.get("ExecutionStatus") == "AVAILABLE"}


def show(stage: Stage) -> None:
    for record in dns_records(stage):
        print(f"\nPut this record into the DNS, unless it is there: {record}")
    option = "" if stage.name == "dev" else f" STAGE={stage.name}"
    print(f"""
The API answers at {address(stage)}

  export ORDERS_URL=$(make -s url{option})
  export ORDERS_API_KEY=$(make -s key{option})
  .venv/bin/orders submit --name Alice

To add an operator:

  make operator{option} NAME=maria EMAIL=maria@example.com""")


def dns_records(stage: Stage) -> list[str]:
    outputs = stage.outputs()
    return [outputs[name] for name in ("ApiDnsRecord", "PageDnsRecord") if name in outputs]


def address(stage: Stage) -> str:
    return stage.outputs()["ApiUrl"].rstrip("/")


def key(stage: Stage) -> str:
    """The shop's API key."""
    answer = boto3.client("apigateway").get_api_key(apiKey=stage.outputs()["ApiKeyId"], includeValue=True)
    return str(answer["value"])


def _asking(command: list[str]) -> str | None:
    """None, or an error. All output of `sam` is shown, since the user must see its question."""
    failed = subprocess.run(command, check=False).returncode
    return "" if failed else None


def _quietly(command: list[str], stage: Stage, log: Path) -> str | None:
    """None, or the error with which `sam` ended. All of its output is in the log."""
    with log.open("w+", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        shown = ""
        while True:
            try:
                failed = process.wait(SECONDS_BETWEEN_LOOKS)
                break
            except subprocess.TimeoutExpired:
                shown = _show_once(_progress(stage), shown)
    said = log.read_text(encoding="utf-8", errors="replace")
    return f"{last_error(said)}\nAll that sam wrote is in {log}." if failed else None


def last_error(said: str) -> str:
    """The error that is the end of the output of `sam`, or all output if it has none."""
    return said.rpartition("Error: ")[2].strip()


def _progress(stage: Stage) -> str:
    """A line that says how far CloudFormation is."""
    try:
        found = stage.resources()
    except ClientError:
        return "  uploading the packages ..."
    ready = sum(resource["ResourceStatus"].endswith("_COMPLETE") for resource in found)
    return f"  {ready} resources ready ..."


def _show_once(line: str, shown: str) -> str:
    if line != shown:
        print(line, flush=True)
    return line
