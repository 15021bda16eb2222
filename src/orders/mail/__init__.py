"""Row and receipt in, e-mail out."""

from orders.mail.message import compose

__all__ = ["compose"]
