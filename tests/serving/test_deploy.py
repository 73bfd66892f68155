"""The files of examples/deploy: what programs read them say that they are valid."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "examples/deploy"
DOCS = DEPLOY.parents[1] / "docs/production.md"


def testTheManifestIsValid() -> None:
    reason = "needs kubernetes-validate: pip install kubernetes-validate"
    validator: Any = pytest.importorskip("kubernetes_validate", reason=reason)
    yaml: Any = pytest.importorskip("yaml", reason=reason)
    documents = [*yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())]
    assert [each["kind"] for each in documents] == ["Deployment", "Service", "PodDisruptionBudget"]
    for each in documents:
        validator.validate(each, validator.latest_version(), strict=True)
    documents[0]["spec"]["template"]["spec"]["containers"][0]["readinessProb"] = {}
    with pytest.raises(validator.ValidationError):
        validator.validate(documents[0], validator.latest_version(), strict=True)


def testTheManifestAgreesWithItself() -> None:
    """The grace times fit into each other, and the probes ask the port that `--status` opens."""
    text = (DEPLOY / "kubernetes.yaml").read_text()
    whole = int(re.search(r"terminationGracePeriodSeconds: (\d+)", text)[1])  # type: ignore[index]
    preStop = int(re.search(r"sleep (\d+)", text)[1])  # type: ignore[index]
    grace = int(re.search(r'--grace, "(\d+)"', text)[1])  # type: ignore[index]
    assert whole > preStop + grace + 2
    port = re.search(r'--status, "0\.0\.0\.0:(\d+)"', text)[1]  # type: ignore[index]
    assert f"{{name: probes, containerPort: {port}}}" in text and f'prometheus.io/port: "{port}"' in text


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="needs haproxy")
@pytest.mark.parametrize("name", ["haproxy.cfg", "haproxy-proxy-protocol.cfg"])
def testHAProxyTakesItsConfiguration(name: str, tmp_path: Path) -> None:
    run = subprocess.run(["haproxy", "-c", "-f", DEPLOY / name], cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, re.findall(r"WARNING|ALERT", run.stderr)) == (0, [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze: the package systemd")
def testSystemdTakesTheUnits(tmp_path: Path) -> None:
    def verified(service: str) -> tuple[int, str]:
        (tmp_path / "nodecompat.service").write_text(service)
        shutil.copy(DEPLOY / "nodecompat.socket", tmp_path)
        names = ["./nodecompat.service", "./nodecompat.socket"]
        run = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *names], cwd=tmp_path, capture_output=True, text=True
        )
        return run.returncode, run.stderr

    text = (DEPLOY / "nodecompat.service").read_text()
    assert verified(text) == (0, "")
    assert "Unknown key" in verified(text.replace("KillMode=", "KilMode="))[1]
    stop, grace = (int(re.search(f"{name}(\\d+)", text)[1]) for name in ("TimeoutStopSec=", "--grace "))  # type: ignore[index]
    assert stop > grace + 2


def testTheDocumentationTellsOfEachFile() -> None:
    text = DOCS.read_text("utf-8")
    assert [path.name for path in DEPLOY.iterdir() if path.is_file() and path.name not in text] == []
