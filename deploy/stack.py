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
    url = outputs(stage)["ApiUrl"]
    print(f"""
The API answers at {url}

  export ORDERS_URL={url} ORDERS_API_KEY=$(make -s key STAGE={stage})
  curl -H "x-api-key: $ORDERS_API_KEY" -H "Content-Type: application/json" \\
       -d '{{"orderId":"12345","customerName":"Alice"}}' ${{ORDERS_URL}}orders""")


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
    _delete_stack(stage)
    print("Deleting the orders ...")
    boto3.client("dynamodb").delete_table(TableName=doomed["TableName"])
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
