"""Builds the operators' page and uploads it into the bucket that CloudFront serves.

A stage with `OperatorsPage=none` in its `parameter_overrides` has no page.
"""

import json
import mimetypes
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import boto3
from botocore.exceptions import ClientError
from stage import Stage

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "src" / "orders" / "local" / "server" / "page"
INDEX, CONFIG = "index.html", "config.json"
KEPT_FOR_EVER, CHECKED_EACH_TIME = "public, max-age=31536000, immutable", "no-cache"
LONGEST_UPLOAD = timedelta(hours=1)


def build(stage: Stage) -> None:
    """Build the page's files if the stage has a page. Without Node.js, `make` says that they are not built."""
    if is_wanted(stage):
        index = str((FOLDER / INDEX).relative_to(ROOT))
        subprocess.run(["make", "--silent", index], cwd=ROOT, check=False)  # noqa: S607 - the user called make


def is_wanted(stage: Stage) -> bool:
    return stage.parameters.get("OperatorsPage", "create") == "create"


def publish(outputs: dict[str, str]) -> None:
    """Upload the page if the stack has one and it is built.

    The files of the build before remain until the next call, so that a page that is open keeps working.
    """
    if "PageBucketName" not in outputs or not is_built():
        return
    bucket, before = outputs["PageBucketName"], published_at(outputs["PageBucketName"])
    names = files()
    for name in names:
        _put(bucket, name, (FOLDER / name).read_bytes())
    _put(bucket, CONFIG, config(outputs))
    _put(bucket, INDEX, (FOLDER / INDEX).read_bytes())
    if before:
        forget(bucket, {*names, CONFIG, INDEX}, before - LONGEST_UPLOAD)
    refresh(outputs["DistributionId"], [name for name in (*names, CONFIG, INDEX) if caching(name) == CHECKED_EACH_TIME])


def is_built() -> bool:
    return (FOLDER / INDEX).is_file()


def summary(outputs: dict[str, str]) -> str:
    """A sentence about the page, for the end of a deployment."""
    if "PageUrl" not in outputs:
        return "There is no operators' page: OperatorsPage=none."
    if not is_built():
        return "The operators' page is not deployed: it is not built. Install Node.js 20.19 and npm, and deploy again."
    return f"The operators' page is at {outputs['PageUrl']}"


def files() -> list[str]:
    """The names of the page's files, except for the index."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return [name for path in paths if (name := path.relative_to(FOLDER).as_posix()) != INDEX]


def config(outputs: dict[str, str]) -> bytes:
    """The page's settings: the address of the API, and the sign-in at Cognito (dashboard/README.md)."""
    login = {"domain": outputs["LoginDomain"], "clientId": outputs["PageClientId"]}
    return json.dumps({"api": "/api", "login": login}).encode()


def caching(name: str) -> str:
    """How long browsers and CloudFront may keep a file. Names below `assets` change with their content."""
    return KEPT_FOR_EVER if name.startswith("assets/") else CHECKED_EACH_TIME


def published_at(bucket: str) -> datetime | None:
    """When the page was last published. The index is uploaded last."""
    try:
        return boto3.client("s3").head_object(Bucket=bucket, Key=INDEX)["LastModified"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return None


def forget(bucket: str, kept: set[str], before: datetime) -> None:
    """Remove files that are not in `kept` and were uploaded before this time."""
    for file in boto3.resource("s3").Bucket(bucket).objects.all():
        if file.key not in kept and file.last_modified < before:
            file.delete()


def refresh(distribution: str, names: list[str]) -> None:
    """Make CloudFront read these files again at once, and not in a second."""
    paths = ["/", *(f"/{name}" for name in names)]
    boto3.client("cloudfront").create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={
            "CallerReference": str(uuid.uuid4()),
            "Paths": {"Quantity": len(paths), "Items": paths},
        },
    )


def bucket_of(stage: Stage) -> str | None:
    """The bucket of the page as the stack is now, if it has one."""
    try:
        answer = boto3.client("cloudformation").describe_stack_resource(
            StackName=stage.stack, LogicalResourceId="PageBucket"
        )
    except ClientError:
        return None
    return answer["StackResourceDetail"].get("PhysicalResourceId")


def remove(bucket: str) -> None:
    """Delete the bucket. CloudFormation has left it behind if it was not empty."""
    with _gone_or_not():
        empty(bucket)
        boto3.client("s3").delete_bucket(Bucket=bucket)


def empty(bucket: str) -> None:
    with _gone_or_not():
        boto3.resource("s3").Bucket(bucket).objects.delete()


@contextmanager
def _gone_or_not() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise


def _put(bucket: str, name: str, content: bytes) -> None:
    boto3.client("s3").put_object(
        Bucket=bucket,
        Key=name,
        Body=content,
        ContentType=mimetypes.MimeTypes().guess_type(name)[0] or "application/octet-stream",
        CacheControl=caching(name),
    )
