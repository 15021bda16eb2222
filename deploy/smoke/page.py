"""The operators' page behind CloudFront."""

from smoke.checks import NotAsked, check, seen
from smoke.target import Target


@check("CloudFront serves the page with its headers", "200, text/html, DENY, nosniff, HSTS")
def page(it: Target) -> str:
    answer = it.call("GET", address_of(it))
    kind = answer.headers.get("content-type", "").partition(";")[0]
    names = ("x-frame-options", "x-content-type-options")
    hsts = "HSTS" if "strict-transport-security" in answer.headers else "no HSTS"
    return seen(answer.status, kind, *(answer.headers.get(name) for name in names), hsts)


@check("The page redirects http to https", "301")
def redirect(it: Target) -> str:
    return seen(it.call("GET", address_of(it).replace("https://", "http://", 1)).status)


@check("Below /api at the page is the API, with its login", "401, Bearer")
def api(it: Target) -> str:
    answer = it.call("GET", f"{address_of(it)}api/operations/summary")
    return seen(answer.status, answer.headers.get("www-authenticate"))


@check("CloudFront passes an operator's login on", "200")
def login(it: Target) -> str:
    address = address_of(it)
    if not it.token:
        raise NotAsked("ORDERS_OPERATOR_TOKEN has no login")
    return seen(it.call("GET", f"{address}api/operations/summary", authorization=f"Bearer {it.token}").status)


@check("Cognito shows its sign-in page to the page's client", "200 or 302")
def sign_in(it: Target) -> str:
    address = address_of(it)
    query = f"response_type=code&client_id={it.outputs['PageClientId']}&redirect_uri={address}"
    status = it.call("GET", f"{it.outputs['LoginDomain']}/oauth2/authorize?{query}").status
    return "200 or 302" if status in {200, 302} else seen(status)


def address_of(it: Target) -> str:
    if "PageUrl" not in it.outputs:
        raise NotAsked("OperatorsPage is none")
    return it.outputs["PageUrl"]
