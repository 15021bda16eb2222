"""The operators' page in the template: all of it behind one parameter, its files private, nothing let in."""

import json
import re
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from botocore.session import Session
from tests.support.translated import named_in, resources, the, translated, without

from orders.aws.bucket import S3Bucket
from orders.local.server import page as on_one_machine
from orders.order.clock import utc_now
from orders.order.order import StoredReceipt

OF_PAGE = {
    "OperatorLoginDomain", "PageAccess", "PageApiPath", "PageBucket", "PageBucketPolicy", "PageClient",
    "PageDistribution", "PageHeaders",
}  # fmt: skip
WITH_PAGE = {"ServesPage", "HasPageDomain"}
CACHING_OPTIMIZED, CACHING_DISABLED = "658327ea-f89d-4fab-a63d-7e88639e58f6", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""
RECEIPTS = "https://${ReceiptBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"
DISTRIBUTION = without("HasDomain", the("AWS::CloudFront::Distribution"))["DistributionConfig"]
HEADERS = the("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
CLIENTS = without("HasPageDomain", resources("AWS::Cognito::UserPoolClient"))


def directives(policy: str) -> dict[str, str]:
    found = (directive.strip().partition(" ") for directive in policy.split(";"))
    return {name: sources for name, _, sources in found}


def content_policy() -> dict[str, str]:
    return directives(HEADERS["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"])


def test_without_the_page_there_is_nothing_of_it_and_nothing_that_stays_names_it():
    everything = translated()["Resources"].items()

    assert {name for name, resource in everything if resource.get("Condition") == "ServesPage"} == OF_PAGE
    for name, resource in everything:
        if name not in OF_PAGE:
            assert not set(named_in(without("ServesPage", resource))) & OF_PAGE, name
    for output in translated()["Outputs"].values():
        assert output.get("Condition") in WITH_PAGE or not set(named_in(output)) & OF_PAGE
    assert {"Condition": "ServesPage"} in translated()["Conditions"]["HasPageDomain"]["Fn::And"]


def test_the_pages_files_are_private_and_encrypted():
    bucket = resources("AWS::S3::Bucket")["PageBucket"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "DeletionPolicy" not in translated()["Resources"]["PageBucket"]  # there is nothing in it to keep


def test_the_pages_distribution_alone_reads_its_files():
    plain_http, reading = resources("AWS::S3::BucketPolicy")["PageBucketPolicy"]["PolicyDocument"]["Statement"]
    distribution = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${PageDistribution}"

    assert plain_http["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert (plain_http["Effect"], plain_http["Principal"], plain_http["Action"]) == ("Deny", "*", "s3:*")
    assert reading == {
        "Sid": "ReadByThePagesDistribution",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": {"Fn::Sub": "${PageBucket.Arn}/*"},
        "Condition": {"StringEquals": {"aws:SourceArn": {"Fn::Sub": distribution}}},
    }


def test_the_distribution_signs_what_it_asks_of_the_bucket():
    access = the("AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    files = origin("files")

    assert (access["SigningBehavior"], access["SigningProtocol"]) == ("always", "sigv4")
    assert access["OriginAccessControlOriginType"] == "s3"
    assert files["OriginAccessControlId"] == {"Fn::GetAtt": ["PageAccess", "Id"]}
    assert files["DomainName"] == {"Fn::GetAtt": ["PageBucket", "RegionalDomainName"]}


def test_the_api_is_asked_over_tls_at_its_stage():
    api = origin("api")

    assert api["DomainName"] == {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}
    assert api["OriginPath"] == "/v1" == f"/{the('AWS::ApiGateway::Stage')['StageName']}"
    assert api["CustomOriginConfig"] == {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}


def origin(name: str) -> dict[str, Any]:
    (found,) = [each for each in DISTRIBUTION["Origins"] if each["Id"] == name]
    return dict(found)


def test_files_are_kept_at_the_edge_and_answers_of_the_api_are_not():
    files, (api,) = DISTRIBUTION["DefaultCacheBehavior"], DISTRIBUTION["CacheBehaviors"]

    assert (files["TargetOriginId"], files["CachePolicyId"]) == ("files", CACHING_OPTIMIZED)
    assert (files["ViewerProtocolPolicy"], files["Compress"]) == ("redirect-to-https", True)
    assert files["AllowedMethods"] == ["GET", "HEAD"]
    assert (api["PathPattern"], api["TargetOriginId"], api["CachePolicyId"]) == ("/api/*", "api", CACHING_DISABLED)
    assert (api["ViewerProtocolPolicy"], api["OriginRequestPolicyId"]) == ("https-only", ALL_VIEWER_EXCEPT_HOST)
    assert {"GET", "HEAD", "POST"} < set(api["AllowedMethods"])
    assert "ResponseHeadersPolicyId" not in api  # the functions' own pass through
    assert files["ResponseHeadersPolicyId"] == {"Ref": "PageHeaders"}


def test_the_distribution_takes_no_answers_place_keeps_no_error_and_logs_nothing():
    assert (DISTRIBUTION["DefaultRootObject"], DISTRIBUTION["HttpVersion"]) == ("index.html", "http2and3")
    assert "Logging" not in DISTRIBUTION
    errors = {each.pop("ErrorCode"): each for each in map(dict, DISTRIBUTION["CustomErrorResponses"])}
    assert errors.keys() == {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}  # all that CloudFront may keep
    assert all(each == {"ErrorCachingMinTTL": 0} for each in errors.values())


@pytest.mark.skipif(not shutil.which("node"), reason="it is JavaScript")
@pytest.mark.parametrize("path", ["/orders", "/operations/orders.csv", "/operations/orders/api%2Fx/api/y", "/"])
def test_below_api_is_the_api(path: str):
    code = the("AWS::CloudFront::Function")["FunctionCode"]
    event = json.dumps({"request": {"uri": f"/api{path}", "method": "POST"}})
    program = f"{code}; console.log(JSON.stringify(handler({event})))"
    done = subprocess.run(["node", "-e", program], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == {"uri": path, "method": "POST"}


def test_the_page_lets_nothing_in_that_it_does_not_need():
    """The same as on one machine, but for where it signs in, and where receipts are."""
    there = directives(on_one_machine._SAFE["Content-Security-Policy"])
    elsewhere = {
        "connect-src": "'self' https://${OperatorLoginDomain}.auth.${AWS::Region}.amazoncognito.com",
        "frame-src": RECEIPTS,
    }

    assert content_policy() == there | elsewhere
    assert not re.search("unsafe|[*]|http:", json.dumps(HEADERS))


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_the_page_shows_receipts_from_where_links_lead(region: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, region)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setattr("orders.aws.clients.session", Session())  # another would keep these credentials
    link = S3Bucket("a-bucket").link(StoredReceipt("receipts/1.pdf", "", 1, "v1"), utc_now(), timedelta(minutes=5))
    values = {"${ReceiptBucket}": "a-bucket", "${AWS::Region}": region, "${AWS::URLSuffix}": "amazonaws.com"}

    assert link.url.startswith(re.sub(r"\$\{[^}]+\}", lambda name: values[name[0]], RECEIPTS) + "/")


def test_the_page_has_the_other_headers_of_one_machine_too():
    headers = HEADERS["SecurityHeadersConfig"]
    others = {each["Header"]: each["Value"] for each in HEADERS["CustomHeadersConfig"]["Items"]}
    named = {
        "Referrer-Policy": headers["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff" if "ContentTypeOptions" in headers else None,
        "Content-Security-Policy": on_one_machine._SAFE["Content-Security-Policy"],
    }

    assert (named | others).items() >= on_one_machine._SAFE.items()
    assert headers["FrameOptions"]["FrameOption"] == "DENY"
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 365 * 24 * 3600
    assert all(setting["Override"] for setting in headers.values())


def test_one_signs_in_by_a_code_at_the_pages_address_only():
    address = {"Fn::Sub": "https://${PageDistribution.DomainName}/"}
    client = CLIENTS["PageClient"]

    assert (
        client.items()
        >= {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"],
            "CallbackURLs": [address],
            "LogoutURLs": [address],
            "GenerateSecret": False,
            "EnableTokenRevocation": True,
        }.items()
    )
    assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH"]
    assert (client["IdTokenValidity"], client["TokenValidityUnits"]["IdToken"]) == (5, "minutes")
    assert without("HasPageDomain", translated()["Outputs"]["PageUrl"]["Value"]) == address


def test_who_asks_for_the_password_itself_gets_no_code():
    login = CLIENTS["OperatorClient"]

    assert "ALLOW_USER_SRP_AUTH" in login["ExplicitAuthFlows"]
    assert not {name for name in login if "OAuth" in name or name.endswith("URLs")}


def test_cognitos_pages_are_of_a_version_and_a_plan_that_are_written_down():
    """Their defaults may change. Version 2 shows nothing without a branding style, which the template does not have."""
    assert the("AWS::Cognito::UserPoolDomain")["ManagedLoginVersion"] == 1
    assert the("AWS::Cognito::UserPool")["UserPoolTier"] == "ESSENTIALS"


def test_what_all_accounts_share_is_named_for_the_stack():
    """CloudFront's names are an account's in every region; those of login pages are a region's in every account."""
    of_stack = {"Fn::Sub": ["orders-${Id}", {"Id": {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}}]}
    access = the("AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]

    assert HEADERS["Name"] == access["Name"] == the("AWS::CloudFront::Function")["Name"] == of_stack
    assert the("AWS::Cognito::UserPoolDomain")["Domain"] == of_stack
