"""From the mail queue: send customers the mail with their receipt."""

from orders import batch, send
from orders.edition import connect

outside = connect()

handler = batch.handler(lambda order_id: send.send_receipt(order_id, outside))
