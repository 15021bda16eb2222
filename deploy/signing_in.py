"""How an operator signs in at Cognito: the password is proved and never sent, then a code of her authenticator follows.

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
"""What Cognito refuses for a reason that the operator can remove. Without a sentence of ours, its own is shown."""


class Person(Protocol):
    """Somebody who signs in: what she is asked for, in this order."""

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
class Door:
    """The client of a pool of operators, and Cognito."""

    cognito: Any
    pool: str
    client: str


def id_token(door: Door, name: str, person: Person) -> str:
    """The ID token of an operator.

    Raises:
        Refused: the name, the password or a code is wrong, or Cognito requires something else.
    """
    try:
        answer, name = proven(door, name, person.password())
        while challenge := answer.get("ChallengeName"):
            answer = answered(door, name, person, challenge, answer)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code not in SENTENCES:
            raise
        raise Refused(SENTENCES[code] or message) from None
    return str(answer["AuthenticationResult"]["IdToken"])


def proven(door: Door, name: str, password: str) -> tuple[Answer, str]:
    """What Cognito answers to the proof of a password, and the name as Cognito writes it."""
    proof = AWSSRP(name, password, door.pool, door.client, client=door.cognito)
    begun = door.cognito.initiate_auth(
        ClientId=door.client, AuthFlow="USER_SRP_AUTH", AuthParameters=proof.get_auth_params()
    )
    if begun.get("ChallengeName") != "PASSWORD_VERIFIER":
        raise unsupported(begun.get("ChallengeName"))
    responses = proof.process_challenge(begun["ChallengeParameters"], {"USERNAME": name})
    return respond(door, "PASSWORD_VERIFIER", responses, begun.get("Session")), responses["USERNAME"]


def answered(door: Door, name: str, person: Person, challenge: str, asked: Answer) -> Answer:
    """What Cognito answers to the answer to one more challenge.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
    """
    session, responses = asked.get("Session"), {"USERNAME": name}
    match challenge:
        case "NEW_PASSWORD_REQUIRED":
            responses["NEW_PASSWORD"] = person.new_password()
        case "SOFTWARE_TOKEN_MFA":
            responses["SOFTWARE_TOKEN_MFA_CODE"] = person.code()
        case "MFA_SETUP":
            session = set_up(door, person, session)
        case _:
            raise unsupported(challenge)
    return respond(door, challenge, responses, session)


def set_up(door: Door, person: Person, session: str | None) -> str:
    """Set up an authenticator. The session that is returned answers the challenge `MFA_SETUP`.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
    """
    offered = door.cognito.associate_software_token(Session=session)
    person.keep(offered["SecretCode"])
    verified = door.cognito.verify_software_token(Session=offered["Session"], UserCode=person.code())
    return str(verified["Session"])


def respond(door: Door, challenge: str, responses: dict[str, str], session: str | None) -> Answer:
    """Cognito names no session where the first challenge of SRP carries its own."""
    known = {"Session": session} if session else {}
    answer: Answer = door.cognito.respond_to_auth_challenge(
        ClientId=door.client, ChallengeName=challenge, ChallengeResponses=responses, **known
    )
    return answer


def unsupported(challenge: str | None) -> Refused:
    return Refused(f"Cognito requires {challenge}, which `make login` does not support.")
