"""Whether the server answers at /health."""

from importlib.util import find_spec

import pytest

needs_health = pytest.mark.skipif(
    find_spec("orders.local.server.health") is None, reason="this version of the server has no /health"
)
