"""Webhook endpoints, their progress and the deliveries to them, as items of the table of events.

    pk                      sk                  attributes
    endpoints               we_...              text, revision
    progress                we_..., or bus      text, revision
    deliveries/we_...       evt_...             as `orders.aws.dynamodb.delivery_items` has them

Only what is pending is in the index `pending`, which follows the table within a second.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from orders.aws import errors as faults
from orders.aws.dynamodb import batch_get, batch_write, delivery_items
from orders.aws.dynamodb.item import Item
from orders.order.clock import to_iso
from orders.order.errors import NewerVersion, UnknownEndpoint, UnknownEvent
from orders.order.webhook import Endpoint, Progress, WebhookDelivery, WebhookDeliveryStatus
from orders.order.webhook_record import endpoint_from_text, endpoint_to_text, progress_from_text, progress_to_text
from orders.ports.events import DeliveryPage

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

log = logging.getLogger(__name__)

ENDPOINTS, PROGRESS = "endpoints", "progress"
MOST_QUERIES = 5
"""The most queries of one page of deliveries, or of one look for what is pending."""
LOOKED_AT = 250
"""Deliveries that one query of a page reads, if the page shows those of one status only."""
STALE = 16
"""How many more entries of the index are read than are wanted: some are no longer pending."""


class DynamoWebhooks:
    """`orders.ports.events.Webhooks` in the table of this name."""

    def __init__(self, name: str, client: "DynamoDBClient") -> None:
        self._name = name
        self._client = client

    def endpoints(self) -> Sequence[Endpoint]:
        """As the port says. One that a newer version wrote is left out, with an error in the log."""
        found = self._query(_of_partition(ENDPOINTS))
        return sorted(_readable(found), key=lambda each: (each.created_at, each.id))

    def endpoint(self, endpoint_id: str) -> Endpoint:
        return endpoint_from_text(self._text(ENDPOINTS, endpoint_id))

    def add(self, endpoint: Endpoint, progress: Progress) -> None:
        """As the port says. The progress is stored first, so no endpoint is ever without it."""
        self._put(PROGRESS, endpoint.id, progress_to_text(progress), progress.revision, before=0)
        self._put(ENDPOINTS, endpoint.id, endpoint_to_text(endpoint), endpoint.revision, before=0)

    def change(self, before: Endpoint, after: Endpoint) -> Endpoint:
        text = endpoint_to_text(after)
        if self._put(ENDPOINTS, after.id, text, after.revision, before.revision):
            return after
        stored = self._text(ENDPOINTS, after.id)
        return after if stored == text else endpoint_from_text(stored)

    def remove(self, endpoint_id: str) -> None:
        """As the port says. If the second call fails, the endpoint can be removed again."""
        for pk in (PROGRESS, ENDPOINTS):
            with faults.errors_translated("events"):
                self._client.delete_item(TableName=self._name, Key=_key(pk, endpoint_id))

    def progress(self, endpoint_id: str) -> Progress:
        return progress_from_text(self._text(PROGRESS, endpoint_id))

    def advance(self, before: Progress, after: Progress, deliveries: Sequence[WebhookDelivery] = ()) -> Progress:
        """As the port says. If `before` has revision 0, no progress may be stored yet."""
        self.put(deliveries)
        text = progress_to_text(after)
        if self._put(PROGRESS, after.endpoint_id, text, after.revision, before.revision):
            return after
        stored = self._text(PROGRESS, after.endpoint_id)
        return after if stored == text else progress_from_text(stored)

    def put(self, deliveries: Sequence[WebhookDelivery]) -> None:
        by_event = {(each.endpoint_id, each.event_id): each for each in deliveries}
        items = list(map(delivery_items.item_of, by_event.values()))
        batch_write.put(self._client, self._name, items, "events")

    def delivery(self, endpoint_id: str, event_id: str) -> WebhookDelivery:
        item = self._item(delivery_items.key_of(endpoint_id, event_id))
        if item is None:
            raise UnknownEvent
        return delivery_items.delivery_of(item)

    def deliveries(
        self, endpoint_id: str, status: WebhookDeliveryStatus | None, limit: int, cursor: str | None
    ) -> DeliveryPage:
        """As the port says. Test events come first: their ids sort after all others."""
        query = _of_partition(delivery_items.partition(endpoint_id)) | {"ScanIndexForward": False, "Limit": limit + 1}
        if status:
            query |= {"FilterExpression": "#status = :status", "ExpressionAttributeNames": {"#status": "status"}}
            query["ExpressionAttributeValues"][":status"] = {"S": status.value}
            query["Limit"] = LOOKED_AT
        if cursor is not None:
            query["ExclusiveStartKey"] = delivery_items.key_of(endpoint_id, delivery_items.event_of(cursor))
        found, read_to = list[Item](), None
        for _ in range(MOST_QUERIES):
            answer = self._ask(query)
            found += answer["Items"]
            read_to = answer.get("LastEvaluatedKey")
            if read_to is None or len(found) > limit:
                break
            query["ExclusiveStartKey"] = read_to
        shown = list(map(delivery_items.delivery_of, found[:limit]))
        if len(found) > limit:
            return DeliveryPage(shown, delivery_items.cursor_of(shown[-1].event_id))
        return DeliveryPage(shown, delivery_items.cursor_of(read_to["sk"]["S"]) if read_to else None)

    def pending(self, endpoint_id: str, due_by: datetime, limit: int) -> Sequence[WebhookDelivery]:
        query: dict[str, Any] = {
            "IndexName": "pending",
            "KeyConditionExpression": "endpointId = :endpoint AND dueAt <= :dueBy",
            "ExpressionAttributeValues": {":endpoint": {"S": endpoint_id}, ":dueBy": {"S": to_iso(due_by)}},
            "Limit": limit + STALE,
        }
        found = list[WebhookDelivery]()
        for _ in range(MOST_QUERIES):
            answer = self._ask(query)
            found += self._now([{name: item[name] for name in ("pk", "sk")} for item in answer["Items"]], due_by)
            if "LastEvaluatedKey" not in answer or len(found) >= limit:
                break
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return sorted(found, key=lambda each: (each.due_at or due_by, each.event_id))[:limit]

    def _now(self, keys: Sequence[Item], due_by: datetime) -> Iterator[WebhookDelivery]:
        """Those that are still pending and due, read consistently: the index may be out of date."""
        for item in batch_get.items(self._client, self._name, keys, "events"):
            delivery = delivery_items.delivery_of(item)
            if delivery.due_at and delivery.due_at <= due_by:
                yield delivery

    def _query(self, query: dict[str, Any]) -> Iterator[Item]:
        while True:
            answer = self._ask(query)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _ask(self, query: Item) -> Any:
        with faults.errors_translated("events"):
            return self._client.query(TableName=self._name, **query)

    def _text(self, pk: str, endpoint_id: str) -> str:
        item = self._item(_key(pk, endpoint_id))
        if item is None:
            raise UnknownEndpoint
        return str(item["text"]["S"])

    def _item(self, key: Item) -> Item | None:
        with faults.errors_translated("events"):
            return self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True).get("Item")

    def _put(self, pk: str, endpoint_id: str, text: str, revision: int, before: int) -> bool:
        """Whether the item was still at the revision `before`, so that it was stored.

        The SDK may send a call again whose answer was lost. It is then refused although the first sending took effect.
        """
        condition: Any = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before:
            condition = {
                "ConditionExpression": "revision = :before",
                "ExpressionAttributeValues": {":before": {"N": str(before)}},
            }
        item = {**_key(pk, endpoint_id), "text": {"S": text}, "revision": {"N": str(revision)}}
        with faults.errors_translated("events"):
            try:
                self._client.put_item(TableName=self._name, Item=item, **condition)
            except ClientError as error:
                return faults.held(error)
        return True


def _readable(items: Iterator[Item]) -> Iterator[Endpoint]:
    for item in items:
        try:
            yield endpoint_from_text(item["text"]["S"])
        except NewerVersion as error:
            log.error("webhook endpoint %s gets no events: %s", item["sk"]["S"], error)


def _key(pk: str, endpoint_id: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": endpoint_id}}


def _of_partition(pk: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": pk}},
        "ConsistentRead": True,
    }
