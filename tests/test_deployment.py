"""The files of docs/deployment.md are what the programs that read them accept."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", (ROOT / "docs" / "deployment.md").read_text(), re.DOTALL))
LEAST_EXPOSED = 3.0


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    made = tmp_path / "glutkg.service"
    made.write_text(BLOCKS["ini"].replace("/opt/glutkg/bin/glutkg", str(Path(sys.executable).parent / "glutkg")))
    return made


@needs("systemd-analyze")
def test_the_unit_is_one_that_systemd_reads(unit: Path) -> None:
    found = run("systemd-analyze", "verify", "--man=no", str(unit))
    assert (found.returncode, found.stderr) == (0, "")
    unit.write_text(unit.read_text().replace("MemoryMax", "MemoryMost"))
    assert "MemoryMost" in run("systemd-analyze", "verify", "--man=no", str(unit)).stderr


@pytest.mark.slow
@needs("systemd-analyze")
def test_the_unit_leaves_little_exposed(unit: Path) -> None:
    found = run("systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit))
    assert float(re.findall(r"exposure level for .*: ([\d.]+)", found.stdout)[0]) <= LEAST_EXPOSED


@pytest.mark.slow
@needs("nginx")
@needs("openssl")
def test_nginx_takes_its_block(tmp_path: Path) -> None:
    pem, key = tmp_path / "glutkg.pem", tmp_path / "glutkg.key"
    subject = ("-subj", "/CN=glutkg.example.org", "-keyout", str(key), "-out", str(pem))
    assert run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject).returncode == 0
    block = BLOCKS["nginx"].replace("/etc/ssl/", f"{tmp_path}/")
    file = tmp_path / "nginx.conf"

    def accepted(text: str) -> bool:
        file.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n")
        return run("nginx", "-t", "-p", str(tmp_path), "-c", str(file)).returncode == 0

    assert accepted(block)
    assert not accepted(block.replace("proxy_pass", "proxy_pas"))


@pytest.mark.slow
@needs("caddy")
def test_caddy_takes_its_block(tmp_path: Path) -> None:
    file = tmp_path / "Caddyfile"
    for text, code in ((BLOCKS["caddy"], 0), (BLOCKS["caddy"].replace("reverse_proxy", "reverse_proxi"), 1)):
        file.write_text(text)
        found = run("caddy", "validate", "--adapter", "caddyfile", "--config", str(file))
        assert found.returncode == code, found.stderr
