"""How operators sign in: by a proof of the password, and a code of an authenticator that they set up themselves."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import boto3
import operators
import pytest
import signing_in
import zxingcpp
from PIL import Image
from signing_in import AppClient
from stage import Refused
from tests.support.authenticator import STEP, Operator, code_of
from tests.support.emulator import Emulator
from tests.support.examples import ROOT
from tests.support.translated import resources, the

TEMPORARY, OWN = "Temporary-9-Password", "Correct-Horse-9-Battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW"
ASK = 'import operators, verbs; verbs.run(lambda *_: print(operators.asked("Password: ")), "login")'
Answer = dict[str, Any]


@pytest.fixture
def app_client(emulator: Emulator) -> AppClient:
    """A pool and a client as the template has them."""
    return new_app_client(the("AWS::Cognito::UserPool")["MfaConfiguration"])


def new_app_client(mfa: str) -> AppClient:
    cognito, flows = boto3.client("cognito-idp"), resources("AWS::Cognito::UserPoolClient")["OperatorClient"]
    pool = cognito.create_user_pool(PoolName="operators")["UserPool"]["Id"]
    require(pool, mfa)
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="login",
        ExplicitAuthFlows=flows["ExplicitAuthFlows"],
        PreventUserExistenceErrors="ENABLED",
    )["UserPoolClient"]["ClientId"]
    return AppClient(cognito, pool, client)


def require(pool: str, mfa: str) -> None:
    boto3.client("cognito-idp").set_user_pool_mfa_config(
        UserPoolId=pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration=mfa
    )


def invited(app_client: AppClient) -> Operator:
    """Maria, who has the temporary password."""
    app_client.cognito.admin_create_user(
        UserPoolId=app_client.pool, Username="maria", TemporaryPassword=TEMPORARY, MessageAction="SUPPRESS"
    )
    return Operator(TEMPORARY, OWN)


def test_the_first_login_chooses_a_password_and_sets_up_an_authenticator_and_the_next_asks_for_both(
    app_client: AppClient,
):
    maria = invited(app_client)
    assert signing_in.id_token(app_client, "maria", maria).count(".") == 2
    assert (maria.secret_password, len(maria.secrets)) == (OWN, 1)

    assert signing_in.id_token(app_client, "maria", maria).count(".") == 2
    assert len(maria.secrets) == 1


def test_a_password_alone_opens_nothing(app_client: AppClient):
    maria = invited(app_client)
    signing_in.id_token(app_client, "maria", maria)
    answer, _ = signing_in.proven(app_client, "maria", OWN)

    assert (answer["ChallengeName"], "AuthenticationResult" in answer) == ("SOFTWARE_TOKEN_MFA", False)


def test_an_operator_from_before_sets_up_an_authenticator_at_the_next_login(emulator: Emulator):
    """As after an update of a stack whose pool left it to the operators."""
    app_client = new_app_client("OPTIONAL")
    maria = invited(app_client)
    assert signing_in.id_token(app_client, "maria", maria)
    assert maria.secrets == []

    require(app_client.pool, "ON")
    assert signing_in.id_token(app_client, "maria", maria)
    assert len(maria.secrets) == 1


def test_the_password_is_never_sent(app_client: AppClient):
    maria, sent = invited(app_client), list[bytes]()
    signing_in.id_token(app_client, "maria", maria)
    app_client.cognito.meta.events.register("before-send.*", lambda request, **_: sent.append(request.body))
    signing_in.id_token(app_client, "maria", maria)

    assert len(sent) == 3  # the challenge of the password, its proof, the code
    assert not any(OWN.encode() in body for body in sent)


def test_a_client_of_the_template_takes_no_password_as_such(app_client: AppClient):
    maria = {"USERNAME": "maria", "PASSWORD": invited(app_client).password()}
    with pytest.raises(app_client.cognito.exceptions.InvalidParameterException, match="not enabled"):
        app_client.cognito.initiate_auth(
            ClientId=app_client.client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=maria
        )


@pytest.mark.parametrize(
    ("name", "spoil", "sentence"),
    [
        (
            "maria",
            lambda maria: setattr(maria, "secret_password", "Wrong-9-Password"),
            "Incorrect username or password",
        ),
        ("nobody", lambda _maria: None, "Incorrect username or password"),
        ("maria", lambda maria: maria.keep("A" * 32), "not the code that the authenticator shows now"),
    ],
    ids=["password", "name", "code"],
)
def test_what_is_wrong_is_said(app_client: AppClient, name: str, spoil: Callable[[Operator], None], sentence: str):
    maria = invited(app_client)
    signing_in.id_token(app_client, "maria", maria)
    spoil(maria)

    with pytest.raises(Refused, match=sentence):
        signing_in.id_token(app_client, name, maria)


def test_a_wrong_code_sets_nothing_up(app_client: AppClient):
    class Clumsy(Operator):
        def code(self) -> str:
            return code_of("A" * 32)

    invited(app_client)
    with pytest.raises(Refused, match="authenticator is not set up"):
        signing_in.id_token(app_client, "maria", Clumsy(TEMPORARY, OWN))

    maria = Operator(OWN)
    assert signing_in.id_token(app_client, "maria", maria)
    assert len(maria.secrets) == 1


def test_what_else_cognito_might_require_is_named():
    with pytest.raises(Refused, match="Cognito requires SMS_MFA"):
        signing_in.answered(AppClient(None, "p", "c"), "maria", Operator(OWN), "SMS_MFA", {})


def test_the_tests_authenticator_shows_what_the_standard_says():
    """RFC 6238, appendix B, the last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert [code_of(secret, at) for at in (59, 1111111109, 2000000000)] == ["287082", "081804", "279037"]
    assert code_of(secret, 59) != code_of(secret, 59 + STEP)


