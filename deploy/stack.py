"""What `make deploy`, `make key` and `make delete` say and do beside `sam`.

python deploy/stack.py summary|key|delete|delete-with-data STAGE
"""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

CONFIG = Path(__file__).parent.parent / "samconfig.toml"

Outputs = dict[str, str]


def stack_name(stage: str) -> str:
    stages = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    if stage not in stages or stage == "version":
        sys.exit(f"samconfig.toml knows no stage {stage}: use one of {', '.join(set(stages) - {'version'})}.")
    return str(stages[stage]["global"]["parameters"]["stack_name"])


def outputs(stage: str) -> Outputs:
    """What the template says at its end, of the deployed stack."""
    stacks = boto3.client("cloudformation").describe_stacks(StackName=stack_name(stage))["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}


def summary(stage: str) -> None:
    print(f"""
The API answers at {api_url(stage)}

  export ORDERS_URL=$(make -s url STAGE={stage}) ORDERS_API_KEY=$(make -s key STAGE={stage})
  .venv/bin/orders submit --name Alice""")


def url(stage: str) -> None:
    """Print the API's address, and nothing else."""
    print(api_url(stage))


def api_url(stage: str) -> str:
    return outputs(stage)["ApiUrl"].rstrip("/")


def key(stage: str) -> None:
    """Print the shop's API key, and nothing else."""
    answer = boto3.client("apigateway").get_api_key(apiKey=outputs(stage)["ApiKeyId"], includeValue=True)
    print(answer["value"])


def delete(stage: str) -> None:
    kept = outputs(stage)
    _delete_stack(stage)
    print(f"""
Deleted, but for what holds data. These stay, and cost nothing but their storage:
  table   {kept["TableName"]}
  bucket  {kept["BucketName"]}
`make delete WITH_DATA=yes` would have removed them, too. Now it takes
  aws dynamodb delete-table --table-name {kept["TableName"]}
  and, in the S3 console, "Empty" and then "Delete" for the bucket.""")


def delete_with_data(stage: str) -> None:
    doomed = outputs(stage)
    dynamodb = boto3.client("dynamodb")
    if dynamodb.describe_table(TableName=doomed["TableName"])["Table"].get("DeletionProtectionEnabled"):
        sys.exit(
            f"The table of {stage} is protected, and nothing was deleted. To release it, set DeletionProtection=false"
            f" in samconfig.toml and run make deploy STAGE={stage}."
        )
    _delete_stack(stage)
    print("Deleting the orders ...")
    dynamodb.delete_table(TableName=doomed["TableName"])
    print("Deleting the receipts ...")
    bucket = boto3.resource("s3").Bucket(doomed["BucketName"])
    bucket.object_versions.delete()
    bucket.delete()
    print("Everything of this stage is gone.")


def _delete_stack(stage: str) -> None:
    sam = Path(sys.executable).with_name("sam")
    subprocess.run(
        [
            sam,
            "delete",
            "--no-prompts",
            "--config-file",
            CONFIG,
            "--config-env",
            stage,
            "--stack-name",
            stack_name(stage),
        ],
        check=True,
    )


COMMANDS: dict[str, Callable[[str], None]] = {
    "summary": summary,
    "url": url,
    "key": key,
    "delete": delete,
    "delete-with-data": delete_with_data,
}

if __name__ == "__main__":
    try:
        COMMANDS[sys.argv[1]](sys.argv[2])
    except (ClientError, BotoCoreError) as error:
        sys.exit(f"{error}\nIs the stage deployed (`make deploy`), and are these the account and region you mean?")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
