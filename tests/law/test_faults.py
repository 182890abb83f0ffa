"""Every way the law's data can be wrong: a folder each, with the exact fault lines.

`sound` is a small law of a country that does not exist, with nothing wrong. The files of each other
folder stand in the place of its files, or beside them.
"""

import os
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


def written(text: str, folder: Path) -> Path:
    """The sound law with other rules."""
    made = laid_over_the_sound_law(HERE / "sound", folder)
    (made / "veldoria-2031" / "rules.yaml").write_text(text, encoding="utf-8")
    return made


BOMB = "- &a0 {x: 1}\n" + "".join(
    f"- &a{n} {{{', '.join(f'k{i}: *a{n - 1}' for i in range(9))}}}\n" for n in range(1, 30)
)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (BOMB, 7, "the file holds more than 500000 values, with all that it refers to"),
        (
            "- &a\n  rule: *a\n",
            2,
            "*a refers to what it stands in; write out what is meant",
        ),
        ("- " * 5000 + "a\n", 1, "stands more than 50 levels deep; no entry is"),
        ("- x: " + "[" * 5000, 1, "stands more than 50 levels deep; no entry is"),
        ("- ? [a, b]\n  : c\n", 1, "a name is a plain text, not a list or mapping"),
        ("- ? {a: b}\n  : c\n", 1, "a name is a plain text, not a list or mapping"),
        (
            f"- rule: a\n  limit: {'9' * 5000}\n",
            2,
            "is a number of 5000 characters; the longest has 40",
        ),
        (
            "- rule: a\n  limit: 1.0e+999999999\n",
            2,
            "1.0e+999999999 is no plain number; if it is a text, put it in quotes",
        ),
    ],
    ids=["bomb", "recursive", "deep", "brackets", "list", "mapping", "digits", "exponent"],
)
def test_law_that_has_no_end_is_a_fault(text: str, line: int, says: str, tmp_path: Path) -> None:
    folder = written(text, tmp_path / "law")
    assert faults_of(folder) == [f"veldoria-2031/rules.yaml, line {line}: {says}"]


@pytest.mark.parametrize("file", ["source.yaml", "rules.yaml", "reasons.csv"])
def test_only_regular_files_are_law(file: str, tmp_path: Path) -> None:
    folder = laid_over_the_sound_law(HERE / "sound", tmp_path / "law")
    pipe = folder / "veldoria-2031" / file
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    says = "is a folder, a pipe or a device; expected a regular file"
    assert faults_of(folder) == [f"veldoria-2031/{file}: {says}"]


def test_a_file_of_law_has_an_end(tmp_path: Path) -> None:
    folder = laid_over_the_sound_law(HERE / "sound", tmp_path / "law")
    with (folder / "veldoria-2031" / "rules.yaml").open("wb") as file:
        file.truncate(1 << 40)
    assert faults_of(folder) == ["veldoria-2031/rules.yaml: has more than 16 MB; divide it"]


def test_a_cell_of_law_has_an_end(tmp_path: Path) -> None:
    folder = laid_over_the_sound_law(HERE / "sound", tmp_path / "law")
    cell = "x" * 200_000
    (folder / "veldoria-2031" / "reasons.csv").write_text(f"id\n{cell}\n", encoding="utf-8")
    (fault,) = faults_of(folder)
    assert fault.startswith("veldoria-2031/reasons.csv, line 2: is not CSV: field larger")