def test_the_secret_fits_into_a_small_terminal_and_an_app_reads_it():
    text = operators.set_up_text("maria", "orders-dev", SECRET, colour=False)
    *lines, uri = [line for line in text.splitlines() if "otpauth" not in line] + [
        line for line in text.splitlines() if "otpauth" in line
    ]

    assert max(map(len, lines)) <= 80
    assert uri == f"otpauth://totp/orders-dev:maria?secret={SECRET}&issuer=orders-dev"
    assert read_code(operators.qr_code(uri, colour=False)) == uri
    assert "JBSW Y3DP" in text


def test_a_name_with_any_letters_makes_an_address():
    assert "/orders:zo%C3%AB%40x.example?" in operators.key_uri("zoë@x.example", "orders", SECRET)


def test_a_qr_code_has_its_own_colours_on_a_terminal():
    lines = operators.qr_code("x", colour=True).splitlines()

    assert all(line.startswith("\033[97;40m") and line.endswith("\033[0m") for line in lines)


def read_code(drawn: str) -> str:
    """What a camera sees in the half blocks of a terminal that writes light on dark."""
    lights = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    lines = drawn.splitlines()
    picture = Image.new("L", (len(lines[0]), 2 * len(lines)), 255)
    for y, line in enumerate(lines):
        for x, block in enumerate(line):
            picture.putpixel((x, 2 * y), lights[block][0])
            picture.putpixel((x, 2 * y + 1), lights[block][1])
    (found,) = zxingcpp.read_barcodes(picture.resize((picture.width * 4, picture.height * 4)))
    return str(found.text)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What an operator types at the terminal, in this order."""
    answers = list[str]()

    def getpass(_question: str) -> str:
        if not answers:
            raise EOFError
        return answers.pop(0)

    monkeypatch.setattr("getpass.getpass", getpass)
    monkeypatch.delenv("ORDERS_PASSWORD", raising=False)
    monkeypatch.delenv("ORDERS_MFA_CODE", raising=False)
    return answers


def test_an_operator_types_what_a_program_has_in_its_environment(typed: list[str], monkeypatch: pytest.MonkeyPatch):
    terminal = operators.AtTerminal("maria", "orders-dev")
    typed += [OWN, "123 456"]
    assert (terminal.password(), terminal.code()) == (OWN, "123456")

    monkeypatch.setenv("ORDERS_PASSWORD", "from a program")
    monkeypatch.setenv("ORDERS_MFA_CODE", "654321")
    assert (terminal.password(), terminal.code()) == ("from a program", "654321")


def test_two_new_passwords_that_differ_change_nothing(typed: list[str]):
    typed += ["new", "nwe"]
    with pytest.raises(Refused, match="two passwords"):
        operators.AtTerminal("maria", "orders-dev").new_password()


def test_without_a_terminal_the_variables_are_named(typed: list[str]):
    for ask in (operators.AtTerminal("maria", "orders-dev").password, operators.AtTerminal("maria", "o").code):
        with pytest.raises(Refused, match=r"ORDERS_PASSWORD.*ORDERS_MFA_CODE"):
            ask()


def test_nothing_but_this_is_said_to_a_program_without_a_terminal():
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        input="a password that must not be echoed\n",
        cwd=ROOT / "deploy",
        start_new_session=True,
        capture_output=True,
        text=True,
    )

    assert (done.stdout, len(done.stderr.splitlines())) == ("", 2)
    assert max(map(len, done.stderr.splitlines())) <= 80


def test_the_secret_is_shown_beside_the_token_and_not_in_it(capsys: pytest.CaptureFixture[str]):
    operators.AtTerminal("maria", "orders-dev").keep(SECRET)
    shown = capsys.readouterr()

    assert (shown.out, SECRET in shown.err) == ("", True)
