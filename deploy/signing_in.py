"""Sign an operator in at Cognito: by a proof of her password, which is never sent, and a code of her authenticator.

The proof is SRP (RFC 5054, as Cognito varies it); pycognito computes it.
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP
from stage import Refused

Answer = dict[str, Any]

SENTENCES = {
    "CodeMismatchException": "This is not the code that the authenticator shows now. Try again with the next one.",
    "EnableSoftwareTokenMFAException": (
        "This is not the code of the key above, so the authenticator is not set up. Is the clock of the device right?"
        " Remove the entry from the app and log in again: you get another key."
    ),
    "ExpiredCodeException": "This code has been used before. Wait for the next one: there is one every 30 seconds.",
    "InvalidPasswordException": "",
    "NotAuthorizedException": "",
    "PasswordHistoryPolicyViolationException": "",
    "PasswordResetRequiredException": "",
    "TooManyRequestsException": "",
}
"""The errors of Cognito that the operator can correct, and what we say. If that is empty, its own sentence is shown."""


class Person(Protocol):
    """Somebody who signs in. Cognito requires some of these, in this order."""

    def password(self) -> str: ...

    def new_password(self) -> str:
        """The password of her own, in place of the temporary one."""
        ...

    def keep(self, secret: str) -> None:
        """Put this secret, in base 32, into the authenticator."""
        ...

    def code(self) -> str:
        """The six digits that the authenticator shows now (RFC 6238)."""
        ...


@dataclass(frozen=True)
class AppClient:
    """An app client of a pool of operators, by its id and the pool's, and boto3's client of Cognito."""

    cognito: Any
    pool: str
    client: str


def id_token(app_client: AppClient, name: str, person: Person) -> str:
    """The ID token of an operator.

    Raises:
        Refused: the name, the password or a code is wrong, or Cognito requires something else.
    """
    try:
        answer, name = proven(app_client, name, person.password())
        while challenge := answer.get("ChallengeName"):
            answer = answered(app_client, name, person, challenge, answer)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code not in SENTENCES:
            raise
        raise Refused(SENTENCES[code] or message) from None
    return str(answer["AuthenticationResult"]["IdToken"])


def proven(app_client: AppClient, name: str, password: str) -> tuple[Answer, str]:
    """Prove a password. Returns Cognito's answer, and the name as Cognito writes it."""
    proof = AWSSRP(name, password, app_client.pool, app_client.client, client=app_client.cognito)
    begun = app_client.cognito.initiate_auth(
        ClientId=app_client.client, AuthFlow="USER_SRP_AUTH", AuthParameters=proof.get_auth_params()
    )
    if begun.get("ChallengeName") != "PASSWORD_VERIFIER":
        raise unsupported(begun.get("ChallengeName"))
    responses = proof.process_challenge(begun["ChallengeParameters"], {"USERNAME": name})
    return respond(app_client, "PASSWORD_VERIFIER", responses, begun.get("Session")), responses["USERNAME"]


def answered(app_client: AppClient, name: str, person: Person, challenge: str, asked: Answer) -> Answer:
    """Answer one more challenge. Returns Cognito's next answer: the tokens, or another challenge.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
    """
    session, responses = asked.get("Session"), {"USERNAME": name}
    match challenge:
        case "NEW_PASSWORD_REQUIRED":
            responses["NEW_PASSWORD"] = person.new_password()
        case "SOFTWARE_TOKEN_MFA":
            responses["SOFTWARE_TOKEN_MFA_CODE"] = person.code()
        case "MFA_SETUP":
            session = set_up(app_client, person, session)
        case _:
            raise unsupported(challenge)
    return respond(app_client, challenge, responses, session)


def set_up(app_client: AppClient, person: Person, session: str | None) -> str:
    """Set up an authenticator. The session that is returned answers the challenge `MFA_SETUP`.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
    """
    offered = app_client.cognito.associate_software_token(Session=session)
    person.keep(offered["SecretCode"])
    verified = app_client.cognito.verify_software_token(Session=offered["Session"], UserCode=person.code())
    return str(verified["Session"])


def respond(app_client: AppClient, challenge: str, responses: dict[str, str], session: str | None) -> Answer:
    """Send the response to a challenge. The first challenge of SRP contains its session itself."""
    known = {"Session": session} if session else {}
    answer: Answer = app_client.cognito.respond_to_auth_challenge(
        ClientId=app_client.client, ChallengeName=challenge, ChallengeResponses=responses, **known
    )
    return answer


def unsupported(challenge: str | None) -> Refused:
    return Refused(f"Cognito requires {challenge}, which `make login` does not support.")
