"""From the dead-letter queue: decide about orders whose messages were delivered without success."""

from orders.edition import connect
from orders.functions import batch
from orders.use_cases import fail

outside = connect()

handler = batch.handler(lambda order_id: fail.decide(order_id, outside))
