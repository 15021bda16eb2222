"""AWS in memory, below botocore: it answers each call as if nothing went wrong, and notes what AWS would bill.

It is not an emulator. Every condition holds, and an expression that it does not know is an error. Table and index
writes are counted from the items before and after, as DynamoDB counts them.
"""

import base64
import hashlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from urllib3 import HTTPResponse

from cost.units import Item, Table, all_writes, query_units, read_units, size

WRITE, READ = "write units", "read units"
SQS, S3_PUT, S3_GET, SES, SES_BYTES, OTHER = "messages", "puts", "gets", "e-mails", "bytes of e-mail", "other calls"
_KIB = 1024
_BYTES_A_MESSAGE = 64 * _KIB
"""SQS bills each 64 KB of a call as one request: https://aws.amazon.com/sqs/pricing/."""


@dataclass
class Noted:
    """What was called since the last `taken`: billed units by kind and resource, and calls by service and operation.

    `by_key` has the write units by table or index, and by partition key.
    """

    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    by_key: Counter[tuple[str, str]] = field(default_factory=Counter)

    def total(self, kind: str) -> float:
        return sum(number for (each, _), number in self.units.items() if each == kind)

    def by_resource(self, kind: str) -> dict[str, float]:
        return {resource: number for (each, resource), number in self.units.items() if each == kind}


