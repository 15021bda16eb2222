"""/operations/events and /operations/webhooks: operators read the event feed, and manage webhook endpoints."""

from collections.abc import Callable

from orders.api import feed, http, webhooks
from orders.edition import connect_events
from orders.ports.events import EventPorts

events = connect_events()


def _with_events(does: Callable[[http.Request, EventPorts], http.Answer]) -> Callable[[http.Request], http.Answer]:
    return lambda request: does(request, events)


_ROUTES = {
    "GET /operations/events": feed.read,
    "GET /operations/events/{eventId}": feed.show,
    "GET /operations/webhooks": webhooks.list_all,
    "POST /operations/webhooks": webhooks.add,
    "GET /operations/webhooks/{webhookId}": webhooks.show,
    "PATCH /operations/webhooks/{webhookId}": webhooks.change,
    "DELETE /operations/webhooks/{webhookId}": webhooks.remove,
    "POST /operations/webhooks/{webhookId}/rotate": webhooks.rotate,
    "POST /operations/webhooks/{webhookId}/test": webhooks.test,
    "POST /operations/webhooks/{webhookId}/replay": webhooks.replay,
    "GET /operations/webhooks/{webhookId}/deliveries": webhooks.list_deliveries,
    "GET /operations/webhooks/{webhookId}/deliveries/{eventId}": webhooks.show_delivery,
}

handler = http.handler({route: _with_events(does) for route, does in _ROUTES.items()})
