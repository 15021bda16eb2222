"""The mail service on SES: a message is handed over in one attempt, and every answer says whether it was taken.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
"""

import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from botocore import exceptions as sdk

from orders.aws import errors as faults
from orders.aws.clients import ses
from orders.order.delivery import DeliveryStatus
from orders.order.errors import MailDeferred, MailRefused, Misconfigured, OrdersError, Unavailable
from orders.ports import Connection, Message

if TYPE_CHECKING:
    from types_boto3_sesv2.type_defs import SendEmailResponseTypeDef

log = logging.getLogger(__name__)

_UNSENT = (sdk.ConnectTimeoutError, sdk.EndpointConnectionError, sdk.ProxyConnectionError)
"""No connection was made."""
_UNSIGNED = (
    sdk.NoCredentialsError, sdk.PartialCredentialsError, sdk.CredentialRetrievalError, sdk.MetadataRetrievalError,
)  # fmt: skip
_MAY_BE_OF_THE_MESSAGE = frozenset({"BadRequestException", "InvalidParameterValue", "MessageRejected"})
_OF_THE_MESSAGE = re.compile(
    r"missing (final '@domain'|domain|local name)|(illegal|empty) address|illegal (whitespace|character) in "
    r"|(local address|domain) (contains|starts|ends) |(address|message) length is more than |address blacklisted"
    r"|the message [\w ]*virus",
    re.IGNORECASE,
)
"""How a refusal begins that is about this message: its recipient's address, its length, a virus.

SES reads addresses as JavaMail does, and says in JavaMail's words what is wrong with one: see `checkAddress` in
https://github.com/jakartaee/mail-api/blob/master/api/src/main/java/jakarta/mail/internet/InternetAddress.java.
"""
_PRIVATE = re.compile(r"arn:\S+|[^\s@<>'\"]+@[^\s@<>'\"]+|\b\d{12}\b")
_LONGEST_REASON = 200


class SesMailer:
    """`orders.ports.Mailer` by the configuration set of this name; a mailer is its own connection, for any number."""

    taken_as = DeliveryStatus.SENT

    def __init__(self, configuration_set: str) -> None:
        self._configuration_set = configuration_set
        self._client = ses()

    def connect(self) -> AbstractContextManager[Connection]:
        return nullcontext(self)

    def send(self, message: Message) -> str:
        if not message.recipient.isascii():
            raise MailRefused("the mail service takes no address with letters beyond ASCII before the @")
        with faults.errors_translated("mail"), _what_is_certain():
            answer = self._hand_over(message)
        if "MessageId" not in answer:
            raise Unavailable("mail: an answer that says nothing")
        return answer["MessageId"]

    def _hand_over(self, message: Message) -> "SendEmailResponseTypeDef":
        """Its tags come back with the feedback. They may have letters, digits, _ and - only, an order's id dots too."""
        return self._client.send_email(
            FromEmailAddress=message.sender,
            Destination={"ToAddresses": [message.recipient]},
            Content={"Raw": {"Data": message.content}},
            ConfigurationSetName=self._configuration_set,
            EmailTags=[
                {"Name": "order-id", "Value": message.order_id.encode().hex()},
                {"Name": "number", "Value": str(message.number)},
            ],
        )


@contextmanager
def _what_is_certain() -> Iterator[None]:
    """Tell the failures after which nobody knows whether the message was taken from those after which one does."""
    try:
        yield
    except sdk.ClientError as error:
        raise _refusal(error) from None  # the error's own words name the customer
    except _UNSENT as error:
        raise _put_off(type(error).__name__, logging.WARNING) from error
    except _UNSIGNED as error:
        raise _put_off("no credentials", logging.ERROR) from error
    except sdk.SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" not in str(error):
            raise Unavailable("mail: the connection broke") from error  # it may have been sent by then
        raise _put_off("its certificate is not trusted", logging.ERROR) from error


def _refusal(error: sdk.ClientError) -> OrdersError:
    """What it means that SES answered with an error: below 500, and but for 408, that it did not take the message.

    `MailRefused` is for good, so only what is understood to be about the message is that. A refusal in other words may
    be about the account, or about every message that this program writes: once it is mended, what waited is sent.
    """
    status, code = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), faults.code(error)
    words = _PRIVATE.sub("...", str(error.response.get("Error", {}).get("Message", "")))[:_LONGEST_REASON]
    if code in faults.PASSING or status == 429:  # too fast, or too many for one day
        return _put_off(f"{code}: {words}", logging.WARNING)
    if status == 408 or not 400 <= status < 500:
        log.warning("mail: %s %s", status, code)
        return Unavailable(f"mail: {code}")
    if code in _MAY_BE_OF_THE_MESSAGE and _OF_THE_MESSAGE.match(words):
        return MailRefused(f"{code}: {words}")
    return _put_off(f"{code}: {words}", logging.ERROR)  # of the account, or not understood: somebody has to look


def _put_off(why: str, level: int) -> OrdersError:
    """`Misconfigured`, where somebody has to mend the account or the stack."""
    log.log(level, "mail: not taken, %s", why)
    return (Misconfigured if level == logging.ERROR else MailDeferred)(f"mail: {why}")
