"""Row in, PDF bytes out."""

from orders.receipt.renderer import check, render
from orders.receipt.trial import try_apart

__all__ = ["check", "render", "try_apart"]