@dataclass
class StandIn:
    """`records` are those of the tables' streams: each write that changed an item."""

    tables: Mapping[str, Table]
    items: dict[str, dict[str, Item]] = field(default_factory=dict)
    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    noted: Noted = field(default_factory=Noted)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def stored(self) -> int:
        """Bytes in the bucket."""
        return sum(len(stored) for stored, _ in self.objects.values())

    def taken(self) -> Noted:
        noted, self.noted = self.noted, Noted()
        return noted

    def taken_records(self) -> list[dict[str, Any]]:
        records, self.records = self.records, []
        return records

    def before_send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """An answer that botocore takes instead of sending its request."""
        with self._lock:
            status, headers, body = self.answer(request.method, request.url, dict(request.headers), _body(request))
        raw = HTTPResponse(body=BytesIO(body), headers=headers, preload_content=False)
        return AWSResponse(request.url, status, cast("Any", raw.headers), raw)

    def answer(
        self, method: str, url: str, headers: Mapping[str, Any], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        headers = {name.lower(): value for name, value in headers.items()}
        target = _text(headers.get("x-amz-target", ""))
        if target:
            service, _, operation = target.partition(".")
            self.noted.calls[f"{service.split('_')[0].removeprefix('Amazon')} {operation}"] += 1
            call = json.loads(body)
            found = self._table_call(operation, call) if service.startswith("DynamoDB") else self._queue_call(call)
            return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(found).encode()
        if "/v2/email/" in url:
            return 200, {"Content-Type": "application/json"}, json.dumps(self._mail_call(url, body)).encode()
        self.noted.calls[f"S3 {method}"] += 1
        return self._bucket_call(method, unquote(urlsplit(url).path), headers, body)

    def _table_call(self, operation: str, call: Mapping[str, Any]) -> dict[str, Any]:
        does: Callable[[Mapping[str, Any]], dict[str, Any]] = {
            "GetItem": self._get, "BatchGetItem": self._get_several, "PutItem": self._put, "UpdateItem": self._update,
            "TransactWriteItems": self._transact, "Query": self._query, "BatchWriteItem": self._put_several,
        }[operation]  # fmt: skip
        return does(call)

    def _get(self, call: Mapping[str, Any]) -> dict[str, Any]:
        item = self._items(call["TableName"]).get(_key(call["Key"]))
        self._note_read(call, [item])
        return {"Item": item} if item else {}

    def _get_several(self, call: Mapping[str, Any]) -> dict[str, Any]:
        responses = {}
        for name, wanted in call["RequestItems"].items():
            items = [self._items(name).get(_key(key)) for key in wanted["Keys"]]
            self._note_read(wanted | {"TableName": name}, items)
            responses[name] = [item for item in items if item]
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _put(self, call: Mapping[str, Any]) -> dict[str, Any]:
        self._write(call["TableName"], call["Item"])
        return {}

    def _put_several(self, call: Mapping[str, Any]) -> dict[str, Any]:
        for table, requests in call["RequestItems"].items():
            for request in requests:
                self._write(table, request["PutRequest"]["Item"])
        return {"UnprocessedItems": {}}

    def _update(self, call: Mapping[str, Any], *, transactional: bool = False) -> dict[str, Any]:
        before = self._items(call["TableName"]).get(_key(call["Key"]))
        after = updated(dict(before or call["Key"]), call)
        self._write(call["TableName"], after, transactional=transactional)
        return {"Attributes": after} if "ReturnValues" in call else {}

    def _transact(self, call: Mapping[str, Any]) -> dict[str, Any]:
        for write in call["TransactItems"]:
            ((kind, what),) = write.items()
            if kind == "Update":
                self._update(what, transactional=True)
            elif kind == "Put":
                self._write(what["TableName"], what["Item"], transactional=True)
        return {}

    def _query(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """The items of one partition, the last first. Of a condition on an index's sort key, all are taken."""
        table = self.tables[call["TableName"]]
        index = next((each for each in table.indexes if each.name == call.get("IndexName")), None)
        attribute, placeholder = re.findall(r"(#?\w+) = (:\w+)", call["KeyConditionExpression"])[0]
        attribute = call.get("ExpressionAttributeNames", {}).get(attribute, attribute)
        wanted = call["ExpressionAttributeValues"][placeholder]
        entries = [index.entry(item) if index else item for item in self._items(table.name).values()]
        found = [entry for entry in entries if entry and entry.get(attribute) == wanted][::-1]
        if table.sort:
            found = _sorted(found, call, table.sort)
        found = found[: call.get("Limit")]
        units = query_units([size(entry) for entry in found], consistent=bool(call.get("ConsistentRead")))
        self.noted.units[READ, f"{table.name}/{index.name}" if index else table.name] += cast("int", units)
        return {"Items": found, "Count": len(found)}

    def _note_read(self, call: Mapping[str, Any], items: list[Item | None]) -> None:
        units = read_units([size(item) if item else 0 for item in items], consistent=bool(call.get("ConsistentRead")))
        self.noted.units[READ, call["TableName"]] += cast("int", units)

    def _write(self, table: str, after: Item, *, transactional: bool = False) -> None:
        key = self.tables[table].key_of(after)
        before = self._items(table).get(key)
        for name, by_key in all_writes(self.tables[table], before, after, transactional=transactional).items():
            if by_key:
                self.noted.units[WRITE, name] += sum(by_key.values())
                self.noted.by_key.update({(name, each): number for each, number in by_key.items()})
        self._items(table)[key] = after
        if before != after:
            self.records.append(self._record(table, before, after))

    def _record(self, table: str, before: Item | None, after: Item) -> dict[str, Any]:
        images = {"NewImage": after} | ({"OldImage": before} if before else {})
        keys = {self.tables[table].key: after[self.tables[table].key]}
        name = "MODIFY" if before else "INSERT"
        number = hashlib.md5(json.dumps(after).encode(), usedforsecurity=False).hexdigest()
        made = {"ApproximateCreationDateTime": time.time(), "Keys": keys}
        return {"eventID": number, "eventName": name, "table": table, "dynamodb": {**made, **images}}

    def _items(self, table: str) -> dict[str, Item]:
        return self.items.setdefault(table, {})

    def _queue_call(self, call: Mapping[str, Any]) -> dict[str, Any]:
        entries = call.get("Entries", [])
        bodies = [entry["MessageBody"] for entry in entries] or [call.get("MessageBody", "")]
        size_of_call = sum(len(body.encode()) for body in bodies)
        queue = call["QueueUrl"].rpartition("/")[2]
        self.noted.units[SQS, queue] += max(1, -(-size_of_call // _BYTES_A_MESSAGE))
        if "MessageBody" in call:
            return _sent(call["MessageBody"])
        if entries:
            return {"Successful": [{"Id": each["Id"]} | _sent(each["MessageBody"]) for each in entries], "Failed": []}
        return {"Attributes": dict.fromkeys(call.get("AttributeNames", ()), "0")}

    def _mail_call(self, url: str, body: bytes) -> dict[str, Any]:
        if "outbound-emails" not in url:
            self.noted.units[OTHER, "ses"] += 1
            self.noted.calls["SES GetAccount"] += 1
            quota = {"Max24HourSend": 1_000_000.0, "MaxSendRate": 1000.0, "SentLast24Hours": 0.0}
            return {"SendQuota": quota, "SendingEnabled": True, "ProductionAccessEnabled": True}
        self.noted.calls["SES SendEmail"] += 1
        message = base64.b64decode(json.loads(body)["Content"]["Raw"]["Data"])
        self.noted.units[SES, "ses"] += 1
        self.noted.units[SES_BYTES, "ses"] += len(message)
        return {"MessageId": "0102019a"}

    def _bucket_call(
        self, method: str, key: str, headers: Mapping[str, Any], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        common = {"x-amz-version-id": "v1", "ETag": '"d41d8cd98f00b204e9800998ecf8427e"'}
        if method == "PUT":
            self.noted.units[S3_PUT, "ReceiptBucket"] += 1
            self.objects[key] = body, _text(headers.get("x-amz-checksum-sha256", ""))
            return 200, common, b""
        self.noted.units[S3_GET, "ReceiptBucket"] += 1
        if key not in self.objects:
            return 404, {"Content-Type": "application/xml"}, b"<Error><Code>NoSuchKey</Code></Error>"
        stored, checksum = self.objects[key]
        return 200, common | {"Content-Length": str(len(stored)), "x-amz-checksum-sha256": checksum}, stored


_CLAUSE = re.compile(r"\b(SET|ADD|REMOVE|DELETE)\b", re.IGNORECASE)


def updated(item: dict[str, Any], call: Mapping[str, Any]) -> dict[str, Any]:
    """The item after an update expression of the forms that this project uses.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
    """
    names, values = call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {})
    parts = [part.strip() for part in _CLAUSE.split(call["UpdateExpression"]) if part.strip()]
    for clause, text in zip(parts[::2], parts[1::2], strict=True):
        for each in re.split(r",(?![^(]*\))", text):
            name, _, expression = each.strip().partition("=" if clause.upper() == "SET" else " ")
            name = names.get(name.strip(), name.strip())
            if clause.upper() == "REMOVE":
                item.pop(name, None)
            else:
                item[name] = _new_value(clause.upper(), item.get(name), expression.strip(), values)
    return item


def _new_value(clause: str, old: Any, expression: str, values: Mapping[str, Any]) -> Any:
    last = values[re.findall(r":\w+", expression)[-1]]
    if "SS" in last:
        return {"SS": sorted({*(old or last)["SS"], *last["SS"]})}
    adds = clause == "ADD" or "+" in expression
    return {"N": str(int((old or {"N": "0"})["N"]) + int(last["N"]))} if adds else last


def _sent(body: str) -> dict[str, str]:
    return {"MessageId": "1", "MD5OfMessageBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()}


def _sorted(items: list[Item], call: Mapping[str, Any], name: str) -> list[Item]:
    """The items between two values of the sort key, if the call names such, in the order that it wants."""
    text, values = call["KeyConditionExpression"], call["ExpressionAttributeValues"]
    if between := re.search(r"BETWEEN (:\w+) AND (:\w+)", text):
        first, last = (values[each]["S"] for each in between.groups())
        items = [item for item in items if first <= item[name]["S"] <= last]
    return sorted(items, key=lambda item: str(item[name]["S"]), reverse=not call.get("ScanIndexForward", True))


def _key(key: Mapping[str, Any]) -> str:
    """The partition key, and the sort key if there is one, which all tables name behind it."""
    return " ".join(str(key[name]["S"]) for name in sorted(key))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _body(request: AWSPreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if hasattr(body, "read"):
        return cast("bytes", body.read())
    return body.encode() if isinstance(body, str) else bytes(body)
