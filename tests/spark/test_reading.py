"""Where Spark reads the input by itself, it says of a bad one what the embedded engine says."""

import shutil
from pathlib import Path

import pytest

from conventio.folder.problems import Unusable
from conventio.folder.read import read_folder
from tests import bad_inputs
from tests.spark.conftest import NewSpark

BAD_INPUTS = Path(bad_inputs.__file__).parent
CASES = (
    "amounts",
    "codes",
    "days-that-do-not-exist",
    "empty-lines",
    "fees-that-overlap",
    "open-quote",
    "ragged-rows",
    "same-key-twice",
    "time-put-back",
    "titles-not-known",
    "whole-numbers",
)
"""One of each sort: values of each type, lines, keys, periods, the clock. All would take long."""


@pytest.mark.parametrize("name", CASES)
def test_the_words_about_a_bad_input(name: str, new_spark: NewSpark, tmp_path: Path) -> None:
    case = BAD_INPUTS / name
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
