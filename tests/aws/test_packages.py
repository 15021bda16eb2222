"""What `make build` makes: packages that are whole, small, and of nothing but what their function needs."""

import json
import marshal
import os
import ssl
import subprocess
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import Any

import building
import pytest
from botocore_data import OPERATIONS
from tests.support.deployment import Deployment
from tests.support.emulator import Emulator
from tests.support.resources import new_bucket, new_count_table, new_event_table, new_queue, new_table
from tests.support.translated import resources

FUNCTIONS = sorted(resources("AWS::Lambda::Function"))
DRAWING = {"ProcessOrderFunction", "ProcessSlowOrderFunction", "FailOrderFunction"}
MAILING = {"SendReceiptFunction"}
MB = 1_000_000


@pytest.fixture(params=FUNCTIONS)
def package(request: pytest.FixtureRequest, deployment: Deployment) -> Path:
    folder: Path = deployment.packages / request.param
    return folder


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_package_is_complete_by_itself(package: Path, emulator: Emulator):
    """Imported with no other library in sight, as on Lambda, where nobody else has installed one."""
    handler = resources("AWS::Lambda::Function")[package.name]["Handler"].removesuffix(".handler")
    program = f"import sys; sys.path.insert(0, {str(package)!r}); import {handler}"
    names = {
        "ORDERS_TABLE": new_table(),
        "ORDERS_COUNTS": new_count_table(),
        "ORDERS_QUEUE": new_queue(),
        "ORDERS_BUCKET": new_bucket(),
        "ORDERS_MAIL_QUEUE": new_queue(),
        "ORDERS_SENDER": "receipts@casaluna.example",
        "ORDERS_CONFIGURATION_SET": "mails",
        "ORDERS_API_URL": "https://api.example/v1",
        "ORDERS_CANARY_KEY_ID": "key",
        "ORDERS_EVENTS": new_event_table(),
        "ORDERS_WEBHOOK_QUEUE": new_queue(),
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], env=os.environ | names, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


def test_a_package_has_nothing_of_the_local_edition_and_a_typesetter_only_to_render(package: Path):
    modules = {path.relative_to(package / "orders").parts[0] for path in (package / "orders").iterdir()}

    assert not modules & {"local", "cli", "__main__.py"}
    assert ("receipt" in modules) == (package / "typst").exists() == (package.name in DRAWING)
    assert ("mail" in modules) == (package / "jinja2").exists() == (package.name in MAILING)
    functions = {path.stem for path in (package / "orders" / "functions").glob("*.py")}
    assert len(functions - {"__init__", "batch", "stream"}) == 1


def test_a_mail_is_composed_with_what_is_in_the_package(deployment: Deployment):
    """Its templates and languages lie beside the code; to render them all once needs nothing of this checkout."""
    program = f"""
import sys
sys.path.insert(0, {str(deployment.packages / "SendReceiptFunction")!r})
from datetime import UTC, datetime
from orders import mail
from orders.order.posted import PostedOrder
from orders.order.order import Order
order = {{"orderId": "1", "customerName": "Zoë", "customerEmail": "zoe@example.com", "locale": sys.argv[1]}}
now = datetime(2026, 11, 23, tzinfo=UTC)
import json
row = Order.received(PostedOrder.stored(json.dumps(order)), "token", now, "https://shop.example/v1/")
assert mail.__file__.startswith(sys.path[0])
sys.stdout.buffer.write(mail.compose(row, b"%PDF-", now).content)
"""
    for language in ("en", "ar", "ja", "pt", "zh-TW", "ka-GE"):
        done = subprocess.run([sys.executable, "-I", "-S", "-c", program, language], capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        assert b"application/pdf" in done.stdout


@pytest.mark.parametrize("function", sorted(DRAWING))
def test_a_receipt_is_drawn_by_what_is_in_the_package(deployment: Deployment, function: str):
    """The process that draws it is started from there, too: a good order has its receipt, a poison one is refused."""
    program = f"""
import sys
sys.path.insert(0, {str(deployment.packages / function)!r})
from dataclasses import replace
from datetime import UTC, datetime
from orders import receipt
from orders.order.errors import ReceiptImpossible
from orders.order.posted import PostedOrder
from orders.order.order import Order
order = PostedOrder(order_id="1", customer_name="Zoë", customer_email="zoe@example.com")
row = Order.received(order, "token", datetime(2026, 11, 23, tzinfo=UTC), "https://shop.example/v1/")
poison = replace(row, body=row.body.replace("Zoë", "\\\\ud800"))
assert receipt.__file__.startswith(sys.path[0])
for draw in receipt.draw, receipt.draw_alone:
    assert draw(row) == receipt.render(row)
    try:
        draw(poison)
    except ReceiptImpossible:
        print("refused")
"""
    elsewhere = {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], env=elsewhere, capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "refused\nrefused\n"), done.stderr


def test_a_package_is_small(package: Path):
    """Two check orders or refunds, with pydantic; one of them exports dates too, with the time zones."""
    most = {"ReceiveOrderFunction": 16.5, "OperationsFunction": 17.2, "WebhooksFunction": 16.5}

    assert size(package) < (130 if package.name in DRAWING else most.get(package.name, 15.5)) * MB


def test_compiled_code_is_for_this_python_and_not_checked_against_its_source(package: Path):
    """The flags of PEP 552: compiled by hash, and not to be checked, as zip rewrites the times of files."""
    compiled = list((package / "orders").rglob("*.pyc"))

    assert compiled
    for path in compiled:
        header = path.read_bytes()[:8]
        assert header[:4] == MAGIC_NUMBER
        assert int.from_bytes(header[4:], "little") == 0b01
        assert str(package) not in marshal.loads(path.read_bytes()[16:]).co_filename


def test_botocores_descriptions_are_cut_to_what_is_called(package: Path):
    data = package / "botocore" / "data"

    assert {path.name for path in data.iterdir() if path.is_dir()} == set(OPERATIONS)
    (model,) = (data / "sqs").glob("*/service-2.json")
    assert set(json.loads(model.read_text())["operations"]) == OPERATIONS["sqs"]


def test_what_is_left_of_the_descriptions_leads_to_the_mail_service(package: Path):
    program = f"""
import sys
sys.path.insert(0, {str(package)!r})
from botocore.session import get_session
client = get_session().create_client("sesv2", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
print(client.meta.endpoint_url, client.meta.service_model.operation_names)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], env=environment, capture_output=True, text=True)

    assert done.stdout.strip() == "https://email.eu-west-1.amazonaws.com ['GetAccount', 'SendEmail']", done.stderr


def test_the_authorities_are_those_that_certify_aws(package: Path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(package / "botocore" / "cacert.pem")
    authorities: list[Any] = context.get_ca_certs()
    names = {dict(part[0] for part in authority["subject"]).get("commonName") for authority in authorities}

    assert {"Amazon Root CA 1", "Amazon Root CA 4", "Starfield Services Root Certificate Authority - G2"} <= names
    assert len(names) < 20


def test_the_build_tells_the_sizes(deployment: Deployment):
    for name in FUNCTIONS:
        assert f"{name} " in deployment.summary
    assert "MB unzipped" in deployment.summary


def test_a_package_without_byte_code_is_told_from_one_with_it(tmp_path: Path, package: Path):
    (tmp_path / "orders").mkdir()

    assert building.is_compiled(package)
    assert not building.is_compiled(tmp_path)
