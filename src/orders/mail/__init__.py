"""Order and receipt in, e-mail out."""

from orders.mail.message import compose, mailbox_key

__all__ = ["compose", "mailbox_key"]
