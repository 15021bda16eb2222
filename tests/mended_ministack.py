"""Starts the emulator, mended in two places where it would not run the template; for the environment that has it.

A mend that is no longer needed, or no longer fits, ends the start: see what the emulator does now, and remove it here.
"""

import os
from typing import Any

from ministack import app
from ministack.services import apigateway_v1

ANY = "x-amazon-apigateway-any-method"

find_key_set = apigateway_v1._resolve_jwks_url
import_operation = apigateway_v1._import_operation


async def find_key_set_over_https(authorizer: Any) -> str:
    """It looks for the keys of its own user pools over plain HTTP, which it does not answer here."""
    plain = str(await find_key_set(authorizer))
    assert plain.startswith("http://")
    return os.environ["AWS_ENDPOINT_URL"] + plain[plain.index("/", len("http://")) :]


def import_any_operation(api_id: str, resource_id: str, method: str, *described: Any) -> None:
    """It passes over the methods that stand for any other."""
    import_operation(api_id, resource_id, "ANY" if method.lower() == ANY else method, *described)


assert ANY not in apigateway_v1._OPENAPI_HTTP_METHODS
apigateway_v1._OPENAPI_HTTP_METHODS = {*apigateway_v1._OPENAPI_HTTP_METHODS, ANY}
apigateway_v1._import_operation = import_any_operation
apigateway_v1._resolve_jwks_url = find_key_set_over_https

if __name__ == "__main__":
    app.main()
