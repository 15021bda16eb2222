"""The routes below `/operations`: what operators see and do."""

from orders.api import documents
from orders.api.authority import Authority
from orders.api.http import bodyless, query
from orders.api.openapi import parameters as given
from orders.api.openapi.answers import LINK, NO_RECEIPT, ORDER, PENDING, UNKNOWN
from orders.api.openapi.route import CSV, JSON, Reply, Route
from orders.order import errors

_NO_LIMIT = errors.BadRequest(f"limit is a whole number from 1 to {query.MOST_LISTED}.")

OPERATOR_ROUTES = (
    Route(
        "GET",
        "/operations/orders",
        "listOrders",
        "List the newest orders",
        Authority.OPERATOR,
        replies=(Reply(200, "A page of orders, the newest first.", {JSON: documents.OrderList}),),
        problems=(_NO_LIMIT,),
        parameters=(*given.SELECTING, given.limit(query.USUALLY_LISTED, query.MOST_LISTED), given.CURSOR),
    ),
    Route(
        "GET",
        "/operations/orders/{orderId}",
        "showOrder",
        "See an order, its state and its history",
        Authority.OPERATOR,
        replies=(ORDER,),
        problems=(UNKNOWN,),
        parameters=(given.ORDER_ID,),
    ),
    Route(
        "GET",
        "/operations/orders/{orderId}/receipt",
        "linkReceipt",
        "Get a link to a receipt, as an operator",
        Authority.OPERATOR,
        replies=(LINK, PENDING),
        problems=(UNKNOWN, *NO_RECEIPT),
        parameters=(given.ORDER_ID,),
    ),
    Route(
        "POST",
        "/operations/orders/{orderId}/retry",
        "retryOrder",
        "Try a failed order again",
        Authority.OPERATOR,
        replies=(
            Reply(202, "The order is `RECEIVED` again, and its receipt will be made.", {JSON: documents.ShownOrder}),
        ),
        problems=(
            UNKNOWN,
            errors.NotRetryable("The order is COMPLETED; only a FAILED order can be retried."),
            errors.UnexpectedBody(bodyless.RETRY),
        ),
        parameters=(given.ORDER_ID,),
    ),
    Route(
        "POST",
        "/operations/orders/{orderId}/cancel",
        "cancelOrder",
        "Cancel an order that has no receipt yet",
        Authority.OPERATOR,
        replies=(Reply(200, "The order is `CANCELLED`, now or since before.", {JSON: documents.ShownOrder}),),
        problems=(UNKNOWN, errors.NotCancellable(), errors.UnexpectedBody(bodyless.CANCEL)),
        parameters=(given.ORDER_ID,),
        says="Nothing takes it back.",
    ),
    Route(
        "POST",
        "/operations/orders/{orderId}/resend",
        "resendMail",
        "Send the mail to the customer again",
        Authority.OPERATOR,
        replies=(Reply(202, "Another message will be sent.", {JSON: documents.ShownOrder}),),
        problems=(
            UNKNOWN,
            errors.NotResendable("A message is on its way already."),
            errors.UnexpectedBody(bodyless.RESEND),
        ),
        parameters=(given.ORDER_ID,),
        says=(
            "The customer may have had one before: each call that is answered 202 is one message more. A call is"
            " refused while a message is on its way, and for a minute after the last call."
        ),
    ),
    Route(
        "GET",
        "/operations/summary",
        "getSummary",
        "See how things stand",
        Authority.OPERATOR,
        replies=(Reply(200, "How things stand.", {JSON: documents.Summary}),),
        problems=(errors.BadRequest("There is no such parameter. There are none."),),
    ),
    Route(
        "GET",
        "/operations/orders.csv",
        "exportOrders",
        "Export orders for a spreadsheet",
        Authority.OPERATOR,
        replies=(
            Reply(
                200,
                "The selected orders, the newest first, as CSV (RFC 4180) with a heading.",
                {CSV: str},
                ("Content-Disposition", "Next-Cursor"),
            ),
        ),
        problems=(errors.BadRequest(f"limit is a whole number from 1 to {query.MOST_EXPORTED}."),),
        parameters=(*given.SELECTING, given.limit(query.USUALLY_EXPORTED, query.MOST_EXPORTED), given.CURSOR),
        says=(
            "A long document comes in parts, of which the first has the heading: while there is a `Next-Cursor`, ask"
            " again with it as `cursor`, and put the parts together. One machine sends all of it at once."
        ),
    ),
)
