"""Order in, PDF bytes out."""

from orders.receipt.renderer import render
from orders.receipt.trial import try_apart

__all__ = ["render", "try_apart"]
