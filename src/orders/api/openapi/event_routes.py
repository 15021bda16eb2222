"""The routes of the event feed and of webhook endpoints."""

from collections.abc import Iterator

from orders.api import event_documents as documents
from orders.api import feed
from orders.api.authority import Authority
from orders.api.http import bodyless, dry_run, query
from orders.api.openapi.parameters import (
    AFTER,
    CURSOR,
    DELIVERED_EVENT_ID,
    EVENT_ID,
    STATUS_OF_DELIVERY,
    TYPES,
    WEBHOOK_ID,
    limit,
)
from orders.api.openapi.route import JSON, Parameter, Reply, Route
from orders.order import errors
from orders.order.posted import TOO_LARGE

_UNKNOWN = errors.UnknownEndpoint()
_CONFLICT = errors.EndpointConflict()
_NO_DRY_RUN = errors.BadRequest(dry_run.NONE)
_WEBHOOK = Reply(200, "The webhook endpoint.", {JSON: documents.Webhook})
_TO_POST = (
    errors.BadRequest(dry_run.NONE),
    errors.MalformedJson("The body is empty."),
    errors.BodyTooLarge(TOO_LARGE),
    errors.NotJson("Send the body as JSON in UTF-8, with the header Content-Type: application/json."),
)
_ONE = "/operations/webhooks/{webhookId}"


def _feed(path: str, names: tuple[str, str], authority: Authority) -> Iterator[Route]:
    yield Route(
        "GET", path, names[0], "Read the event feed, the oldest event first", authority,
        replies=(Reply(200, "The next events.", {JSON: documents.EventList}),),
        problems=(errors.BadRequest(feed.NO_TYPE), errors.CursorExpired()),
        parameters=(AFTER, TYPES, limit(feed.USUALLY_READ, feed.MOST_READ, "events")),
        says=(
            "Each move of an order, of a document or of an e-mail is one event. Events are kept for at least 30 days."
            " Store the `cursor` of each answer and send it as `after` in the next call: no event is left out, and none"
            " comes twice. While `hasMore` is true, call again at once."
        ),
    )  # fmt: skip
    yield Route(
        "GET", f"{path}/{{eventId}}", names[1], "See an event", authority,
        replies=(Reply(200, "The event.", {JSON: documents.Event}),),
        problems=(errors.UnknownEvent(),),
        parameters=(EVENT_ID,),
    )  # fmt: skip


def _operator(
    method: str,
    path: str,
    name: str,
    summary: str,
    reply: Reply,
    *problems: errors.OrdersError,
    parameters: tuple[Parameter, ...] = (),
    says: str = "",
    takes: str = "",
) -> Route:
    given = (WEBHOOK_ID, *parameters) if "{webhookId}" in path else parameters
    return Route(
        method, path, name, summary, Authority.OPERATOR,
        replies=(reply,), problems=problems, parameters=given, says=says, takes=takes,
    )  # fmt: skip


