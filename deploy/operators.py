"""`make operator` and `make login`: let somebody work with the operators' part of the API."""

import getpass
import os

import boto3
from stage import Refused, Stage

CHALLENGES = {
    "NEW_PASSWORD_REQUIRED": ("NEW_PASSWORD", "A password of your own: "),
    "SOFTWARE_TOKEN_MFA": ("SOFTWARE_TOKEN_MFA_CODE", "The code that your authenticator shows: "),
}
"""What Cognito may want to know after the password, by its names, and as it is asked for here.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
"""


def create(stage: Stage, name: str, email: str) -> None:
    """Make an operator, to whom Cognito mails a temporary password.

    Raises:
        Refused: there is one of this name, or Cognito takes the name or the address for none.
    """
    cognito = boto3.client("cognito-idp")
    try:
        cognito.admin_create_user(
            UserPoolId=stage.outputs()["OperatorPoolId"],
            Username=name,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            DesiredDeliveryMediums=["EMAIL"],
        )
    except cognito.exceptions.UsernameExistsException:
        raise Refused(f"There is an operator {name} already.") from None
    except cognito.exceptions.InvalidParameterException as error:
        raise Refused(error.response["Error"]["Message"]) from None
    print(f"{email} is sent a temporary password, good for seven days. Then: {stage.verb('login')} NAME={name}")


def login(stage: Stage, name: str) -> str:
    """The ID token of an operator, good for an hour: `ORDERS_PASSWORD` is the password, or it is asked for.

    Raises:
        Refused: the name, the password, or what was asked for after it, is wrong.
    """
    cognito, client_id = boto3.client("cognito-idp"), stage.outputs()["OperatorClientId"]
    password = os.environ.get("ORDERS_PASSWORD") or asked(f"Password of {name}: ")
    try:
        answer = cognito.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": password},
        )
        while challenge := answer.get("ChallengeName"):
            answer = cognito.respond_to_auth_challenge(
                ClientId=client_id,
                ChallengeName=challenge,
                Session=answer["Session"],
                ChallengeResponses={"USERNAME": name} | response(challenge),
            )
    except (
        cognito.exceptions.NotAuthorizedException,
        cognito.exceptions.InvalidPasswordException,
        cognito.exceptions.CodeMismatchException,
    ) as error:
        raise Refused(error.response["Error"]["Message"]) from None
    return str(answer["AuthenticationResult"]["IdToken"])


def response(challenge: str) -> dict[str, str]:
    if challenge not in CHALLENGES:
        raise Refused(f"Cognito asks for {challenge}, which `make login` can't answer.")
    field, question = CHALLENGES[challenge]
    given = asked(question)
    if challenge == "NEW_PASSWORD_REQUIRED" and asked("Once more: ") != given:
        raise Refused("These were two passwords. Nothing was changed.")
    return {field: given}


def asked(question: str) -> str:
    """What is typed at the terminal, which does not show it."""
    try:
        return getpass.getpass(question)
    except EOFError:
        raise Refused("There is no terminal to ask at: put the password into ORDERS_PASSWORD.") from None
