"""The receipts' bucket, and the tables."""

import hashlib
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

import boto3
from botocore.config import Config

from smoke.checks import check, seen
from smoke.target import Target


@check("An order becomes a receipt, and its link opens it", "200, application/pdf, as issued")
def receipt(it: Target) -> str:
    answer = it.call("GET", it.link)
    sha256 = hashlib.sha256(answer.data).hexdigest()
    verified = it.call("GET", f"/receipt/{it.order_id}/verification?sha256={sha256}", accept="application/json")
    issued = "as issued" if verified.json().get("issued") else f"not as issued: {verified.data[:60]!r}"
    return seen(answer.status, answer.headers.get("content-type"), issued)


@check("A link without its signature is refused, and so is an altered one", "403, 403")
def altered(it: Target) -> str:
    bare = it.link.partition("?")[0]
    return seen(it.call("GET", bare).status, it.call("GET", it.link[:-4] + "0000").status)


@check("A signature older than five minutes is refused, whatever its own expiry", "403")
def old_signature(it: Target) -> str:
    """The bucket's policy, by `s3:signatureAge`. The caller of this check signs, as the owner of the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
    """
    key = unquote(urlsplit(it.link).path).lstrip("/")
    bucket = it.outputs["BucketName"]
    s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    with patch("botocore.auth.get_current_datetime", lambda *_: datetime.now(UTC) - timedelta(minutes=6)):
        url = s3.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key.removeprefix(f"{bucket}/")}, ExpiresIn=86_400
        )
    return seen(it.call("GET", url).status)


@check("The bucket refuses requests without TLS", "403")
def no_tls(it: Target) -> str:
    return seen(it.call("GET", it.link.replace("https://", "http://", 1)).status)


@check("The bucket keeps versions and is closed to the public", "Enabled, closed")
def bucket(it: Target) -> str:
    s3, name = boto3.client("s3"), it.outputs["BucketName"]
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    return seen(s3.get_bucket_versioning(Bucket=name).get("Status"), "closed" if all(block.values()) else block)


@check("The orders' table can be restored to any second, and feeds its stream", "ENABLED, NEW_AND_OLD_IMAGES")
def table(it: Target) -> str:
    dynamodb, name = boto3.client("dynamodb"), it.outputs["TableName"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    stream = dynamodb.describe_table(TableName=name)["Table"].get("StreamSpecification", {})
    return seen(backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], stream.get("StreamViewType"))


@check("Counts of minutes expire by themselves", "ENABLED, expiresAt")
def expiry(it: Target) -> str:
    found = boto3.client("dynamodb").describe_time_to_live(TableName=it.stage.resource("CountTable"))
    description = found["TimeToLiveDescription"]
    return seen(description["TimeToLiveStatus"], description.get("AttributeName"))