_WEBHOOKS = (
    _operator(
        "GET",
        "/operations/webhooks",
        "listWebhooks",
        "List the webhook endpoints",
        Reply(200, "All webhook endpoints.", {JSON: documents.WebhookList}),
        errors.BadRequest("Unknown parameter. This call takes none."),
    ),
    _operator(
        "POST",
        "/operations/webhooks",
        "addWebhook",
        "Add a webhook endpoint",
        Reply(
            201,
            "The webhook endpoint, and its secret. It gets the events from now on.",
            {JSON: documents.WebhookWithSecret},
            ("Location",),
        ),
        *_TO_POST,
        errors.InvalidWebhook([errors.WrongField("#/url", "is required")]),
        says=(
            "Events are sent by the Standard Webhooks specification 1.0: each request is signed with the secret, which"
            " only this answer shows. The endpoint accepts an event by answering 2xx within 15 seconds. Otherwise the"
            " event is sent again, up to nine times within about three days. The same event may arrive more than once,"
            " and not in the order of the feed."
        ),
        takes="PostedWebhook",
    ),
    _operator("GET", _ONE, "showWebhook", "See a webhook endpoint", _WEBHOOK, _UNKNOWN),
    _operator(
        "PATCH",
        _ONE,
        "changeWebhook",
        "Change, disable or enable a webhook endpoint",
        Reply(200, "The changed webhook endpoint.", {JSON: documents.Webhook}),
        *_TO_POST,
        _UNKNOWN,
        _CONFLICT,
        errors.InvalidWebhook([errors.WrongField("#/status", "must be ENABLED or DISABLED, in double quotes")]),
        says=(
            "A field that is left out stays as it is. An endpoint that is enabled again gets the events that it missed,"
            " unless `skipMissed` is true."
        ),
        takes="PostedWebhookChange",
    ),
    _operator(
        "DELETE",
        _ONE,
        "removeWebhook",
        "Remove a webhook endpoint",
        Reply(204, "The webhook endpoint and its secrets are removed."),
        _UNKNOWN,
        _NO_DRY_RUN,
        errors.UnexpectedBody(bodyless.REMOVE),
        says="This can't be undone. To send nothing for a while, disable the endpoint instead.",
    ),
    _operator(
        "POST",
        f"{_ONE}/rotate",
        "rotateWebhook",
        "Give a webhook endpoint a new secret",
        Reply(200, "The webhook endpoint, and its new secret.", {JSON: documents.WebhookWithSecret}),
        _UNKNOWN,
        _CONFLICT,
        _NO_DRY_RUN,
        errors.UnexpectedBody(bodyless.ROTATE),
        says=(
            "Only this answer shows the new secret. For 24 hours, requests are signed with the secret before, too. A"
            " repeated call makes another secret, and the one before the last is no longer used."
        ),
    ),
    _operator(
        "POST",
        f"{_ONE}/test",
        "testWebhook",
        "Send a test event to a webhook endpoint",
        Reply(
            202,
            "The delivery of the test event. To see the outcome, get the delivery by its `eventId`.",
            {JSON: documents.WebhookDelivery},
        ),
        _UNKNOWN,
        _NO_DRY_RUN,
        errors.UnexpectedBody(bodyless.TEST),
        says="Its type is `webhook.test`, and its `data` is empty. It is sent once. The endpoint must be enabled.",
    ),
    _operator(
        "POST",
        f"{_ONE}/replay",
        "replayWebhook",
        "Send events to a webhook endpoint again",
        Reply(
            202,
            "With `eventId`, the delivery of the event. With `from` and `to`, the number of replays that are not over.",
            {JSON: documents.Replayed},
        ),
        *_TO_POST,
        _UNKNOWN,
        errors.UnknownEvent(),
        _CONFLICT,
        errors.InvalidWebhook([errors.WrongField("#/from", "must be earlier than to")]),
        says=(
            "With `eventId`, this event is sent, whatever its type. With `from` and `to`, all events between these"
            " times are sent whose types the endpoint gets. While the endpoint is disabled, they wait."
        ),
        takes="PostedReplay",
    ),
    _operator(
        "GET",
        f"{_ONE}/deliveries",
        "listDeliveries",
        "List the deliveries to a webhook endpoint, the newest event first",
        Reply(200, "A page of deliveries.", {JSON: documents.WebhookDeliveryList}),
        errors.BadRequest(f"limit must be a whole number from 1 to {query.MOST_LISTED}."),
        _UNKNOWN,
        parameters=(STATUS_OF_DELIVERY, limit(query.USUALLY_LISTED, query.MOST_LISTED, "deliveries"), CURSOR),
        says=(
            "Deliveries are kept for 30 days. An event has no delivery before its first attempt, for example while the"
            " endpoint is disabled."
        ),
    ),
    _operator(
        "GET",
        f"{_ONE}/deliveries/{{eventId}}",
        "showDelivery",
        "See a delivery, its request and the answer to it",
        Reply(200, "The delivery.", {JSON: documents.WebhookDeliveryWithRequest}),
        _UNKNOWN,
        errors.UnknownEvent(),
        parameters=(DELIVERED_EVENT_ID,),
    ),
)

ROUTES = (
    *_feed("/events", ("readEvents", "getEvent"), Authority.SHOP),
    *_feed("/operations/events", ("listEvents", "showEvent"), Authority.OPERATOR),
    *_WEBHOOKS,
)
