"""What holds for the repository as a whole, whatever the code does."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

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


LOCKS = ("requirements.lock", "requirements-dev.lock")


def locked(name: str) -> dict[str, str]:
    """The entries of a lock, by what they pin and where it is asked for."""
    lock = (ROOT / name).read_text(encoding="utf-8")
    entries = (entry.partition("    # via")[0] for entry in re.split(r"\n(?=[a-z0-9])", lock))
    return {entry.splitlines()[0].removesuffix(" \\"): entry.rstrip() for entry in entries}


def asked_for(*groups: str) -> set[str]:
    """The libraries that the project asks for to run, and in groups beside that."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for group in groups:
        asked += [wish for wish in project["dependency-groups"][group] if isinstance(wish, str)]
    return {Requirement(wish).name for wish in asked}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_library_with_hashes(lock: str) -> None:
    entries = locked(lock)
    unpinned = [pin for pin in entries if "==" not in pin]
    unhashed = [pin for pin, entry in entries.items() if "--hash=sha256:" not in entry]
    assert (unpinned, unhashed) == ([], [])


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.lock", ["build"]), ("requirements-dev.lock", ["build", "dev"])],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, groups: list[str]) -> None:
    assert asked_for(*groups) <= {pin.partition("==")[0] for pin in locked(lock)}


def test_what_running_needs_is_locked_alike_for_the_demo_and_for_the_tests() -> None:
    """So that one environment serves both, in any order of the commands."""
    to_run, to_work = map(locked, LOCKS)
    assert to_run.items() <= to_work.items(), "python3 dev.py lock"


def test_running_brings_neither_spark_nor_a_browser() -> None:
    names = {pin.partition("==")[0] for pin in locked("requirements.lock")}
    assert names & {"pyspark", "playwright", "pytest", "sphinx", "pandas"} == set()


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
