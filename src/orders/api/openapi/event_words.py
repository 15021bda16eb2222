"""The descriptions and limits of the fields of events and webhook endpoints, where their types do not say it."""

from typing import Any

from orders.order.rules import ORDER_ID_LIMITS
from orders.order.webhook import LONGEST_DESCRIPTION, LONGEST_URL, OPENS_AFTER

_INSTANT = {"format": "date-time"}
_COUNT = {"minimum": 0}
_EVENT_ID = {"pattern": "^evt_[0-9]{15}_[0-9a-f]{8}$"}
_OF_A_DELIVERY = {"pattern": "^evt_[0-9a-z_]{1,40}$"}

_WEBHOOK: dict[str, tuple[str, dict[str, Any]]] = {
    "id": ("The id of the webhook endpoint.", {"pattern": "^we_[A-Za-z0-9_-]{22}$"}),
    "url": ("Where events are sent.", {"maxLength": LONGEST_URL}),
    "types": ("The types of events that it gets. If the list is empty, it gets all.", {}),
    "description": ("What it is for; empty if nobody has said so.", {"maxLength": LONGEST_DESCRIPTION}),
    "status": ("Whether events are sent to it.", {}),
    "disabledBecause": ("Why it is disabled; left out if it is enabled.", {}),
    "createdAt": ("When it was added.", _INSTANT),
    "createdBy": ("The operator who added it.", {}),
    "failures": ("How many attempts have failed since it last accepted an event.", _COUNT),
    "failingSince": ("The time of the first of these failed attempts; left out if there is none.", _INSTANT),
    "circuit": (
        f"`open` after {OPENS_AFTER} failed attempts in a row: events are sent one at a time until it accepts one.",
        {},
    ),
    "lastAttemptAt": ("The time of the last attempt; left out if there was none.", _INSTANT),
    "lastDeliveryAt": ("When it last accepted an event; left out if it never did.", _INSTANT),
    "replays": ("How many replays with `from` and `to` are not over yet.", _COUNT),
}
_DELIVERY: dict[str, tuple[str, dict[str, Any]]] = {
    "eventId": ("The event id. Together with the endpoint, it names the delivery.", _OF_A_DELIVERY),
    "type": ("The type of the event, or `webhook.test`.", {}),
    "status": (
        "`PENDING`: it will be sent, or sent again. `DELIVERED`: the endpoint accepted it. `FAILED`: the last attempt"
        " failed; a replay sends it again.",
        {},
    ),
    "attempts": ("The number of attempts.", _COUNT),
    "createdAt": ("When it was first sent, or replayed.", _INSTANT),
    "nextAttemptAt": ("The time of the next attempt; left out if there is none.", _INSTANT),
    "lastAttemptAt": ("The time of the last attempt; left out if there was none.", _INSTANT),
    "answer": ("The result of the last attempt; left out if there was none.", {}),
}

OF_A_TEST: dict[str, tuple[str, dict[str, Any]]] = {
    "id": ("The event id. It is in no feed.", _OF_A_DELIVERY),
    "type": ("Always `webhook.test`.", {}),
    "timestamp": ("When the operator sent the test.", _INSTANT),
    "data": ("Empty.", {"maxProperties": 0}),
}
"""Of a test event, which no answer has."""
OF: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "EventDocument": {
        "kind": ("The kind of document.", {}),
        "id": ("The refund id or the correction id.", dict(ORDER_ID_LIMITS)),
    },
    "EventMail": {
        "to": ("The recipient: `customer`, or `copy` for the shop's own address for copies.", {}),
        "number": ("1 for the first e-mail. Each resend by an operator adds 1.", {"minimum": 1}),
    },
    "EventData": {
        "orderId": ("The order id.", dict(ORDER_ID_LIMITS)),
        "orderNumber": ("The order's number as the shop writes it; left out if it has none.", {}),
        "document": ("The credit note or the corrected receipt; left out if the event is about the order itself.", {}),
        "status": ("The state of the order, or of the document, right after the event.", {}),
        "revision": (
            "How often the order, or the document, has changed. Of two events about it, the one with the higher number"
            " is newer.",
            {"minimum": 1},
        ),
        "total": (
            "The total with taxes, a decimal in the order's currency; of a credit note, what is given back. Left out if"
            " nothing has a price.",
            {"pattern": r"^[0-9]+(\.[0-9]{1,3})?$"},
        ),
        "currency": ("The order's currency (ISO 4217); left out if nothing has a price.", {}),
        "metadata": ("The order's `metadata`; left out if it has none.", {}),
        "mail": ("The e-mail; only in events about one.", {}),
        "receipt": ("The document as a file; only once it is made.", {}),
    },
    "Event": {
        "id": ("The event id. It is also a cursor of the feed, and the `webhook-id` of every attempt.", _EVENT_ID),
        "type": ("What happened.", {}),
        "timestamp": ("When it happened.", _INSTANT),
        "data": ("What it is about. More fields may be added.", {}),
    },
    "EventList": {
        "events": ("The events, in the order of the feed.", {}),
        "cursor": ("Send it as `after` to read on. Null if the feed is empty.", {}),
        "hasMore": ("Whether there may be more events now: call again at once.", {}),
    },
    "Webhook": _WEBHOOK,
    "WebhookWithSecret": _WEBHOOK
    | {
        "secret": (
            "The secret that signs requests: `whsec_` and base64. Give it to the receiver; it can't be shown again.",
            {"pattern": "^whsec_[A-Za-z0-9+/]+=*$"},
        )
    },
    "WebhookList": {"webhooks": ("The webhook endpoints.", {})},
    "WebhookAnswer": {
        "status": ("The HTTP status of the answer; left out if there was none.", {}),
        "body": ("The first 1,000 bytes of the answer's body, as text; left out if there was no answer.", {}),
        "error": ("Why there was no answer, or why the endpoint's answer is a failure; left out otherwise.", {}),
        "seconds": ("How long the attempt took, in seconds.", _COUNT),
    },
    "WebhookDelivery": _DELIVERY,
    "WebhookDeliveryWithRequest": _DELIVERY
    | {"request": ("The request, as it would be sent now; null if the event is no longer kept.", {})},
    "WebhookRequest": {
        "url": ("Where it is sent.", {}),
        "headers": ("Its headers. The time and the signatures differ in each attempt.", {}),
        "body": ("Its body: the event, byte for byte as it is signed.", {}),
    },
    "WebhookDeliveryList": {
        "deliveries": ("The deliveries of this page.", {}),
        "cursor": ("Send it as `cursor` to get the next page. Null on the last page.", {}),
    },
    "WebhookCounts": {
        "enabled": ("The number of enabled endpoints.", _COUNT),
        "disabled": ("The number of disabled endpoints.", _COUNT),
        "failing": (
            "The number of enabled endpoints at which every attempt has failed for five minutes or longer.",
            _COUNT,
        ),
    },
    "Replays": {"replays": ("The number of replays that are not over yet.", _COUNT)},
}
