"""Cuts botocore's service descriptions, 25 MB for more than 400 services, to the operations that this system calls.

A client reads them when it is made. Cut, they take no measurable part of a cold start.
"""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

_ON_TABLES = "BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query TransactWriteItems UpdateItem"
OPERATIONS = {
    "apigateway": frozenset({"GetApiKey"}),
    "dynamodb": frozenset(_ON_TABLES.split()),
    "events": frozenset({"PutEvents"}),
    "s3": frozenset({"GetObject", "HeadObject", "PutObject"}),
    "sesv2": frozenset({"GetAccount", "SendEmail"}),
    "sqs": frozenset({"GetQueueAttributes", "SendMessage", "SendMessageBatch"}),
}
UNREAD = ("examples-1.json", "paginators-1.json", "paginators-1.sdk-extras.json", "waiters-2.json")


def cut(data: Path) -> None:
    """Cut botocore's `data` folder in place."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in OPERATIONS:
            shutil.rmtree(folder)
    for service, operations in OPERATIONS.items():
        for version in (data / service).iterdir():
            _cut_version(version, operations)
    endpoints = data / "endpoints.json"
    _write(endpoints, _without_services(json.loads(endpoints.read_bytes())))


def _cut_version(version: Path, operations: frozenset[str]) -> None:
    for name in UNREAD:
        (version / name).unlink(missing_ok=True)
    for packed in version.glob("*.json.gz"):
        document = json.loads(gzip.decompress(packed.read_bytes()))
        _write(packed.with_suffix(""), _model(document, operations) if packed.name.startswith("service") else document)
        packed.unlink()


def _model(model: dict[str, Any], operations: frozenset[str]) -> Any:
    """A service's description with these operations only, and the shapes that they need."""
    kept = {name: operation for name, operation in model["operations"].items() if name in operations}
    shapes = _reached(kept, model["shapes"])
    return model | {"operations": _without_prose(kept), "shapes": _without_prose(shapes)}


def _reached(operations: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    reached: dict[str, Any] = {}
    waiting = list(_shape_names(operations))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = shapes[name]
            waiting += _shape_names(shapes[name])
    return reached


def _shape_names(part: Any) -> list[str]:
    if isinstance(part, list):
        return [name for each in part for name in _shape_names(each)]
    if not isinstance(part, dict):
        return []
    own = [part["shape"]] if isinstance(part.get("shape"), str) else []
    return own + [name for each in part.values() for name in _shape_names(each)]


def _without_prose(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_prose(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {name: _without_prose(each) for name, each in part.items() if not _is_prose(name, each)}


def _is_prose(name: str, value: object) -> bool:
    """Whether this is documentation. A member of a shape may have this name, too, but is not a text."""
    return name in {"documentation", "documentationUrl"} and isinstance(value, str)


def _without_services(endpoints: dict[str, Any]) -> dict[str, Any]:
    partitions = [
        partition | {"services": {name: it for name, it in partition["services"].items() if name in OPERATIONS}}
        for partition in endpoints["partitions"]
    ]
    return endpoints | {"partitions": partitions}


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
