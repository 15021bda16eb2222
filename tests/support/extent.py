"""How much is tried of what is too much for every change: a part of it by `make test`, all by `make test-all`."""

import os

ALL = os.environ.get("ORDERS_FULL") == "yes"
EVERY = 1 if ALL else 3
"""Of so many possible places for a fault, one is tried; which one differs from fault to fault."""
