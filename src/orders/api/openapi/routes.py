"""The table of routes: for each, who may call it, with what, and what is answered."""

from orders.api import documents
from orders.api.authority import Authority
from orders.api.http import bodyless, dry_run, query
from orders.api.openapi import document_routes, event_routes
from orders.api.openapi.parameters import (
    ANY_ID,
    CURSOR,
    DOCUMENT,
    DRY_RUN,
    EXPORTING,
    ORDER_ID,
    RECEIPT_TOKEN,
    SELECTING,
    SHA256,
    idempotency_key,
    limit,
)
from orders.api.openapi.route import CSV, HTML, JSON, Reply, Route
from orders.order import errors
from orders.order.posted import TOO_LARGE

_UNKNOWN = errors.UnknownOrder()
_NO_RECEIPT = (errors.OrderFailed(), errors.OrderCancelled())
_PENDING = Reply(202, "The receipt is being made. Ask again later.", {JSON: documents.ReceiptPending}, ("Retry-After",))
_LINK = Reply(200, "A link that works for five minutes.", {JSON: documents.ReceiptLink})
_ORDER = Reply(200, "The order.", {JSON: documents.ShownOrder})
_NO_LIMIT = errors.BadRequest(f"limit must be a whole number from 1 to {query.MOST_LISTED}.")
_NO_ORDER = (
    errors.BadRequest("Idempotency-Key must have 1 to 255 characters."),
    errors.MalformedJson("The body is empty."),
    errors.OrderConflict(),
    errors.BodyTooLarge(TOO_LARGE),
    errors.NotJson("Send the body as JSON in UTF-8, with the header Content-Type: application/json."),
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
                200,
                "The order is valid, and was not stored: the answer to `dryRun=true`.",
                {JSON: documents.CheckedOrder},
            ),
            Reply(
                202,
                "The order is stored, and its receipt will be made. Posting the order again gets the same answer.",
                {JSON: documents.Accepted},
                ("Location", "Idempotent-Replayed"),
            ),
        ),
        problems=_NO_ORDER,
        parameters=(DRY_RUN, idempotency_key("order", "orderId")),
        says=(
            "Repeat the call until you get an answer: the server accepts the same order only once. It refuses a"
            " different order with the same id or the same `Idempotency-Key`. With `dryRun=true` the call shows what an"
            " order comes to, before it is posted."
        ),
        takes="PostedOrder",
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
        "Open a receipt as the customer",
        Authority.CUSTOMER,
        replies=(
            Reply(
                200,
                "A page with all documents of the order: for a browser, if other documents follow the receipt.",
                {HTML: str},
            ),
            Reply(303, "A redirect to a link that works for five minutes.", headers=("Location", "Vary")),
            Reply(
                202,
                "The receipt is being made. Ask again later; the page does so by itself.",
                {JSON: documents.ReceiptPending, HTML: str},
                ("Retry-After", "Vary"),
            ),
        ),
        problems=(_UNKNOWN, *_NO_RECEIPT),
        parameters=(ORDER_ID, RECEIPT_TOKEN, DOCUMENT),
        says=(
            "The order's `receiptUrl`. It never expires. A wrong token gets the same answer as an unknown order. If"
            " there is no receipt, a browser (`Accept: text/html`) gets a page in the customer's language, with the"
            " same status. If credit notes or corrected receipts follow the receipt, it gets a page that lists all."
        ),
        has_pages=True,
    ),
    Route(
        "GET",
        "/receipt/{orderId}/verification",
        "verifyReceipt",
        "Check whether a file is the receipt that was issued",
        Authority.ANYONE,
        replies=(Reply(200, "The result, or a page.", {JSON: documents.Verification, HTML: str}, ("Vary",)),),
        problems=(errors.BadRequest("Send the file's SHA-256, 64 hexadecimal digits, as in ?sha256=9f86d081..."),),
        parameters=(ANY_ID, SHA256),
        says=(
            "The QR code on a receipt leads here. A browser that sends no `sha256` gets a page on which a person can"
            " choose the file. For an unknown order, `issued` is false. If a corrected receipt replaces the file,"
            " `replacedBy` says which one."
        ),
    ),
    Route(
        "GET",
        "/operations/orders",
        "listOrders",
        "List orders, the newest first",
        Authority.OPERATOR,
        replies=(Reply(200, "A page of orders.", {JSON: documents.OrderList}),),
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
        "Get a link to a receipt as an operator",
        Authority.OPERATOR,
        replies=(_LINK, _PENDING),
        problems=(_UNKNOWN, *_NO_RECEIPT),
        parameters=(ORDER_ID,),
    ),
    Route(
        "POST",
        "/operations/orders/{orderId}/retry",
        "retryOrder",
        "Retry a failed order",
        Authority.OPERATOR,
        replies=(
            Reply(202, "The order is `RECEIVED` again, and its receipt will be made.", {JSON: documents.ShownOrder}),
        ),
        problems=(
            _UNKNOWN,
            errors.NotRetryable("The order is COMPLETED; only a FAILED order can be retried."),
            errors.BadRequest(dry_run.NONE),
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
        replies=(Reply(200, "The order is `CANCELLED`, now or since an earlier call.", {JSON: documents.ShownOrder}),),
        problems=(
            _UNKNOWN,
            errors.NotCancellable(),
            errors.BadRequest(dry_run.NONE),
            errors.UnexpectedBody(bodyless.CANCEL),
        ),
        parameters=(ORDER_ID,),
        says="This can't be undone.",
    ),
    Route(
        "POST",
        "/operations/orders/{orderId}/resend",
        "resendMail",
        "Send the customer's e-mail again",
        Authority.OPERATOR,
        replies=(Reply(202, "Another e-mail will be sent.", {JSON: documents.ShownOrder}),),
        problems=(
            _UNKNOWN,
            errors.NotResendable("An e-mail is already on its way."),
            errors.BadRequest(dry_run.NONE),
            errors.UnexpectedBody(bodyless.RESEND),
        ),
        parameters=(ORDER_ID,),
        says=(
            "The customer may already have received one: each call that is answered with 202 sends one more. The server"
            " refuses the call while an e-mail is on its way, and for a minute after the last call."
        ),
    ),
    Route(
        "GET",
        "/operations/summary",
        "getSummary",
        "Get the current figures",
        Authority.OPERATOR,
        replies=(Reply(200, "The current figures.", {JSON: documents.Summary}),),
        problems=(errors.BadRequest("Unknown parameter. This call takes none."),),
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
                "The selected orders, the newest first, as CSV (RFC 4180) with a heading: a row for each order, tax or"
                " item.",
                {CSV: str},
                ("Content-Disposition", "Next-Cursor"),
            ),
        ),
        problems=(errors.BadRequest(f"limit must be a whole number from 1 to {query.MOST_EXPORTED}."),),
        parameters=(
            *SELECTING,
            *EXPORTING,
            limit(query.USUALLY_EXPORTED, query.MOST_EXPORTED),
            CURSOR,
        ),
        says=(
            "New columns are added after the others. A text that a spreadsheet would run as a formula begins with an"
            " apostrophe. An order that can't be read has a row with its id that says so."
            " A long export comes in parts. While an answer has a `Next-Cursor`, call again with it as `cursor`, and"
            " append the next part. Only the first part has the heading. A server on one machine sends all at once."
        ),
    ),
    *document_routes.ROUTES,
    *event_routes.ROUTES,
    Route(
        "GET",
        "/openapi.json",
        "getDescription",
        "Get the OpenAPI document (3.1)",
        Authority.ANYONE,
        replies=(Reply(200, "The OpenAPI document.", {JSON: dict}),),
    ),
    Route(
        "GET",
        "/docs",
        "getPage",
        "Read the documentation",
        Authority.ANYONE,
        replies=(Reply(200, "The documentation as a page.", {HTML: str}),),
    ),
)
