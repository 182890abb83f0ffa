"""What is printed: texts of others never steer a terminal, and streams may be closed or full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import conventio as package
from conventio.cli.plain import harmless
from tests.cli.run import conventio, example_in

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"


def test_what_would_steer_a_terminal_is_written_out() -> None:
    assert harmless(EVIL) == "\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\u202e"
    assert harmless("é € \n\t ü") == "é € \n\t ü"
    assert harmless("a\ud800b\r") == "a\\ud800b\\r"


@pytest.mark.parametrize("place", ["cell", "header", "id", "json"])
def test_nothing_of_the_input_steers_the_terminal(place: str, tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    services = folder / "services.csv"
    header, first, rest = services.read_text(encoding="utf-8").split("\n", 2)
    if place == "header":
        header = header.replace("tooth", f"tooth{EVIL}")
    elif place == "cell":
        first = first.replace(first.split(",")[4], EVIL)
    else:
        first = EVIL + first[first.index(",") :]
    services.write_text("\n".join([header, first, rest]), encoding="utf-8")
    json = ["--json"] if place == "json" else []
    for ran in (
        conventio("check", folder, *json),
        conventio("explain", folder, EVIL, *json),
        conventio("explain", folder, f"{EVIL}x", *json),
        conventio("law", EVIL, *json),
    ):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ran.stdout + ran.stderr)


def run(*words: object, shell: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, with something after it for the shell."""
    line = '"$0" -m conventio "$@" ' + shell
    source = str(Path(package.__file__).parents[1])
    return subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, *map(str, words)],
        env={**os.environ, "PYTHONPATH": source, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    ("shell", "said"),
    [(">/dev/full", "The answers are in"), ("2>/dev/full", ""), (">&-", ""), ("2>&-", "")],
)
def test_answers_that_are_there_are_said_to_be(shell: str, said: str, tmp_path: Path) -> None:
    ran = run("demo", "--out", tmp_path / "demo", shell=shell)
    assert ran.returncode == 0
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "demo" / "out" / "run.json").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_result_that_nobody_can_read_is_a_failure() -> None:
    ran = run("dictionary", shell=">/dev/full")
    assert ran.returncode == 1
    assert "No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("language", ["fr", "de"])
def test_bad_input_is_told_in_the_letters_of_ascii(language: str, tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text("service_id\né,1\n", encoding="utf-8")
    ran = run("check", tmp_path, "--language", language, PYTHONIOENCODING="ascii", LANG="C")
    assert (ran.returncode, "services.csv" in ran.stderr) == (2, True)
    assert ran.stderr.isascii()
    assert "Traceback" not in ran.stderr


def test_where_few_letters_are_known_the_nearest_stand_for_them(tmp_path: Path) -> None:
    ran = run("demo", "--out", tmp_path / "demo", "--language", "fr", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0, ran.stderr
    assert "Reponses" in ran.stdout or "reponses" in ran.stdout
