"""From the queue of slow orders: make the receipts that take long to draw, one after another."""

from orders.edition import connect
from orders.functions import batch
from orders.use_cases import process

outside = connect()

handler = batch.handler(lambda order_id: process.make_slow_receipt(order_id, outside))
