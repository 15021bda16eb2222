"""What it costs to deliver an event to one webhook endpoint, on top of the event itself."""

import json

from cost.bill import Biller, added
from cost.functions import Functions
from cost.life import Life, messages, request

ENDPOINT = {"url": "https://hooks.casaluna.example/orders"}
OF_A_MESSAGE = 3
"""Calls to the queue: it is sent, received and deleted."""


def dollars(biller: Biller, functions: Functions) -> float:
    """For 1,000 deliveries, each of which comes alone and is taken at the first attempt."""
    asked = request("POST", "/operations/webhooks", body=json.dumps(ENDPOINT))
    asked["requestContext"]["authorizer"] = {"claims": {"cognito:username": "maria"}}
    endpoint_id = json.loads(functions.run("WebhooksFunction", asked).answer["body"])["id"]
    Life(functions, ["with-a-webhook"]).accepted_and_told()
    run = functions.run("DeliverWebhooksFunction", messages([endpoint_id]))
    return biller.prices.dollars(added(biller.of_run(run), {"messages": OF_A_MESSAGE})) * 1000
