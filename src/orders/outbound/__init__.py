"""Sends webhooks to other people's servers by HTTPS POST, and refuses addresses inside our network (SSRF)."""

from orders.ports.events import Sender


def sender() -> Sender:
    """The sender of this process, with the settings of its environment: see `orders.outbound.rules`.

    Raises:
        Misconfigured: a setting can't be used.
    """
    from orders.outbound.http_sender import HttpSender
    from orders.outbound.rules import from_environment

    return HttpSender(from_environment())
