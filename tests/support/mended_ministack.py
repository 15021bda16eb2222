"""Starts the emulator, mended where it would not run the template or would not show; for the environment that has it.

A mend that is no longer needed, or no longer fits, ends the start: see what the emulator does now, and remove it here.
"""

import base64
import inspect
import json
import os
import re
import secrets
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.core.iam_actions import extract_iam_action
from ministack.core.responses import get_account_id
from ministack.services import apigateway_v1, cloudfront, cognito, lambda_svc, ses_v2
from ministack.services.cloudformation import provisioners

ANY = "x-amazon-apigateway-any-method"

find_key_set = apigateway_v1._resolve_jwks_url
import_operation = apigateway_v1._import_operation
import_api = apigateway_v1._import_rest_api
method_settings = provisioners._apigw_method_settings
concurrency = lambda_svc._sqs_esm_concurrency
enforce_mail = app._enforce_ses_v2
answer_mail = ses_v2.handle_request
ask_origin = cloudfront._forward_to_origin
build_event = apigateway_v1._build_lambda_event_v1
challenge_of = cognito._mfa_challenge_for_user
answer_challenge = cognito._respond_to_auth_challenge
associate_token = cognito._associate_software_token
verify_token = cognito._verify_software_token
make_alarm = provisioners._cw_metric_alarm_record
delete_version = provisioners._lambda_version_delete


def action_of_call(service: str, *more: Any) -> str | None:
    """It asks for a permission of each call's own name. On AWS, sending a batch takes that for sending one message.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    """
    action = extract_iam_action(service, *more)
    return "sqs:SendMessage" if action == "sqs:SendMessageBatch" else action


async def find_key_set_over_https(authorizer: Any) -> str:
    """It looks for the keys of its own user pools over plain HTTP, which it does not answer here."""
    plain = str(await find_key_set(authorizer))
    assert plain.startswith("http://")
    return os.environ["AWS_ENDPOINT_URL"] + plain[plain.index("/", len("http://")) :]


def import_any_operation(api_id: str, resource_id: str, method: str, operation: Any, *more: Any) -> None:
    """It passes over the methods that stand for any other, and over all but the type of a mock integration."""
    method = "ANY" if method.lower() == ANY else method
    import_operation(api_id, resource_id, method, operation, *more)
    mock = operation.get("x-amazon-apigateway-integration", {})
    if mock.get("type") == "mock":
        apigateway_v1._put_integration(api_id, resource_id, method, mock | {"type": "MOCK"})
        for answer in mock["responses"].values():
            apigateway_v1._put_integration_response(api_id, resource_id, method, answer["statusCode"], answer)


def import_whole_api(document: Any, *more: Any) -> str:
    """It passes over the answers that the API gives itself."""
    api_id = str(import_api(document, *more))
    for kind, answer in document.get("x-amazon-apigateway-gateway-responses", {}).items():
        apigateway_v1._put_gateway_response(api_id, kind, answer)
    return api_id


def decoded_method_settings(settings: Any) -> Any:
    """It does not know that ~1 stands for a slash in the path of a method's settings."""
    return method_settings(
        [
            each | {"ResourcePath": each["ResourcePath"].replace("/~1", "/").replace("~1", "/")}
            for each in settings or ()
        ]
    )


def number_of_functions(source: Any, *more: Any) -> int:
    """It takes the value of a parameter for a text, even if that is a number, and then compares it with numbers."""
    limits = {name: int(value) for name, value in source.get("ScalingConfig", {}).items()}
    return int(concurrency(source | {"ScalingConfig": limits}, *more))


def raw_message(path: str, body: bytes) -> Any:
    """What a call of SendEmail says, if it is one and its message is raw."""
    call = json.loads(body) if path.endswith("/outbound-emails") else {}
    return call if "Raw" in call.get("Content", {}) else None


