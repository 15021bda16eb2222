"""Python imports this at start where it is on the path: no database is checked before the server starts."""

from unittest.mock import Mock

from orders.local.sqlite import damage, whole_check

damage.check = Mock(return_value=False)  # as of a database that is too large
whole_check.SECONDS_BEFORE = 0
