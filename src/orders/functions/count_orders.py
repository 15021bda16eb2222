"""From the table's stream: count the orders that moved."""

from orders.edition import connect_counts
from orders.functions import stream

ATTEMPT_SECONDS = 8
"""Two calls, each with a second to connect and two for the answer."""

handler = stream.handler(connect_counts(), ATTEMPT_SECONDS)
"""A batch keeps its token, so it counts once even if DynamoDB has counted it and only the answer was lost."""
