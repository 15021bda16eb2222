"""What `make smoke` makes of answers that only AWS gives: the emulator has neither empty pages nor verified domains."""

from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.stub import Stubber
from smoke import functions, mail
from smoke.target import Target

KEYS = {"region_name": "eu-west-1", "aws_access_key_id": "none", "aws_secret_access_key": "none"}
RECEIPTS, DOMAIN = "receipts@casaluna.example", "casaluna.example"


@pytest.fixture
def target() -> Target:
    """Of a stack with one log, whose sender is verified by its domain."""
    stage: Any = Mock()
    stage.resource.side_effect = lambda name: name
    stage.resources.return_value = [
        {"LogicalResourceId": "ApiLogs", "PhysicalResourceId": "ApiLogs", "ResourceType": "AWS::Logs::LogGroup"}
    ]
    it = Target(stage, "https://orders.casaluna.example", "key", None, {})
    it.__dict__["link"] = "https://receipts.example"
    return it


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch):
    def stub(service: str) -> Stubber:
        client = boto3.client(service, **KEYS)  # type: ignore[call-overload]
        monkeypatch.setattr(boto3, "client", lambda *_: client)
        stubber = Stubber(client)
        stubber.activate()
        return stubber

    return stub


def test_a_name_behind_an_empty_page_of_a_log_is_found(target: Target, stubbed: Any):
    logs = stubbed("logs")
    logs.add_response("filter_log_events", {"events": [], "nextToken": "more"})
    logs.add_response("filter_log_events", {"events": [{"message": "Zoë Müller"}]})

    assert functions.names_in_logs(target) == "ApiLogs"


def test_an_address_is_verified_by_its_domain(target: Target, stubbed: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Target, "parameter", lambda _, name: {"MailSender": RECEIPTS, "MailIdentity": "keep"}[name])
    ses = stubbed("sesv2")
    ses.add_client_error("get_email_identity", "NotFoundException", expected_params={"EmailIdentity": RECEIPTS})
    ses.add_response("get_email_identity", {"VerifiedForSendingStatus": True}, {"EmailIdentity": DOMAIN})
    ses.add_response("get_account", {"ProductionAccessEnabled": True})

    assert mail.sender(target) == "verified, out of the sandbox"
