"""The bucket on S3: a receipt is stored once, checked on its way by its SHA-256, and read by its version."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any, NoReturn

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.clients import s3
from orders.order.errors import Misconfigured
from orders.order.order import StoredReceipt
from orders.ports import SignedLink


class S3Bucket:
    """`orders.ports.Bucket` in the bucket of this name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._client = s3()

    def store_once(self, key: str, pdf: bytes) -> StoredReceipt:
        """Store the bytes unless the key is taken.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        digest = hashlib.sha256(pdf).digest()
        with faults.errors_translated("bucket"):
            try:
                answer = self._client.put_object(
                    Bucket=self._name,
                    Key=key,
                    Body=pdf,
                    ContentType="application/pdf",
                    ChecksumSHA256=base64.b64encode(digest).decode(),
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if faults.code(error) != "PreconditionFailed":
                    raise
                return self._stored(key)
        return StoredReceipt(key, digest.hex(), len(pdf), answer.get("VersionId"))

    def fetch(self, receipt: StoredReceipt) -> bytes:
        with faults.errors_translated("bucket"):
            pdf = self._client.get_object(**self._target(receipt))["Body"].read()
        if hashlib.sha256(pdf).hexdigest() != receipt.sha256:
            raise Misconfigured(f"bucket: {receipt.key} is not what was stored")
        return pdf

    def link(self, receipt: StoredReceipt, now: datetime, lifetime: timedelta) -> SignedLink:
        """The link also expires with the credentials that sign it. A function's are valid for hours, and renewed."""
        target, seconds = self._target(receipt), int(lifetime.total_seconds())
        with faults.errors_translated("bucket"):  # to sign takes credentials, and those may have to be fetched
            url = self._client.generate_presigned_url("get_object", Params=target, ExpiresIn=seconds)
        return SignedLink(url, now.replace(microsecond=0) + lifetime)  # signatures know whole seconds

    def is_lost(self, receipt: StoredReceipt) -> bool:  # noqa: ARG002 - as the port has it
        """Never: S3 keeps each version, and nothing in this stack may delete one. A person's deletion is final.

        A link names its version, so it also opens a receipt that a delete marker hides.
        """
        return False

    def put_back(self, receipt: StoredReceipt, pdf: bytes) -> NoReturn:
        raise NotImplementedError("a version on S3 can't be put back under its own name")

    def _target(self, receipt: StoredReceipt) -> Any:
        version = {"VersionId": receipt.version} if receipt.version else {}
        return {"Bucket": self._name, "Key": receipt.key} | version

    def _stored(self, key: str) -> StoredReceipt:
        """The receipt that is already stored, by another worker or by the first sending of this same call."""
        there = self._client.head_object(Bucket=self._name, Key=key, ChecksumMode="ENABLED")
        if "ChecksumSHA256" not in there:
            raise Misconfigured(f"bucket: {key} was not stored by this system; remove it")
        sha256 = base64.b64decode(there["ChecksumSHA256"]).hex()
        return StoredReceipt(key, sha256, there["ContentLength"], there.get("VersionId"))
