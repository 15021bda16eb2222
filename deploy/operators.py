"""`make operator` and `make login`: add an operator, and print an operator's token."""

import getpass
import io
import os
import sys
import warnings
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import boto3
import segno
import signing_in
from stage import Refused, Stage

WHITE_ON_BLACK = "\033[97;40m{}\033[0m"
"""An app reads a QR code whose dark parts are dark, whatever the colours of the terminal are."""


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
    print(f"""Cognito sends {email} a temporary password, valid for seven days.

At the first login {name} chooses a password, and scans a QR code with an
authenticator app. Each login then also takes a code from that app:

  {stage.verb("login")} NAME={name}""")


def login(stage: Stage, name: str) -> str:
    """The ID token of an operator, valid for an hour. The operator's answers come from the terminal or the environment.

    Raises:
        Refused: the name, the password or a code is wrong.
    """
    outputs = stage.outputs()
    app_client = signing_in.AppClient(
        boto3.client("cognito-idp"), outputs["OperatorPoolId"], outputs["OperatorClientId"]
    )
    return signing_in.id_token(app_client, name, AtTerminal(name, stage.stack))


@dataclass(frozen=True)
class AtTerminal:
    """An operator at a terminal. A program's password is in `ORDERS_PASSWORD`, its code in `ORDERS_MFA_CODE`."""

    name: str
    stack: str

    def password(self) -> str:
        return os.environ.get("ORDERS_PASSWORD") or asked(f"Password of {self.name}: ")

    def new_password(self) -> str:
        typed = asked("Choose a password: ")
        if asked("The same password again: ") != typed:
            raise Refused("You typed two passwords that differ. Nothing was changed.")
        return typed

    def keep(self, secret: str) -> None:
        """Show the secret to a person. Not on stdout, where only the token belongs."""
        print(set_up_text(self.name, self.stack, secret, colour=sys.stderr.isatty()), file=sys.stderr)

    def code(self) -> str:
        return os.environ.get("ORDERS_MFA_CODE") or asked("The code that your authenticator shows: ").replace(" ", "")


def set_up_text(name: str, stack: str, secret: str, *, colour: bool) -> str:
    """The secret, for an authenticator app: as a QR code, as an address and to type, in at most 80 columns."""
    uri = key_uri(name, stack, secret)
    return f"""
Each login takes a code from an authenticator app on your phone or in your
password manager. Scan this with the app:

{qr_code(uri, colour=colour)}
or open this address on the device that has the app:

{uri}

or type this key into it:

{" ".join(secret[start : start + 4] for start in range(0, len(secret), 4))}
"""


def key_uri(name: str, stack: str, secret: str) -> str:
    """The secret in the form that authenticator apps read.

    https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html names
    the secret; the form is https://github.com/google/google-authenticator/wiki/Key-Uri-Format.
    """
    return f"otpauth://totp/{quote(stack)}:{quote(name, safe='')}?{urlencode({'secret': secret, 'issuer': stack})}"


def qr_code(text: str, *, colour: bool) -> str:
    drawn = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, border=2, compact=True)
    lines = drawn.getvalue().splitlines()
    return "".join(f"{WHITE_ON_BLACK.format(line) if colour else line}\n" for line in lines)


def asked(question: str) -> str:
    """The answer that the operator types. The terminal does not show it."""
    try:
        with warnings.catch_warnings(action="error", category=getpass.GetPassWarning):
            return getpass.getpass(question)
    except (EOFError, getpass.GetPassWarning):
        raise Refused(
            "There is no terminal to type at. Put the password into ORDERS_PASSWORD and the authenticator's code into"
            " ORDERS_MFA_CODE."
        ) from None
