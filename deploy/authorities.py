"""Cuts the certificate authorities that come with botocore, more than a hundred, to those that certify AWS's endpoints.

The file is read anew for each connection: 18 ms of a first call for all of them, 2 for these.
https://www.amazontrust.com/repository/
"""

import re
from pathlib import Path

OPERATORS = ("Amazon", "Starfield", "DigiCert")
_CERTIFICATE = re.compile(
    r'# Label: "(?P<label>[^"]*)"\n(?:#[^\n]*\n)*(?P<pem>-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n)',
    re.S,
)


def cut(bundle: Path) -> None:
    """Cut botocore's `cacert.pem` in place.

    Raises:
        ValueError: the file has none of these authorities, so its format must have changed.
    """
    certificates = list(_CERTIFICATE.finditer(bundle.read_text(encoding="utf-8")))
    kept = [each for each in certificates if each["label"].startswith(OPERATORS)]
    if not kept:
        raise ValueError(f"{bundle} names no authority of {', '.join(OPERATORS)}")
    bundle.write_text("".join(f"# {each['label']}\n{each['pem']}" for each in kept), encoding="utf-8")
