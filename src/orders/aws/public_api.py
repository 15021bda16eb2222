"""The public API of this system, called as a shop calls it: over HTTPS, with an API key."""

import json
import os
from collections.abc import Mapping
from functools import cached_property

import urllib3

from orders.aws import clients
from orders.aws import errors as faults
from orders.order.errors import Unavailable
from orders.ports import Reply

_TIMEOUT = urllib3.Timeout(connect=3, read=10)
"""Seconds. No answer takes as long as that unless something is wrong."""


class PublicApi:
    """`orders.ports.PublicApi` at this address, with the API key that has this id.

    The key itself is read from API Gateway, so that no environment, template or log contains it.
    https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKey.html
    """

    def __init__(self, url: str, key_id: str) -> None:
        self._url = url.rstrip("/")
        self._key_id = key_id
        self._api_keys = clients.api_keys()
        self._https = urllib3.PoolManager(timeout=_TIMEOUT, retries=False, ca_certs=os.environ.get("AWS_CA_BUNDLE"))

    def post(self, path: str, document: Mapping[str, object]) -> Reply:
        headers = {"x-api-key": self._key, "Content-Type": "application/json"}
        return self._call("POST", f"{self._url}/{path}", headers, json.dumps(document))

    def get(self, path: str) -> Reply:
        return self._call("GET", f"{self._url}/{path}", {"x-api-key": self._key})

    def download(self, url: str) -> Reply:
        return self._call("GET", url, {})

    @cached_property
    def _key(self) -> str:
        with faults.errors_translated("API key"):
            return str(self._api_keys.get_api_key(apiKey=self._key_id, includeValue=True)["value"])

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: str | None = None) -> Reply:
        """Errors of urllib3 contain the URL, which may be a customer's link, so `Unavailable` has only their names."""
        try:
            answer = self._https.request(method, url, headers=headers, body=body, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"API: {type(error).__name__}") from error
        return Reply(answer.status, answer.data)
