"""Endpoints, their progress and answers as texts: the form in which every store keeps them."""

import json
from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from typing import Any

from orders.order.clock import from_iso, to_iso
from orders.order.errors import NewerVersion
from orders.order.event import EventType
from orders.order.webhook import Answer, Endpoint, EndpointStatus, Progress, Replay, Secret

_OF_AN_ENDPOINT = frozenset(
    {"id", "url", "secrets", "createdAt", "createdBy", "types", "description", "status", "disabledBecause", "revision"}
)
_OF_A_PROGRESS = frozenset(
    {
        "endpointId", "cursor", "readUntil", "revision", "lease", "leasedUntil", "failures", "failingSince", "triedAt",
        "deliveredAt", "recoveredAt", "replays",
        "again",
    }
)  # fmt: skip


def endpoint_to_text(endpoint: Endpoint) -> str:
    return _written(
        {
            "id": endpoint.id,
            "url": endpoint.url,
            "secrets": [[each.text, _text(each.expires_at)] for each in endpoint.secrets],
            "createdAt": to_iso(endpoint.created_at),
            "createdBy": endpoint.created_by,
            "types": [each.value for each in endpoint.types],
            "description": endpoint.description,
            "status": endpoint.status.value,
            "disabledBecause": endpoint.disabled_because,
            "revision": endpoint.revision,
        }
    )


def endpoint_from_text(text: str) -> Endpoint:
    """The endpoint that `endpoint_to_text` wrote.

    Raises:
        NewerVersion: it has something that this version does not know.
    """
    found = json.loads(text)
    _refuse_unknown("a webhook endpoint's field", found.keys() - _OF_AN_ENDPOINT)
    _refuse_unknown("the type of event", set(found["types"]) - {*EventType})
    return Endpoint(
        id=found["id"],
        url=found["url"],
        secrets=tuple(Secret(secret, _instant(expires_at)) for secret, expires_at in found["secrets"]),
        created_at=from_iso(found["createdAt"]),
        created_by=found["createdBy"],
        types=tuple(map(EventType, found["types"])),
        description=found["description"],
        status=EndpointStatus(found["status"]),
        disabled_because=found["disabledBecause"],
        revision=found["revision"],
    )


def progress_to_text(progress: Progress) -> str:
    replays = [[each.cursor, each.until, to_iso(each.since), to_iso(each.before)] for each in progress.replays]
    return _written(
        {
            "endpointId": progress.endpoint_id,
            "cursor": progress.cursor,
            "readUntil": to_iso(progress.read_until),
            "revision": progress.revision,
            "lease": progress.lease,
            "leasedUntil": _text(progress.leased_until),
            "failures": progress.failures,
            "failingSince": _text(progress.failing_since),
            "triedAt": _text(progress.tried_at),
            "deliveredAt": _text(progress.delivered_at),
            "recoveredAt": _text(progress.recovered_at),
            "replays": replays,
            "again": progress.again,
        }
    )


def progress_from_text(text: str) -> Progress:
    """The progress that `progress_to_text` wrote.

    Raises:
        NewerVersion: it has something that this version does not know.
    """
    found = json.loads(text)
    _refuse_unknown("a field of the progress of a webhook endpoint", found.keys() - _OF_A_PROGRESS)
    return Progress(
        endpoint_id=found["endpointId"],
        cursor=found["cursor"],
        read_until=from_iso(found["readUntil"]),
        revision=found["revision"],
        lease=found["lease"],
        leased_until=_instant(found["leasedUntil"]),
        failures=found["failures"],
        failing_since=_instant(found["failingSince"]),
        tried_at=_instant(found["triedAt"]),
        delivered_at=_instant(found["deliveredAt"]),
        recovered_at=_instant(found["recoveredAt"]),
        replays=tuple(
            Replay(cursor, until, from_iso(since), from_iso(before))
            for cursor, until, since, before in found["replays"]
        ),
        again=tuple(found["again"]),
    )


def answer_to_text(answer: Answer) -> str:
    retry_after = answer.retry_after.total_seconds() if answer.retry_after is not None else None
    return _written(
        {
            "status": answer.status,
            "body": answer.body,
            "error": answer.error,
            "seconds": answer.seconds,
            "retryAfter": retry_after,
        }
    )


def answer_from_text(text: str) -> Answer:
    """The answer that `answer_to_text` wrote. What a newer version noted besides is left out: it changes nothing."""
    found = json.loads(text)
    seconds = found["retryAfter"]
    retry_after = timedelta(seconds=seconds) if seconds is not None else None
    return Answer(found["status"], found["body"], found["error"], found["seconds"], retry_after)


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=True)  # half of a pair of surrogates, as an answer may have, is no UTF-8


def _refuse_unknown(what: str, names: Set[str]) -> None:
    if names:
        raise NewerVersion(
            f"a newer version of this program wrote a webhook endpoint ({what} {min(names)!r}): update this one"
        )


def _text(instant: datetime | None) -> str | None:
    return to_iso(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return from_iso(text) if text else None
