"""The wheel works where the checkout is not."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from tests.support.examples import ROOT


def test_an_installed_wheel_invokes_functions_from_any_folder(tmp_path: Path):
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=False)
    (site_packages,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    done = subprocess.run(
        [tmp_path / "venv" / "bin" / "python", "-m", "orders", "invoke", "ReceiveOrderFunction", "--event", "-"],
        input=(ROOT / "events" / "receive_order_event.json").read_bytes(),
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{site_packages}:{dependencies}"},
        capture_output=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["statusCode"] == 202
    assert (tmp_path / "data" / "orders.db").is_file()
