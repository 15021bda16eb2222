"""The table of routes: for each, who may call it, with what, and what is answered."""

from orders.api import documents
from orders.api.authority import Authority
from orders.api.http import bodyless, query
from orders.api.openapi.parameters import (
    ANY_ID,
    CURSOR,
    IDEMPOTENCY_KEY,
    ORDER_ID,
    RECEIPT_TOKEN,
    SELECTING,
    SHA256,
    limit,
)
from orders.api.openapi.route import CSV, HTML, JSON, Reply, Route
from orders.order import errors

_UNKNOWN = errors.UnknownOrder()
_NO_RECEIPT = (errors.OrderFailed(), errors.OrderCancelled())
_PENDING = Reply(202, "The receipt is being made: ask again.", {JSON: documents.ReceiptPending}, ("Retry-After",))
_LINK = Reply(200, "A link that works for five minutes.", {JSON: documents.ReceiptLink})
_ORDER = Reply(200, "The order.", {JSON: documents.ShownOrder})
_NO_LIMIT = errors.BadRequest(f"limit is a whole number from 1 to {query.MOST_LISTED}.")
_NO_ORDER = (
    errors.BadRequest("An Idempotency-Key has 1 to 255 characters."),
    errors.MalformedJson("The body is empty."),
    errors.OrderConflict(),
    errors.BodyTooLarge("An order may have at most 131,072 bytes."),
    errors.NotJson("Send the order as JSON in UTF-8, with the header Content-Type: application/json."),
    errors.InvalidOrder([errors.WrongField("#/customerName", "must not be blank")]),
)

ROUTES = (
    Route(
        "POST",
        "/orders",
        "postOrder",
        "Post an order",
        Authority.SHOP,
        replies=(
            Reply(
                202,
                "The order is kept, and its receipt will be made. The same order again is answered the same.",
                {JSON: documents.Accepted},
                ("Location", "Idempotent-Replayed"),
            ),
        ),
        problems=_NO_ORDER,
        parameters=(IDEMPOTENCY_KEY,),
        says=(
            "Repeat the call until it is answered: the same order is accepted once. Another order under the same id, or"
            " the same `Idempotency-Key`, is refused."
        ),
        takes_order=True,
    ),
    Route(
        "GET",
        "/orders/{orderId}",
        "getOrder",
        "See an order, its state and its history",
        Authority.SHOP,
        replies=(_ORDER,),
        problems=(_UNKNOWN,),
        parameters=(ORDER_ID,),
    ),
    Route(
        "GET",
        "/receipt/{orderId}",
        "getReceipt",
        "Get a link to a receipt",
        Authority.SHOP,
        replies=(_LINK, _PENDING),
        problems=(_UNKNOWN, *_NO_RECEIPT),
        parameters=(ORDER_ID,),
    ),
    Route(
        "GET",
        "/receipt/{orderId}/{receiptToken}",
        "openReceipt",
        "Open a receipt, as its customer",
        Authority.CUSTOMER,
        replies=(Reply(303, "On to a link that works for five minutes.", headers=("Location",)), _PENDING),
        problems=(_UNKNOWN, *_NO_RECEIPT),
        parameters=(ORDER_ID, RECEIPT_TOKEN),
        says="The order's `receiptUrl`. It never ends; a wrong token is answered as an unknown order.",
    ),
    Route(
        "GET",
        "/receipt/{orderId}/verification",
        "verifyReceipt",
        "Ask whether a file is the receipt that was issued",
        Authority.ANYONE,
        replies=(Reply(200, "Whether it is.", {JSON: documents.Verification, HTML: str}, ("Vary",)),),
        problems=(errors.BadRequest("Send the file's SHA-256, 64 hexadecimal digits, as in ?sha256=9f86d081..."),),
        parameters=(ANY_ID, SHA256),
        says=(
            "Where the code on a receipt leads: a browser that asks without `sha256` is given a page for the file."
            " An unknown order has issued no receipt."
        ),
    ),
    Route(
        "GET",
        "/operations/orders",
        "listOrders",
        "List the newest orders",
        Authority.OPERATOR,
        replies=(Reply(200, "A page of orders, the newest first.", {JSON: documents.OrderList}),),
        problems=(_NO_LIMIT,),
        parameters=(
            *SELECTING,
            limit(query.USUALLY_LISTED, query.MOST_LISTED),
            CURSOR,
        ),
    ),
    Route(
        "GET",
        "/operations/orders/{orderId}",
        "showOrder",
        "See an order, its state and its history",
        Authority.OPERATOR,
        replies=(_ORDER,),
        problems=(_UNKNOWN,),
        parameters=(ORDER_ID,),
    ),
    Route(
        "GET",
        "/operations/orders/{orderId}/receipt",
        "linkReceipt",
        "Get a link to a receipt, as an operator",
        Authority.OPERATOR,
        replies=(_LINK, _PENDING),
        problems=(_UNKNOWN, *_NO_RECEIPT),
        parameters=(ORDER_ID,),
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
            _UNKNOWN,
            errors.NotRetryable("The order is COMPLETED; only a FAILED order can be retried."),
            errors.UnexpectedBody(bodyless.RETRY),
        ),
        parameters=(ORDER_ID,),
    ),
    Route(
        "POST",
        "/operations/orders/{orderId}/cancel",
        "cancelOrder",
        "Cancel an order that has no receipt yet",
        Authority.OPERATOR,
        replies=(Reply(200, "The order is `CANCELLED`, now or since before.", {JSON: documents.ShownOrder}),),
        problems=(_UNKNOWN, errors.NotCancellable(), errors.UnexpectedBody(bodyless.CANCEL)),
        parameters=(ORDER_ID,),
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
            _UNKNOWN,
            errors.NotResendable("A message is on its way already."),
            errors.UnexpectedBody(bodyless.RESEND),
        ),
        parameters=(ORDER_ID,),
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
        parameters=(
            *SELECTING,
            limit(query.USUALLY_EXPORTED, query.MOST_EXPORTED),
            CURSOR,
        ),
        says=(
            "A long document comes in parts, of which the first has the heading: while there is a `Next-Cursor`, ask"
            " again with it as `cursor`, and put the parts together. One machine sends all of it at once."
        ),
    ),
    Route(
        "GET",
        "/openapi.json",
        "getDescription",
        "Get this description (OpenAPI 3.1)",
        Authority.ANYONE,
        replies=(Reply(200, "The OpenAPI document.", {JSON: dict}),),
    ),
    Route(
        "GET",
        "/docs",
        "getPage",
        "Read this description",
        Authority.ANYONE,
        replies=(Reply(200, "A page.", {HTML: str}),),
    ),
)
