"""From the mail queue: send customers the mail with their receipt."""

from orders.edition import connect
from orders.functions import batch
from orders.use_cases import send

outside = connect()

handler = batch.handler(lambda order_id: send.send_receipt(order_id, outside))
