"""Order in, PDF bytes out."""

from orders.receipt.drawing import draw, draw_alone
from orders.receipt.letters import replaced
from orders.receipt.renderer import check, render

__all__ = ["check", "draw", "draw_alone", "render", "replaced"]
