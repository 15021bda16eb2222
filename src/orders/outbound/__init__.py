"""The way out to other people's servers, which reaches no address inside: HTTPS POST for webhooks."""

from orders.ports.events import Sender


def sender() -> Sender:
    """The sender of this process, as its environment sets it: see `orders.outbound.rules`.

    Raises:
        Misconfigured: a setting can't be used.
    """
    from orders.outbound.http_sender import HttpSender
    from orders.outbound.rules import from_environment

    return HttpSender(from_environment())