def enforce_raw_mail(method: str, path: str, headers: Any, body: bytes, query: Any, request_id: str) -> Any:
    """It asks for ses:SendEmail, on everything. AWS asks for this, of the identity that is the sender's."""
    call = raw_message(path, body)
    if call is None:
        return enforce_mail(method, path, headers, body, query, request_id)
    sender, region = call["FromEmailAddress"], os.environ["MINISTACK_REGION"]
    identity = f"arn:aws:ses:{region}:{get_account_id()}:identity/{sender}"
    return app._enforce_data_plane(
        "sesv2", "ses:SendRawEmail", headers, query, request_id,
        resource_arn=identity, service_context={"ses:fromaddress": sender}, named_resource=identity,
    )  # fmt: skip


async def keep_raw_mail(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
    """It forgets a message's attachments: of a raw one it shows all that it was given, as its text."""
    answer, call = await answer_mail(method, path, headers, body, query), raw_message(path, body)
    if call and answer[0] == 200:
        message = base64.b64decode(call["Content"]["Raw"]["Data"]).decode("utf-8", errors="surrogateescape")
        ses_v2._sent_emails_list()[-1]["RenderedBodyText"] = message
    return answer


def ask_own_gateway(origin: Any, method: str, path: str, query: str, headers: Any, *rest: Any) -> Any:
    """Its CloudFront asks nothing at AWS's names, not even the APIs that it serves itself.

    Like AWS's, those want to be asked by their own name.
    """
    api = re.fullmatch(r"(\w+)\.execute-api\.[\w-]+\.amazonaws\.com", origin["domain_name"])
    assert api
    assert "host" not in headers
    here = {"domain_name": "localhost", "https_port": int(os.environ["GATEWAY_PORT"])}
    return ask_origin(origin | here, method, path, query, headers | {"host": f"{api[1]}.execute-api.localhost"}, *rest)


def build_event_with_key(*described: Any, **more: Any) -> Any:
    """It leaves out of an event which API key a call was made with."""
    event = build_event(*described, **more)
    identity, key = event["requestContext"]["identity"], apigateway_v1._api_key_from_request(event["headers"])
    assert "apiKeyId" not in identity
    identity["apiKeyId"] = (apigateway_v1._resolve_api_key(key) or {}).get("id")
    return event


setting_up: dict[str, tuple[Any, bool]] = {}
"""The users that set up an authenticator, by session, and whether theirs has shown the right code."""


def session_of(user: Any, *, verified: bool = False) -> str:
    session = secrets.token_urlsafe(32)
    setting_up[session] = (user, verified)
    return session


def require_authenticator(pool: Any, user: Any, pool_id: str, name: str) -> Any:
    """It lets in a user without an authenticator where the pool requires one. AWS lets her set one up first."""
    if pool.get("MfaConfiguration") != "ON" or "SOFTWARE_TOKEN_MFA" in user.get("_mfa_enabled", []):
        return challenge_of(pool, user, pool_id, name)
    return {
        "ChallengeName": "MFA_SETUP",
        "Session": session_of(user),
        "ChallengeParameters": {"USER_ID_FOR_SRP": name, "MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'},
    }


def associate_in_session(data: Any) -> Any:
    """It takes any session, and forgets whose it is."""
    if "Session" not in data:
        return associate_token(data)
    if data["Session"] not in setting_up:
        return no_such_session()
    user, _ = setting_up.pop(data["Session"])
    status, headers, body = associate_token({})
    answer = json.loads(body)
    setting_up[answer["Session"]] = (user, False)
    user["_totp_pending_secret"] = answer["SecretCode"]
    return status, headers, body


def verify_in_session(data: Any) -> Any:
    """It enrols nobody who has no access token yet."""
    user, _ = setting_up.get(data.get("Session"), (None, False))
    status, headers, body = verify_token(data)
    if user is None or status != 200:
        return status, headers, body
    user["_totp_secret"] = user.pop("_totp_pending_secret")
    user.setdefault("_mfa_enabled", []).append("SOFTWARE_TOKEN_MFA")
    answer = json.loads(body) | {"Session": session_of(user, verified=True)}
    return status, headers, json.dumps(answer).encode()


def answer_with_authenticator(data: Any) -> Any:
    """It lets in whoever answers MFA_SETUP, and asks nobody for a code who has just chosen a password."""
    challenge, (user, verified) = data["ChallengeName"], setting_up.get(data.get("Session"), (None, False))
    if challenge == "MFA_SETUP" and not (user and verified):
        return no_such_session()
    answer = answer_challenge(data)
    if challenge == "NEW_PASSWORD_REQUIRED" and answer[0] == 200:
        pool, pool_id = cognito._pool_for_client(data["ClientId"])
        user, _ = cognito._resolve_user(pool, data["ChallengeResponses"]["USERNAME"])
        required = cognito._mfa_challenge_for_user(pool, user, pool_id, user["Username"])
        return cognito.json_response(required) if required else answer
    return answer


def no_such_session() -> Any:
    return cognito.error_response_json("NotAuthorizedException", "Invalid session for the user.", 400)


def make_alarm_of_one_metric(name: str, properties: Any) -> Any:
    """It refuses an alarm about several metrics. It makes one of the first: no test asks for its state."""
    if "Metrics" not in properties:
        return make_alarm(name, properties)
    first = next(each["MetricStat"] for each in properties["Metrics"] if "MetricStat" in each)
    one = {name: first["Metric"][name] for name in ("Namespace", "MetricName")}
    others = {name: value for name, value in properties.items() if name != "Metrics"}
    return make_alarm(name, others | one | {"Period": first["Period"], "Statistic": first["Stat"]})


def refuses_several_metrics() -> bool:
    try:
        make_alarm("any", {"Metrics": [{}]})
    except ValueError as error:
        return "metric math" in str(error)
    return False


def delete_version_without_alias(physical_id: str, properties: Any) -> None:
    """It deletes a version that an alias names. Lambda refuses this, and CloudFormation leaves the version."""
    function, *_ = provisioners._lambda_function_for_cfn_ref(properties.get("FunctionName", ""))
    aliases = function.get("aliases", {}).values() if function else ()
    if physical_id.rpartition(":")[2] not in {alias["FunctionVersion"] for alias in aliases}:
        delete_version(physical_id, properties)


BATCH = {"x-amz-target": "AmazonSQS.SendMessageBatch"}
assert extract_iam_action("sqs", "POST", "/", BATCH, b"{}", {}) == "sqs:SendMessageBatch"
iam_actions.extract_iam_action = action_of_call
SEND = b'{"Content": {"Raw": {}}}'
assert extract_iam_action("ses", "POST", "/v2/email/outbound-emails", {}, SEND, {}) == "ses:SendEmail"
assert ANY not in apigateway_v1._OPENAPI_HTTP_METHODS
apigateway_v1._OPENAPI_HTTP_METHODS = {*apigateway_v1._OPENAPI_HTTP_METHODS, ANY}
apigateway_v1._import_operation = import_any_operation
assert "requestTemplates" not in inspect.getsource(import_operation)
assert "gateway" not in inspect.getsource(import_api)
apigateway_v1._import_rest_api = import_whole_api
assert "/~1a/GET" in method_settings([{"ResourcePath": "/~1a", "HttpMethod": "GET"}])
provisioners._apigw_method_settings = decoded_method_settings
assert concurrency({"ScalingConfig": {"MaximumConcurrency": "2"}}, {}, {}) == "2"
lambda_svc._sqs_esm_concurrency = number_of_functions
apigateway_v1._resolve_jwks_url = find_key_set_over_https
app._enforce_ses_v2 = enforce_raw_mail
ses_v2.handle_request = keep_raw_mail
assert cloudfront._is_aws_owned_host("api.execute-api.eu-west-1.amazonaws.com")
cloudfront._forward_to_origin = ask_own_gateway
apigateway_v1._build_lambda_event_v1 = build_event_with_key
assert challenge_of({"MfaConfiguration": "ON"}, {}, "", "") is None
cognito._mfa_challenge_for_user = require_authenticator
cognito._respond_to_auth_challenge = answer_with_authenticator
cognito._associate_software_token = associate_in_session
cognito._verify_software_token = verify_in_session
assert refuses_several_metrics()
provisioners._cw_metric_alarm_record = make_alarm_of_one_metric
assert "alias" not in inspect.getsource(delete_version)
provisioners._RESOURCE_HANDLERS["AWS::Lambda::Version"]["delete"] = delete_version_without_alias

if __name__ == "__main__":
    app.main()
