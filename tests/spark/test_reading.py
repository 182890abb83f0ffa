"""Where Spark reads the input by itself, it says of a bad one what the embedded engine says."""

import shutil
from pathlib import Path

import pytest

from conventio.folder.problems import Unusable
from conventio.folder.read import read_folder
from tests.bad_inputs.test_bad_inputs import CASES
from tests.spark.conftest import NewSpark


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_words_about_a_bad_input(case: Path, new_spark: NewSpark, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(case, folder, ignore=shutil.ignore_patterns("expected.txt"))
    expected = (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    engine = new_spark(reads=True)
    try:
        read = read_folder(engine.reader, folder)
    except Unusable as unusable:
        shown = unusable.first
    else:
        shown = read.warnings
    assert [problem.message() for problem in shown] == expected
