"""`make operator` and `make login`: add an operator, and print an operator's token."""

import getpass
import os

import boto3
from stage import Refused, Stage

CHALLENGES = {
    "NEW_PASSWORD_REQUIRED": ("NEW_PASSWORD", "Choose a password: "),
    "SOFTWARE_TOKEN_MFA": ("SOFTWARE_TOKEN_MFA_CODE", "The code that your authenticator shows: "),
}
"""The further answers that Cognito may require after the password, and the prompt for each.

https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
"""


def create(stage: Stage, name: str, email: str) -> None:
    """Add an operator. Cognito sends a temporary password by e-mail.

    Raises:
        Refused: an operator has this name already, or Cognito does not accept the name or the address.
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
    print(f"Cognito sends {email} a temporary password, valid for seven days. Then: {stage.verb('login')} NAME={name}")


def login(stage: Stage, name: str) -> str:
    """The ID token of an operator, valid for an hour. The password is in `ORDERS_PASSWORD`, or typed at the terminal.

    Raises:
        Refused: the name, the password or a further answer is wrong.
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
        raise Refused(f"Cognito requires {challenge}, which `make login` does not support.")
    field, question = CHALLENGES[challenge]
    typed = asked(question)
    if challenge == "NEW_PASSWORD_REQUIRED" and asked("The same password again: ") != typed:
        raise Refused("You typed two passwords that differ. Nothing was changed.")
    return {field: typed}


def asked(question: str) -> str:
    """The answer that the operator types. The terminal does not show it."""
    try:
        return getpass.getpass(question)
    except EOFError:
        raise Refused("There is no terminal to type the password at. Put it into ORDERS_PASSWORD.") from None
