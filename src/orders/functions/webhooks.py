"""/operations/events and /operations/webhooks: what operators see of events, and do with webhook endpoints."""

from orders.api import http

handler = http.handler({})
