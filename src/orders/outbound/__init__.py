"""The way out to other people's servers, which reaches no address inside: HTTPS POST for webhooks."""

from orders.ports.events import Sender


def sender() -> Sender:
    raise NotImplementedError
