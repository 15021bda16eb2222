"""The mail in the template: all of it behind the sender's address, none of it wider than one message needs."""

import json

import pytest
from tests.support.translated import named_in, resources, statements, the, translated, without

MAIL = {
    "SendReceiptFunction", "SendReceiptRole", "SendReceiptLogs", "NoteFeedbackFunction", "NoteFeedbackRole",
    "NoteFeedbackLogs", "MailQueue", "MailDeadLetterQueue", "MailConfigurationSet", "MailFeedback", "SenderIdentity",
}  # fmt: skip
OF_MAIL = {"SendsMail", "TellsOfMail", "CreateMailDomain", "CreateMailIdentity"}


def conditional() -> dict[str, str]:
    """The resources that a stack may do without for want of a sender, and the condition of each."""
    found = translated()["Resources"].items()
    return {name: resource["Condition"] for name, resource in found if resource.get("Condition") in OF_MAIL}


def test_without_a_sender_there_is_nothing_of_the_mail():
    assert conditional().keys() >= MAIL
    assert translated()["Parameters"]["MailSender"]["Default"] == ""
    assert translated()["Conditions"]["SendsMail"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MailSender"}, ""]}]}
    for name in OF_MAIL - {"SendsMail"}:
        assert {"Condition": "SendsMail"} in translated()["Conditions"][name]["Fn::And"]


def test_without_a_sender_nothing_that_stays_names_what_is_gone():
    for name, resource in translated()["Resources"].items():
        if name not in conditional():
            assert not set(named_in(without("SendsMail", resource))) & conditional().keys(), name
    for output in translated()["Outputs"].values():
        assert output.get("Condition") in OF_MAIL or not set(named_in(output)) & conditional().keys()


def test_only_the_sender_is_sent_from():
    (sending,) = [each for each in statements("SendReceiptRole") if each["Action"] == "ses:SendRawEmail"]

    assert sending["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailSender"}}}
    assert "*" not in json.dumps(sending["Resource"])


def test_what_comes_back_is_told_to_the_function_that_notes_it_and_of_this_stacks_mails_only():
    destination, rule = the("AWS::SES::ConfigurationSetEventDestination"), the("AWS::Events::Rule")
    (target,) = rule["Targets"]

    assert destination["ConfigurationSetName"] == {"Ref": "MailConfigurationSet"}
    assert destination["EventDestination"]["MatchingEventTypes"] == ["BOUNCE", "COMPLAINT"]
    assert rule["EventPattern"] == {
        "source": ["aws.ses"],
        "detail-type": ["Email Bounced", "Email Complaint Received"],
        "detail": {"mail": {"tags": {"ses:configuration-set": [{"Ref": "MailConfigurationSet"}]}}},
    }
    assert target["Arn"] == {"Ref": "NoteFeedbackFunctionAliaslive"}
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 24 * 3600
    settings = resources("AWS::Lambda::EventInvokeConfig")["NoteFeedbackFunctionEventInvokeConfig"]
    assert (settings["MaximumRetryAttempts"], settings["MaximumEventAgeInSeconds"]) == (2, 6 * 3600)


def test_a_receipt_travels_encrypted_and_nobody_is_written_to_who_called_it_unwanted():
    settings = the("AWS::SES::ConfigurationSet")

    assert settings["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert settings["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}


@pytest.mark.parametrize(
    ("index", "attribute", "told"), [("waiting", "dueAt", "waitingSince"), ("mailWaiting", "mailDueAt", "mail")]
)
def test_the_index_of_a_bell_tells_when_it_is_due_and_since_when(index: str, attribute: str, told: str):
    indexes = resources("AWS::DynamoDB::Table")["OrderTable"]["GlobalSecondaryIndexes"]
    (found,) = [each for each in indexes if each["IndexName"] == index]

    assert [key["AttributeName"] for key in found["KeySchema"]] == ["idShard", attribute]
    assert found["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": [told]}
