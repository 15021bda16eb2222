"""From the queue of slow orders: make the receipts that take long to draw, one after another."""

from orders import batch, process
from orders.edition import connect

outside = connect()

handler = batch.handler(lambda order_id: process.make_slow_receipt(order_id, outside))
