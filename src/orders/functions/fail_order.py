"""From the dead-letter queue: decide about orders that were delivered in vain."""

from orders.edition import connect
from orders.functions import batch
from orders.use_cases import fail

outside = connect()

handler = batch.handler(lambda order_id: fail.decide(order_id, outside))
