"""What is typed: whatever stands there, the answer is a sentence and exit code 2, or the work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import conventio as package
from conventio.folder import memory
from tests.cli.run import Ran, conventio, example_in

LONG = "9" * 5000
DEEP = "[" * 100_000 + "]" * 100_000
STEERING = "\x1b]0;owned\x07\x1b[2J"
OVERCHARGE = ("compute", "dental-2009/10.2", "--on", "2010-06-01")


def refused(ran: Ran) -> str:
    """What was said of something that was typed and can't be used."""
    assert (ran.code, ran.stdout) == (2, ""), ran
    assert "Traceback" not in ran.stderr
    assert not {"\x1b", "\x07"} & set(ran.stderr)
    return ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("law", "²" * 6), "has nothing of that name"),
        (("law", "\u0663" * 6), "has nothing of that name"),
        (("law", "a\ud800"), "no UTF-8"),
        (("explain", ".", "a\ud800"), "no UTF-8"),
        (("register", ".", "--practitioner", "\udc80"), "no UTF-8"),
        (("register", ".", "--may-delete", "\udc80"), "no UTF-8"),
        (("compute", "all/gap", "a=\udc80"), "no UTF-8"),
        (("check", "a\udc80"), "a name that is no UTF-8"),
        (("check", ".", "--out", "a\udc80"), "a name that is no UTF-8"),
        (("check", ".", "--problems", "a\udc80"), "a name that is no UTF-8"),
        (("law", "--with-law", "a\udc80"), "a name that is no UTF-8"),
        (("demo", "--out", "n" * 300), "File name too long"),
        (("template", "n" * 5000), "File name too long"),
        (("check", "n" * 5000), "File name too long"),
        (("register", "n" * 5000), "File name too long"),
        (("law", "--law", "n" * 5000), "File name too long"),
        (("generate", "x", "--services", LONG, "--seed", "1"), "--services"),
        (("check", ".", "--memory", f"{LONG}GB"), "expected a size such as"),
        (("check", ".", "--known", LONG), "expected a date such as"),
        (("check", ".", STEERING), "\\x1b]0;owned\\x07\\x1b[2J"),
        ((STEERING,), "\\x1b]0;owned\\x07\\x1b[2J"),
        ((f"--{STEERING}",), "\\x1b]0;owned\\x07\\x1b[2J"),
        (("check", f"--{STEERING}"), "\\x1b]0;owned\\x07\\x1b[2J"),
        (("compute", "all/gap", STEERING), "\\x1b]0;owned\\x07\\x1b[2J"),
        (("check", STEERING), "\\x1b]0;owned\\x07\\x1b[2J"),
    ],
    ids=lambda value: None,
)
def test_what_names_nothing_is_told(words: tuple[str, ...], said: str) -> None:
    assert said in refused(conventio(*words))


@pytest.mark.parametrize(
    "charged",
    [
        LONG,
        f"-{LONG}",
        f"0.{'1' * 5000}",
        "1e999999999",
        "1e-999999999",
        "Infinity",
        "NaN",
        DEEP,
        '{"a":' * 100_000,
        '{"a": 1, "a": 2}',
        f'["{STEERING}"',
        "\\ud800",
        '"\\ud800"',
    ],
    ids=lambda text: text[:12],
)
def test_a_number_that_is_none_is_told(charged: str) -> None:
    said = refused(conventio(*OVERCHARGE, f"charged={charged}", "agreed=1"))
    assert "charged" in said


@pytest.mark.parametrize("half", ['{"code": "\\ud800"}', '{"\\ud800": "101032"}'])
def test_half_a_letter_is_told(half: str) -> None:
    said = refused(conventio("compute", "nomenclature-6/4bis-3", f"service={half}"))
    assert "half of a pair" in said


def test_a_member_given_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "service.json").write_text('{"code": "101032", "code": "101054"}')
    given = f"service=@{tmp_path / 'service.json'}"
    assert "given twice: code" in refused(conventio("compute", "nomenclature-6/4bis-3", given))


def test_more_memory_than_the_machine_has_is_told(tmp_path: Path) -> None:
    said = refused(conventio("check", tmp_path, "--memory", "99999GB", "--language", "de"))
    assert said.startswith("--memory: 99.999 GB gefunden, erwartet wird nicht mehr als die ")


def test_no_more_memory_is_taken_than_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "of_machine", lambda: 25_000_000_000)
    monkeypatch.setattr(memory, "_of_machine", lambda: 2_000_000_000)
    monkeypatch.setattr(memory, "_of_group", lambda: None)
    folder = example_in(tmp_path / "folder")
    ran = conventio("check", folder, "--memory", "22GB", "--language", "fr")
    assert ran.code == 0
    assert ran.stderr.startswith("--memory demande 22 GB ; ")
    assert "1,8 GB sont disponibles" in ran.stderr


def test_all_the_memory_of_a_machine_can_be_asked_for(tmp_path: Path) -> None:
    """The engine reserves some of it at once, and ended the process where it got none."""
    whole = memory.of_machine()
    if whole is None:
        pytest.skip("nobody says how much there is")
    folder = example_in(tmp_path / "folder")
    ran = run("check", folder, "--memory", f"{whole // 10**6}MB")
    assert ran.returncode == 0, ran.stderr
    assert not [file for file in tmp_path.iterdir() if file != folder]


def run(*words: object, shell: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, after something for the shell."""
    source = str(Path(package.__file__).parents[1])
    return subprocess.run(
        ["/bin/sh", "-c", f'{shell} "$0" -m conventio "$@"', sys.executable, *map(str, words)],
        env={**os.environ, "PYTHONPATH": source, **env},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_a_working_directory_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    shell = f"mkdir '{gone}'; cd '{gone}'; rmdir '{gone}';"
    ran = run("check", "folder", "--language", "nl", shell=shell)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("folder: de map waarin het commando draait, bestaat niet meer")
    folder = example_in(tmp_path / "folder")
    ran = run("check", folder, shell=shell)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("zone", ["UTC-25:99", "Nowhere/Nothing", "x" * 300])
def test_a_time_zone_that_is_none_changes_nothing(zone: str, tmp_path: Path) -> None:
    ran = run("check", example_in(tmp_path / "folder"), TZ=zone)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("language", ["fr", "de"])
def test_every_command_can_be_read_where_few_letters_are_known(
    language: str, tmp_path: Path
) -> None:
    folder = example_in(tmp_path / "folder")
    few = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    for words in (
        ("check", folder),
        ("explain", folder, "S01"),
        ("explain", folder, "é"),
        ("register", folder),
        ("compute", "nomenclature-6/17.3-4", "executed_on=2020-12-31"),
    ):
        ran = run(*words, "--language", language, **few)
        assert ran.returncode in (0, 2), ran.stderr
        assert (ran.stdout + ran.stderr).isascii()
        assert "Traceback" not in ran.stderr
    ran = run("law", "--gaps", **few)
    assert ran.returncode == 0, ran.stderr
