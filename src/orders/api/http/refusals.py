"""The problems that the gateway answers with itself, without calling a function."""

from orders.api.http.answer import RETRY_AFTER_SECONDS
from orders.api.http.problems import Problem

LOGIN_REQUIRED = Problem(
    401,
    "login-required",
    "Login required",
    "Send an operator's valid login in the header Authorization: Bearer ...",
    {"WWW-Authenticate": "Bearer"},
)
FORBIDDEN = Problem(403, "forbidden", "Forbidden", "Send a valid API key in the header x-api-key.")
NOT_FOUND = Problem(404, "not-found", "Not found", "There is nothing at this address.")
METHOD_NOT_ALLOWED = Problem(
    405,
    "method-not-allowed",
    "Method not allowed",
    "This address does not have this method. The header Allow lists the methods that it has.",
)
TOO_MANY_REQUESTS = Problem(
    429,
    "too-many-requests",
    "Too many requests",
    "Make the same call again a little later: repeating it is safe.",
    {"Retry-After": str(RETRY_AFTER_SECONDS)},
)
