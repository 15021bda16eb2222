"""The table of routes: for each, who may call it, with what, and what is answered."""

from orders.api import documents
from orders.api.authority import Authority
from orders.api.openapi import parameters as given
from orders.api.openapi.answers import LINK, NO_RECEIPT, ORDER, PENDING, UNKNOWN
from orders.api.openapi.operator_routes import OPERATOR_ROUTES
from orders.api.openapi.route import HTML, JSON, Reply, Route
from orders.order import errors

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
        parameters=(given.IDEMPOTENCY_KEY,),
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
        replies=(ORDER,),
        problems=(UNKNOWN,),
        parameters=(given.ORDER_ID,),
    ),
    Route(
        "GET",
        "/receipt/{orderId}",
        "getReceipt",
        "Get a link to a receipt",
        Authority.SHOP,
        replies=(LINK, PENDING),
        problems=(UNKNOWN, *NO_RECEIPT),
        parameters=(given.ORDER_ID,),
    ),
    Route(
        "GET",
        "/receipt/{orderId}/{receiptToken}",
        "openReceipt",
        "Open a receipt, as its customer",
        Authority.CUSTOMER,
        replies=(Reply(303, "On to a link that works for five minutes.", headers=("Location",)), PENDING),
        problems=(UNKNOWN, *NO_RECEIPT),
        parameters=(given.ORDER_ID, given.RECEIPT_TOKEN),
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
        parameters=(given.ANY_ID, given.SHA256),
        says=(
            "Where the code on a receipt leads: a browser that asks without `sha256` is given a page for the file."
            " An unknown order has issued no receipt."
        ),
    ),
    *OPERATOR_ROUTES,
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
