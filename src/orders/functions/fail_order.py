"""From the dead-letter queue: decide about orders that were delivered in vain."""

from orders import batch, fail
from orders.edition import connect

outside = connect()

handler = batch.handler(lambda order_id: fail.give_up(order_id, outside))
