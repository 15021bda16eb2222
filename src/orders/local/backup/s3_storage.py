"""Objects below a prefix of a bucket, in AWS S3 or any storage with the same interface.

Credentials, region and proxies are those that botocore finds: https://docs.aws.amazon.com/sdkref/
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from orders.local.backup.errors import BackupError

try:
    import botocore.session
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    raise BackupError("Backups to s3:// need the package botocore: install orders[aws].") from None

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

CONNECTIONS = 16
PART = 64 * 1024 * 1024
"""Bytes of one part of a large object, which has at most 10,000."""
_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w./-]*))?", re.ASCII)
_PASSWORD = re.compile(r"//[^/@\s]+@")
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_MISSING = {"NoSuchKey", "404"}


class Storage:
    """Any number of threads may use it at once."""

    def __init__(self, bucket: str, prefix: str, client: "S3Client") -> None:
        self._bucket, self._prefix, self._client = bucket, prefix, client
        self.url = f"s3://{bucket}/{prefix}"

    def put(self, key: str, content: bytes) -> None:
        """Store an object, or replace it. This and all other methods raise `BackupError` if the storage refuses."""
        with self._explained():
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=content)

    def put_file(self, key: str, path: Path) -> None:
        """Store a file of any size."""
        if path.stat().st_size <= PART:
            self.put(key, path.read_bytes())
            return
        with self._explained(), self._in_parts(self._prefix + key) as upload, path.open("rb") as file:
            while content := file.read(PART):
                upload.add(content)

    def has(self, key: str) -> bool:
        with self._explained():
            try:
                self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
            except ClientError as error:
                if _code(error) in _MISSING:
                    return False
                raise
        return True

    def read(self, key: str) -> Iterator[bytes]:
        """The object's bytes, part by part.

        Raises:
            FileNotFoundError: there is no such object.
        """
        with self._explained():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
            except ClientError as error:
                if _code(error) in _MISSING:
                    raise FileNotFoundError(self.url + key) from None
                raise
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(1024 * 1024)

    def names(self, folder: str) -> Iterator[str]:
        """What comes after `folder` in the keys that begin with it, sorted."""
        begin = self._prefix + folder
        with self._explained():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=begin):
                yield from (each["Key"].removeprefix(begin) for each in page.get("Contents", ()))

    def remove(self, key: str) -> None:
        """Nothing happens if there is no such object."""
        with self._explained():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    @contextmanager
    def _in_parts(self, key: str) -> Iterator["_Upload"]:
        """One object that is sent in parts. If one can't be sent, the storage forgets the others."""
        upload = _Upload(self._client, self._bucket, key)
        try:
            yield upload
            upload.complete()
        except BaseException:
            upload.abort()
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise BackupError(f"{self.url}: {_told(error)}. Once this is solved, run the same command again.") from None


class _Upload:
    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client, self._bucket, self._key = client, bucket, key
        self._id = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        self._tags: list[str] = []

    def add(self, content: bytes) -> None:
        number = len(self._tags) + 1
        answer = self._client.upload_part(
            Bucket=self._bucket, Key=self._key, UploadId=self._id, PartNumber=number, Body=content
        )
        self._tags.append(answer["ETag"])

    def complete(self) -> None:
        self._client.complete_multipart_upload(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._id,
            MultipartUpload={"Parts": [{"ETag": tag, "PartNumber": n} for n, tag in enumerate(self._tags, 1)]},
        )

    def abort(self) -> None:
        self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._id)


def connect(url: str, endpoint_url: str | None) -> Storage:
    """The storage at `s3://bucket/prefix`.

    Raises:
        BackupError: this is no such URL, or a setting is missing or wrong.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise BackupError(f"{url} is not the URL of a bucket. Write it like s3://my-bucket/orders.")
    prefix = f"{stripped}/" if (stripped := (match[2] or "").strip("/")) else ""
    try:
        return Storage(match[1], prefix, _client(endpoint_url))
    except (BotoCoreError, ValueError) as error:
        raise BackupError(f"{url} can't be used: {_told(error)}. See AWS_REGION and --endpoint-url.") from None


def _client(endpoint_url: str | None) -> "S3Client":
    """Other storages than AWS may not have a host name for each bucket, and may not know AWS's newer checksums."""
    is_other = endpoint_url or any(map(os.environ.get, _ENDPOINTS))
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 5},
        max_pool_connections=CONNECTIONS,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"payload_signing_enabled": True, "addressing_style": "path" if is_other else "auto"},
    )
    session = botocore.session.get_session()
    return cast("S3Client", session.create_client("s3", endpoint_url=endpoint_url, config=config))


def _told(error: Exception) -> str:
    """Without the password of an address, which botocore quotes."""
    return _PASSWORD.sub("//...@", str(error)).rstrip(".")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
