"""The bucket on S3: a receipt is stored once, checked on its way by its SHA-256, and read by its version.

An object's key is the receipt's key behind two hexadecimal digits of a hash. S3 takes 3,500 writes a second for each
prefix, and all receipts of a day have the same one otherwise. An order keeps the key of its object, so that receipts
which a version before stored under the plain key are found as well.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
"""

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

    def store_once(self, key: str, pdf: bytes, *, was_tried: bool = False) -> StoredReceipt:
        """Store the bytes unless the key is taken, or a version before has stored them under the plain key.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        if was_tried and object_key(key) != key and (before := self._stored_before(key)):
            return before
        return self._store_once(object_key(key), pdf)

    def _store_once(self, key: str, pdf: bytes) -> StoredReceipt:
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

    def _stored_before(self, plain_key: str) -> StoredReceipt | None:
        """The receipt under the plain key, if there is one.

        Of an object that is missing, S3 says that it is forbidden: a function may not list the bucket.
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
        """
        with faults.errors_translated("bucket"):
            try:
                return self._stored(plain_key)
            except ClientError as error:
                if faults.code(error) not in {"403", "404"}:
                    raise
        return None

    def _stored(self, key: str) -> StoredReceipt:
        """The receipt that is already stored, by another worker or by the first sending of this same call."""
        there = self._client.head_object(Bucket=self._name, Key=key, ChecksumMode="ENABLED")
        if "ChecksumSHA256" not in there:
            raise Misconfigured(f"bucket: {key} was not stored by this system; remove it")
        sha256 = base64.b64decode(there["ChecksumSHA256"]).hex()
        return StoredReceipt(key, sha256, there["ContentLength"], there.get("VersionId"))


def object_key(key: str) -> str:
    """The key of the object with the receipt of this key, as in `3f/receipts/2026-11-23/12345-abcdef.pdf`.

    The hash is that of the part before the order's fingerprint. Keys of other folders stay as they are.
    """
    if not key.startswith("receipts/"):
        return key
    digest = hashlib.sha256(key.rsplit("-", 1)[0].encode()).hexdigest()
    return f"{digest[:2]}/{key}"
