"""What holds for the repository as a whole, whatever the code does."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))

REGISTRY = re.compile(
    r"(?:[\w-]+\.)*(?:py"
    r"pi\.org|python"
    r"hosted\.org|npm"
    r"js\.(?:com|org))"
    r"|/simple/|--(?:extra-)?index-url|--find-links",
    re.IGNORECASE,
)
OWN_MACHINE = re.compile(
    r"(?<![\w./~-])(?:/(?:home|root|Users|work|opt|tmp|mnt)/[\w.-]+|[A-Z]:\\\\?(?:Users|work))"
)


def tracked() -> list[Path]:
    """The text files that git holds; outside a clone (an unpacked archive) there is no list."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git clone")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file() and b"\0" not in file.read_bytes()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for file in tracked():
        if file != Path(__file__):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if match := pattern.search(line):
                    found.append(f"{file.relative_to(ROOT)}:{number}: {match.group()}")
    return found


def test_no_file_says_where_packages_come_from() -> None:
    assert lines_with(REGISTRY) == [], "a mirror must be able to stand in for any registry"


def test_no_file_knows_one_machine() -> None:
    assert lines_with(OWN_MACHINE) == []


def test_the_lock_pins_every_library_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    unpinned = [entry.splitlines()[0] for entry in entries if "==" not in entry.splitlines()[0]]
    unhashed = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert (unpinned, unhashed) == ([], [])


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    names = {re.split(r"[<>=!~ \[;]", wish, maxsplit=1)[0] for wish in asked}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert names <= set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))


def test_the_licence_is_apache_2() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.split()[:4] == ["Apache", "License", "Version", "2.0,"]
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("record", DECISIONS, ids=lambda record: record.stem)
def test_a_decision_record_has_a_title_and_is_short(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {record.name[:4]}: "), "the title starts with the record's number"
    assert len(text.split()) <= 400, "half a page: say what, why, and what was rejected"


def test_decision_records_are_numbered_one_by_one() -> None:
    assert [record.name[:4] for record in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]


def test_the_hooks_are_all_local() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_to_files_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^):#]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []
