"""Each folder beside this file holds an input and, in expected.txt, what is said about it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conventio.folder.engine import DuckDB
from conventio.folder.problems import Unusable
from conventio.folder.read import read_folder

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.txt"))


def said(folder: Path) -> list[str]:
    """What reading a folder says: its errors, or else its warnings."""
    with DuckDB() as engine:
        try:
            read = read_folder(engine, folder)
        except Unusable as unusable:
            shown, total = unusable.first, unusable.total
        else:
            shown, total = read.warnings, read.warnings_total
    assert total == len(shown)
    return [problem.message() for problem in shown]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_words_about_a_bad_input(case: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("expected.txt"))
    expected = (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert said(folder) == expected


def test_there_are_cases() -> None:
    assert len(CASES) >= 25
