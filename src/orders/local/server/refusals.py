"""Error answers of the local server that API Gateway does not give, or words differently."""

from orders.api.http import RETRY_AFTER_SECONDS, Problem

NOT_HTTP = Problem(400, "not-http", "Not a valid HTTP request")
TOO_SLOW = Problem(408, "too-slow", "The request is too slow")
URL_TOO_LONG = Problem(414, "url-too-long", "The URL is too long")
HEADERS_TOO_LARGE = Problem(431, "headers-too-large", "The headers are too large")
BODY_TOO_LARGE = Problem(413, "body-too-large", "The body is too large")
TOO_MANY_CONNECTIONS = Problem(
    503,
    "too-many-connections",
    "Too many connections",
    "The server has as many connections as it can serve at a time. Make the same call again: repeating it is safe.",
    {"Retry-After": str(RETRY_AFTER_SECONDS)},
)
TOO_MANY_WRONG_KEYS = Problem(
    429,
    "too-many-wrong-keys",
    "Too many wrong keys",
    "More than ten wrong keys came from this address within a minute. A valid key is accepted at once. Wrong"
    " keys are refused until Retry-After has passed.",
)
