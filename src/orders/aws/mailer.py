"""The mail service on SES: a message is handed over in one attempt, and every answer says whether it was taken.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
"""

import base64
import logging
import math
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from botocore import exceptions as sdk

from orders.aws import errors as faults
from orders.aws.clients import ses
from orders.aws.mail_rate import MailRate, Quota
from orders.order.delivery import DeliveryStatus
from orders.order.document import is_of_an_order
from orders.order.errors import MailDeferred, MailRefused, MailThrottled, Misconfigured, OrdersError, Unavailable
from orders.ports import Connection, Message

if TYPE_CHECKING:
    from types_boto3_sesv2.type_defs import MessageTagTypeDef, SendEmailResponseTypeDef

log = logging.getLogger(__name__)

_UNSENT = (sdk.ConnectTimeoutError, sdk.EndpointConnectionError, sdk.ProxyConnectionError)
"""No connection was made."""
_UNSIGNED = (
    sdk.NoCredentialsError, sdk.PartialCredentialsError, sdk.CredentialRetrievalError, sdk.MetadataRetrievalError,
)  # fmt: skip
_TOO_MANY = frozenset({"LimitExceededException", "Throttling", "ThrottlingException", "TooManyRequestsException"})
"""Too many e-mails for a second, or for a day."""
_MAY_BE_OF_THE_MESSAGE = frozenset({"BadRequestException", "InvalidParameterValue", "MessageRejected"})
_OF_THE_MESSAGE = re.compile(
    r"missing (final '@domain'|domain|local name)|(illegal|empty) address|illegal (whitespace|character) in "
    r"|(local address|domain) (contains|starts|ends) |(address|message) length is more than |address blacklisted"
    r"|the message [\w ]*virus",
    re.IGNORECASE,
)
"""The beginnings of refusals that are about this message: its recipient's address, its length, a virus.

SES reads addresses as JavaMail does, and refuses one in JavaMail's words: see `checkAddress` in
https://github.com/jakartaee/mail-api/blob/master/api/src/main/java/jakarta/mail/internet/InternetAddress.java.
"""
_PRIVATE = re.compile(r"arn:\S+|[^\s@<>'\"]+@[^\s@<>'\"]+|\b\d{12}\b")
_LONGEST_REASON = 200
_SLOWEST = 0.1
"""E-mails a second, even if the quota says less: SES refuses what is too fast."""


class SesMailer:
    """`orders.ports.Mailer` by the configuration set of this name; a mailer is its own connection, for any number."""

    taken_as = DeliveryStatus.SENT

    def __init__(self, configuration_set: str, senders: int = 1) -> None:
        """`senders` processes share the quota of the account."""
        self._configuration_set = configuration_set
        self._client = ses()
        self._rate = MailRate(self._quota, senders)

    def connect(self) -> AbstractContextManager[Connection]:
        """Wait for the message's turn.

        Raises:
            MailThrottled: that would take too long, or the quota of 24 hours is used up.
        """
        self._rate.wait_for_turn()
        return nullcontext(self)

    def send(self, message: Message) -> str:
        if not message.recipient.isascii():
            raise MailRefused("the mail service takes no address with letters beyond ASCII before the @")
        try:
            with faults.errors_translated("mail"), _what_is_certain():
                answer = self._hand_over(message)
        except MailThrottled:
            self._rate.slow_down()
            raise
        if "MessageId" not in answer:
            raise Unavailable("mail: SES answered without a message id")
        return answer["MessageId"]

    def _quota(self) -> Quota | None:
        """A quota of -1 is none: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendQuota.html."""
        try:
            with faults.errors_translated("mail"):
                quota = self._client.get_account()["SendQuota"]
            left = quota["Max24HourSend"] - quota["SentLast24Hours"] if quota["Max24HourSend"] >= 0 else math.inf
            return Quota(max(quota["MaxSendRate"], _SLOWEST), left)
        except (Unavailable, sdk.ClientError, LookupError) as error:
            log.warning("mail: the sending quota is not known: %s", type(error).__name__)
            return None

    def _hand_over(self, message: Message) -> "SendEmailResponseTypeDef":
        """Its tags come back with the feedback. They have at most 256 letters, digits, _ and -."""
        return self._client.send_email(
            FromEmailAddress=message.sender,
            Destination={"ToAddresses": [message.recipient]},
            Content={"Raw": {"Data": message.content}},
            ConfigurationSetName=self._configuration_set,
            EmailTags=[
                tag_of(message.order_id),
                {"Name": "number", "Value": message.ordinal},
            ],
        )


def tag_of(row_id: str) -> "MessageTagTypeDef":
    """The tag that names what a message is about; `orders.use_cases.feedback` reads it.

    The id of a document's row is too long for the form that an order's has always had. An earlier version finds no
    `order-id` then, and notes nothing.
    """
    if is_of_an_order(row_id):
        return {"Name": "order-id", "Value": row_id.encode().hex()}
    return {"Name": "document", "Value": base64.urlsafe_b64encode(row_id.encode()).decode().rstrip("=")}


@contextmanager
def _what_is_certain() -> Iterator[None]:
    """Raise `Unavailable` only if nobody knows whether SES took the message."""
    try:
        yield
    except sdk.ClientError as error:
        raise _refusal(error) from None  # the error's own words name the customer
    except _UNSENT as error:
        raise _not_taken(type(error).__name__, logging.WARNING) from error
    except _UNSIGNED as error:
        raise _not_taken("no credentials", logging.ERROR) from error
    except sdk.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" not in str(error):
            raise Unavailable("mail: the connection broke") from error  # it may have been sent by then
        raise _not_taken("its certificate is not trusted", logging.ERROR) from error


def _refusal(error: sdk.ClientError) -> OrdersError:
    """The meaning of an error of SES. With a status below 500, other than 408, SES did not take the message.

    `MailRefused` is final, so it is only for refusals that are certainly about this message. Any other refusal may be
    about the account, or about every message of this program: once that is repaired, the waiting messages are sent.
    """
    status, code = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), faults.code(error)
    words = _PRIVATE.sub("...", str(error.response.get("Error", {}).get("Message", "")))[:_LONGEST_REASON]
    if code in _TOO_MANY or status == 429:
        log.warning("mail: not taken, %s: %s", code, words)
        return MailThrottled(f"mail: {code}: {words}")
    if code in faults.PASSING:
        return _not_taken(f"{code}: {words}", logging.WARNING)
    if status == 408 or not 400 <= status < 500:
        log.warning("mail: %s %s", status, code)
        return Unavailable(f"mail: {code}")
    if code in _MAY_BE_OF_THE_MESSAGE and _OF_THE_MESSAGE.match(words):
        return MailRefused(f"{code}: {words}")
    return _not_taken(f"{code}: {words}", logging.ERROR)  # of the account, or not understood: somebody has to look


def _not_taken(why: str, level: int) -> OrdersError:
    """`Misconfigured` if somebody has to repair the account or the stack, otherwise `MailDeferred`."""
    log.log(level, "mail: not taken, %s", why)
    return (Misconfigured if level == logging.ERROR else MailDeferred)(f"mail: {why}")
