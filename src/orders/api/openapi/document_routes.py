"""The routes of refunds, corrections and the documents that come of them, and of the register of numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from orders.api import documents
from orders.api.authority import Authority
from orders.api.http import bodyless, dry_run, query
from orders.api.openapi.parameters import (
    ANY_CORRECTION_ID,
    ANY_ID,
    ANY_REFUND_ID,
    CORRECTION_ID,
    CURSOR,
    DRY_RUN,
    EXCEL,
    FROM,
    FROM_NUMBER,
    ORDER_ID,
    RECEIPT_TOKEN,
    REFUND_ID,
    SERIES,
    SHA256,
    STATUS_OF_DOCUMENT,
    TO,
    idempotency_key,
    limit,
)
from orders.api.openapi.route import CSV, HTML, JSON, Parameter, Reply, Route
from orders.order import errors
from orders.order.posted import TOO_LARGE

_UNKNOWN = errors.UnknownOrder()
_FAILED = errors.OrderFailed()
_NO_LIMIT = errors.BadRequest(f"limit must be a whole number from 1 to {query.MOST_LISTED}.")


@dataclass(frozen=True, slots=True)
class _Following:
    """The differences between refunds and corrections. `paper` is the document that one makes.

    `name` stands for it in the names of operations, and `by_operator` is the operation by which an operator posts one.
    """

    noun: str
    paper: str
    name: str
    by_operator: str
    id: Parameter
    any_id: Parameter
    shown: type
    accepted: type
    problems: tuple[errors.OrdersError, ...]
    says: str
    checked: tuple[Reply, ...] = ()
    """The answer to a dry run, if there is one."""

    @property
    def folder(self) -> str:
        return f"{self.noun}s/{{{self.id.name}}}"


REFUNDS = _Following(
    "refund",
    "credit note",
    "CreditNote",
    "refundOrder",
    REFUND_ID,
    ANY_REFUND_ID,
    documents.ShownRefund,
    documents.AcceptedRefund,
    (
        errors.RefundConflict("Another refund of this order has this id."),
        errors.NotRefundable("The order is RECEIVED; only a COMPLETED order can be refunded."),
        errors.ExceedsRemaining(
            [errors.WrongField("#/lines/0/quantity", "is more than the 1 that remains of the line item")],
            {
                "lines": ["7.50", "37.98"],
                "quantities": ["1", "2"],
                "charges": [],
                "total": "49.07",
                "payable": "49.07",
            },
        ),
        errors.InvalidOrder([errors.WrongField("#/lines/0/quantity", "must be more than 0")]),
    ),
    "Name `lines`, or an `amount` of the whole order. With neither, all that remains is refunded. Credits never exceed"
    " the order: the server refuses a refund of more than remains, and says what remains. The server moves no money:"
    " your payment provider does, and the credit note says how. With `dryRun=true` the server answers the amounts that"
    " the refund would give back, and stores nothing.",
    (
        Reply(
            200,
            "The refund is valid, and was not stored: the answer to `dryRun=true`.",
            {JSON: documents.CheckedRefund},
        ),
    ),
)
CORRECTIONS = _Following(
    "correction",
    "corrected receipt",
    "CorrectedReceipt",
    "correctOrder",
    CORRECTION_ID,
    ANY_CORRECTION_ID,
    documents.ShownCorrection,
    documents.AcceptedCorrection,
    (
        errors.CorrectionConflict("Another correction of this order has this id."),
        errors.NotCorrectable("The order is RECEIVED; only the receipt of a COMPLETED order can be corrected."),
        errors.InvalidOrder([errors.WrongField("#/customerName", "must not be blank")]),
    ),
    "The new receipt has the same lines and amounts, and names the receipt that it replaces. A field that is left out"
    " stays as it is. The e-mail with the new receipt goes to the corrected address.",
)


def _of_one(kind: _Following) -> Iterator[Route]:
    shown = Reply(200, f"The {kind.noun}.", {JSON: kind.shown})
    link = Reply(200, "A link that works for five minutes.", {JSON: documents.ReceiptLink})
    pending = Reply(
        202, f"The {kind.paper} is being made. Ask again later.", {JSON: documents.ReceiptPending}, ("Retry-After",)
    )
    one = f"/orders/{{orderId}}/{kind.folder}"
    by_operator = f"/operations{one}"
    ids = (ORDER_ID, kind.id)
    what = kind.noun.capitalize()

    yield _post(kind, f"post{what}", f"Post a {kind.noun}", Authority.SHOP)
    yield Route(
        "GET", one, f"get{what}", f"See a {kind.noun}, its state and its history", Authority.SHOP,
        replies=(shown,), problems=(_UNKNOWN,), parameters=ids,
    )  # fmt: skip
    yield Route(
        "GET", f"/receipt/{{orderId}}/{kind.folder}", f"get{kind.name}", f"Get a link to a {kind.paper}",
        Authority.SHOP, replies=(link, pending), problems=(_UNKNOWN, _FAILED), parameters=ids,
    )  # fmt: skip
    yield _open(kind)
    yield _verify(kind)
    yield _post(kind, kind.by_operator, f"Post a {kind.noun} as an operator", Authority.OPERATOR)
    yield Route(
        "GET", by_operator, f"show{what}", f"See a {kind.noun}, its state and its history", Authority.OPERATOR,
        replies=(shown,), problems=(_UNKNOWN,), parameters=ids,
    )  # fmt: skip
    yield Route(
        "GET", f"{by_operator}/receipt", f"link{kind.name}", f"Get a link to a {kind.paper} as an operator",
        Authority.OPERATOR, replies=(link, pending), problems=(_UNKNOWN, _FAILED), parameters=ids,
    )  # fmt: skip
    yield Route(
        "POST", f"{by_operator}/retry", f"retry{what}", f"Retry a failed {kind.noun}", Authority.OPERATOR,
        replies=(
            Reply(202, f"The {kind.noun} is `RECEIVED` again, and its {kind.paper} will be made.", {JSON: kind.shown}),
        ),
        problems=(
            _UNKNOWN,
            errors.NotRetryable("The order is COMPLETED; only a FAILED order can be retried."),
            errors.BadRequest(dry_run.NONE),
            errors.UnexpectedBody(bodyless.RETRY),
        ),
        parameters=ids,
    )  # fmt: skip
    yield Route(
        "POST", f"{by_operator}/resend", f"resend{kind.name}", f"Send the e-mail with a {kind.paper} again",
        Authority.OPERATOR,
        replies=(Reply(202, "Another e-mail will be sent.", {JSON: kind.shown}),),
        problems=(
            _UNKNOWN,
            errors.NotResendable("An e-mail is already on its way."),
            errors.BadRequest(dry_run.NONE),
            errors.UnexpectedBody(bodyless.RESEND),
        ),
        parameters=ids,
    )  # fmt: skip


def _post(kind: _Following, name: str, summary: str, authority: Authority) -> Route:
    before = "/operations" if authority is Authority.OPERATOR else ""
    accepted = Reply(
        202,
        f"The {kind.noun} is stored, and its {kind.paper} will be made. Posting the {kind.noun} again gets the same"
        " answer.",
        {JSON: kind.accepted},
        ("Location", "Idempotent-Replayed"),
    )
    return Route(
        "POST", f"{before}/orders/{{orderId}}/{kind.noun}s", name, summary, authority,
        replies=(*kind.checked, accepted),
        problems=(
            errors.BadRequest("Idempotency-Key must have 1 to 255 characters."),
            errors.MalformedJson("The body is empty."),
            _UNKNOWN,
            errors.BodyTooLarge(TOO_LARGE),
            errors.NotJson("Send the body as JSON in UTF-8, with the header Content-Type: application/json."),
            *kind.problems,
        ),
        parameters=(ORDER_ID, *((DRY_RUN,) if kind.checked else ()), idempotency_key(kind.noun, kind.id.name)),
        says=(
            f"{kind.says} Repeat the call until you get an answer: with a `{kind.id.name}` or an `Idempotency-Key`, the"
            f" server accepts the same {kind.noun} only once."
        ),
        takes=f"Posted{kind.noun.capitalize()}",
    )  # fmt: skip


def _open(kind: _Following) -> Route:
    return Route(
        "GET", f"/receipt/{{orderId}}/{kind.folder}/{{receiptToken}}", f"open{kind.name}",
        f"Open a {kind.paper} as the customer", Authority.CUSTOMER,
        replies=(
            Reply(303, "A redirect to a link that works for five minutes.", headers=("Location", "Vary")),
            Reply(
                202,
                f"The {kind.paper} is being made. Ask again later; the page does so by itself.",
                {JSON: documents.ReceiptPending, HTML: str},
                ("Retry-After", "Vary"),
            ),
        ),
        problems=(_UNKNOWN, _FAILED),
        parameters=(ORDER_ID, kind.id, RECEIPT_TOKEN),
        says=(
            f"The link in the answer to the {kind.noun}. It never expires. A wrong token gets the same answer as"
            f" an unknown order. If there is no {kind.paper}, a browser (`Accept: text/html`) gets a page in the"
            " customer's language, with the same status."
        ),
        has_pages=True,
    )  # fmt: skip


def _verify(kind: _Following) -> Route:
    return Route(
        "GET", f"/receipt/{{orderId}}/{kind.folder}/verification", f"verify{kind.name}",
        f"Check whether a file is the {kind.paper} that was issued", Authority.ANYONE,
        replies=(Reply(200, "The result, or a page.", {JSON: documents.Verification, HTML: str}, ("Vary",)),),
        problems=(errors.BadRequest("Send the file's SHA-256, 64 hexadecimal digits, as in ?sha256=9f86d081..."),),
        parameters=(ANY_ID, kind.any_id, SHA256),
        says=(
            f"The QR code on a {kind.paper} leads here. A browser that sends no `sha256` gets a page on which a person"
            " can choose the file. For an unknown document, `issued` is false."
        ),
    )  # fmt: skip


_OF_LISTS = (
    Route(
        "GET",
        "/operations/documents",
        "listDocuments",
        "List credit notes and corrected receipts, the newest first",
        Authority.OPERATOR,
        replies=(Reply(200, "A page of documents.", {JSON: documents.DocumentList}),),
        problems=(_NO_LIMIT,),
        parameters=(STATUS_OF_DOCUMENT, limit(query.USUALLY_LISTED, query.MOST_LISTED, "documents"), CURSOR),
    ),
    Route(
        "GET",
        "/operations/documents.csv",
        "exportDocuments",
        "Export receipts, credit notes and corrected receipts for a spreadsheet",
        Authority.OPERATOR,
        replies=(
            Reply(
                200,
                "All documents that were made, the newest first, as CSV (RFC 4180) with a heading: a"
                " row for each document and tax. The amounts of credit notes are negative.",
                {CSV: str},
                ("Content-Disposition", "Next-Cursor"),
            ),
        ),
        problems=(errors.BadRequest(f"limit must be a whole number from 1 to {query.MOST_EXPORTED}."),),
        parameters=(
            FROM, TO, *EXCEL, limit(query.USUALLY_EXPORTED, query.MOST_EXPORTED, "documents"), CURSOR,
        ),
        says=(
            "A corrected receipt has 0.00 in every amount, as its amounts are those of the receipt that it replaces."
            " A long export comes in parts, as that of orders does."
        ),
    ),
    Route(
        "GET",
        "/operations/register",
        "getRegister",
        "See the register of numbers",
        Authority.OPERATOR,
        replies=(Reply(200, "All series, and a part of the entries of one.", {JSON: documents.Register}),),
        problems=(_NO_LIMIT,),
        parameters=(SERIES, FROM_NUMBER, limit(query.USUALLY_LISTED, query.MOST_LISTED, "entries"), CURSOR),
        says=(
            "The numbers of a series are 1, 2, 3 and so on, without a gap. Each entry has the hash of the one before"
            " it: the SHA-256 of its canonical JSON (sorted keys, no blanks, UTF-8) with `documentId`, `fingerprint`,"
            " `issuedAt`, `kind`, `number`, `orderId`, `previous` and `series`."
        ),
    ),
    Route(
        "GET",
        "/operations/register.csv",
        "exportRegister",
        "Export the register of numbers for a spreadsheet",
        Authority.OPERATOR,
        replies=(
            Reply(
                200,
                "The entries of a series in the order of their numbers, as CSV (RFC 4180) with a heading.",
                {CSV: str},
                ("Content-Disposition", "Next-Cursor"),
            ),
        ),
        problems=(errors.BadRequest(f"limit must be a whole number from 1 to {query.MOST_EXPORTED}."),),
        parameters=(
            SERIES, FROM_NUMBER, *EXCEL, limit(query.USUALLY_EXPORTED, query.MOST_EXPORTED, "entries"), CURSOR,
        ),
        says=(
            "Without numbers there is only the heading. A long export comes in parts, as that of orders does."
        ),
    ),
)  # fmt: skip

ROUTES = (*_of_one(REFUNDS), *_of_one(CORRECTIONS), *_OF_LISTS)
