"""Every way the law's data can be wrong: a folder each, with the exact fault lines.

`sound` is a small law of a country that does not exist, with nothing wrong. The files of each other
folder stand in the place of its files, or beside them.
"""

import shutil
from pathlib import Path

import pytest

from conventio.law import LawError, read
from conventio.law.shape import KINDS

HERE = Path(__file__).parent / "faults"
CASES = sorted(one.name for one in HERE.iterdir() if one.name != "sound")


def laid_over_the_sound_law(case: Path, folder: Path) -> Path:
    shutil.copytree(HERE / "sound", folder, dirs_exist_ok=True)
    shutil.copytree(case, folder, dirs_exist_ok=True)
    return folder


def faults_of(folder: Path) -> list[str]:
    try:
        read(folder)
    except LawError as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_told_with_its_place_and_what_to_do(case: str, tmp_path: Path) -> None:
    folder = laid_over_the_sound_law(HERE / case, tmp_path / "law")
    expected = (HERE / case / "expected.txt").read_text(encoding="utf-8")
    assert faults_of(folder) == expected.replace("{kinds}", ", ".join(KINDS)).splitlines()


def test_the_sound_law_has_no_fault() -> None:
    assert faults_of(HERE / "sound") == []


def test_a_folder_without_any_law_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "README.md").touch()
    expected = ["law: holds no source; expected folders, each with a source.yaml"]
    assert faults_of(tmp_path / "law") == expected


def test_a_file_in_another_encoding_is_a_fault(tmp_path: Path) -> None:
    folder = laid_over_the_sound_law(HERE / "sound", tmp_path / "law")
    text = "# the rules of é\n"
    (folder / "veldoria-2031" / "rules.yaml").write_text(text, encoding="latin-1")
    assert faults_of(folder) == [
        "veldoria-2031/rules.yaml: is not UTF-8 text (byte 15); save it as UTF-8"
    ]
