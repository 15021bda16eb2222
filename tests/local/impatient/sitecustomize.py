"""Python imports this at start where it is on the path: the first try at a receipt has hardly any time."""

from orders.receipt import drawing, renderer

drawing._first_try = drawing._Lane(renderer.COMPILERS, 0.03, niceness=0)
