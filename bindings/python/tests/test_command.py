"""The command that the package brings."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import crmkit
import pytest
from conftest import Create

SCRIPT = Path(sysconfig.get_path("scripts")) / "crmkit"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *words], capture_output=True, text=True, encoding="utf-8", timeout=60)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "crm.db")


def test_it_is_on_the_path_and_works_on_the_same_database(path: str, create: Create) -> None:
    assert run("init", "--db", path, "--login", "lin", "--name", "林").returncode == 0
    with crmkit.open(path) as crm:
        number = create(crm.session("lin")).number
        listed = run("list", "--db", path, "--user", "lin", "--json")
        assert (listed.returncode, json.loads(listed.stdout)["number"]) == (0, number)
        assert run("list", "--db", path, "--user", "lin", "--count").stdout == "1\n"


def test_it_ends_with_the_commands_numbers(path: str) -> None:
    assert run("--version").stdout.split() == ["crmkit", crmkit.__version__]
    assert run("nonsense").returncode == 2
    missing = run("list", "--db", path, "--user", "lin", "--language", "en")
    assert (missing.returncode, missing.stderr.startswith("crmkit: not found")) == (3, True)
    run("init", "--db", path, "--login", "lin")
    assert run("show", "CRM202405010001", "--db", path, "--user", "lin").returncode == 3
    as_module = subprocess.run([sys.executable, "-m", "crmkit", "nonsense"], capture_output=True, text=True)
    assert (as_module.returncode, as_module.stderr.split(":")[0]) == (2, "crmkit")


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_ctrl_c_ends_it(path: str) -> None:
    run("init", "--db", path, "--login", "lin")
    words = [str(SCRIPT), "assign", "--to", "lin", "-", "--db", path, "--user", "lin"]
    # It waits for its input.
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as waiting:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(2)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(30) == -signal.SIGINT
