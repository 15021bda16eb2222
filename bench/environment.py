"""The environment variables of a measured function: Lambda's, the network's and those of template.yaml, no others.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from pathlib import Path
from typing import Any

import yaml
from endpoint import Certificate

TEMPLATE = Path(__file__).parent.parent / "template.yaml"
REGION = "eu-west-1"


def of_lambda(version: str, home: Path) -> dict[str, str]:
    """The variables that Lambda sets for this version of Python. `home` has no settings of AWS.

    A package can't be written to on Lambda, so nothing is compiled into it.
    """
    return {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "INFO",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": ":UTC",
    }


def of_network(package: Path, certificate: Certificate, url: str) -> dict[str, str]:
    """The address of AWS, the trusted certificates, and made-up credentials."""
    return {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_CA_BUNDLE": str(_trusted(package, certificate)),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": REGION,
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_SESSION_TOKEN": "bench",
        "LAMBDA_TASK_ROOT": str(package),
    }


def _trusted(package: Path, certificate: Certificate) -> Path:
    """A file with the package's authorities, because reading them takes time, and with that of the stub."""
    authorities = package.with_name(f"{package.name}.pem")
    authorities.write_bytes((package / "botocore" / "cacert.pem").read_bytes() + certificate.public.read_bytes())
    return authorities


def of_template(function: str, table: str, url: str) -> dict[str, str]:
    """The variables that template.yaml sets for the function with this logical id.

    Resources have names of their own here, and parameters their defaults.
    """
    template = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=_ReferencesAsNames)
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}
    named = defaults | {
        "OrderTable": table,
        "OrderQueue": f"{url}/123456789012/orders",
        "ReceiptBucket": "receipts",
    }
    named["Links.Receipt.Seconds"] = template["Mappings"]["Links"]["Receipt"]["Seconds"]
    settings = _variables(template["Globals"]["Function"]) | _variables(template["Resources"][function]["Properties"])
    values = {variable: named.get(value, value) for variable, value in settings.items() if value}
    return {variable: value for variable, value in values.items() if value}


def _variables(properties: dict[str, Any]) -> dict[str, str]:
    variables: dict[str, str] = properties.get("Environment", {}).get("Variables", {})
    return variables


class _ReferencesAsNames(yaml.SafeLoader):
    """`!Ref OrderTable` is read as `OrderTable`, `!FindInMap [A, B, C]` as `A.B.C`; other tags are ignored."""


def _name(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> object:
    if tag == "FindInMap" and isinstance(node, yaml.SequenceNode):
        return ".".join(loader.construct_sequence(node))
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_ReferencesAsNames.add_multi_constructor("!", _name)
