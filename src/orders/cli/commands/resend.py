"""`orders resend`: the mail to a customer, once more."""

from orders.cli.client import connect, path_of
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url
from orders.cli.terminal import console, plain, write_json


def resend(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Send the customer the mail with the receipt again.

    The customer may have had one before: look with `orders status` first.
    """
    order = connect(url).post(path_of("/operations/orders/{}/resend", order_id)).document()
    if as_json:
        write_json(order)
    else:
        shown = plain(order["orderId"])
        console().print(
            f"Another mail about order {shown} was requested. To see: orders status {shown}", soft_wrap=True
        )
