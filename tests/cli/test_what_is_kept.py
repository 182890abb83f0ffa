"""Files that are not ours: no command replaces or removes them; ours are shown to nobody else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.run import conventio, example_in, files_in


@pytest.fixture
def checked(tmp_path: Path) -> Path:
    """The answers of the example."""
    folder = example_in(tmp_path / "folder")
    assert conventio("check", folder, "--csv").code == 0
    return folder / "out"


def test_a_run_names_the_files_that_it_wrote(checked: Path) -> None:
    told = json.loads((checked / "run.json").read_text(encoding="utf-8"))
    assert set(told["files"]) == files_in(checked)


def test_force_replaces_what_a_run_wrote(checked: Path) -> None:
    ran = conventio("check", checked.parent, "--force")
    assert ran.code == 0, ran.stderr
    assert "decisions.csv" not in files_in(checked)


@pytest.mark.parametrize("name", ["notes.docx", "my-law/source.yaml", ".hidden"])
def test_force_stops_at_the_files_of_the_user(name: str, checked: Path) -> None:
    (checked / name).parent.mkdir(exist_ok=True)
    (checked / name).write_text("mine", encoding="utf-8")
    before = files_in(checked)
    ran = conventio("check", checked.parent, "--force")
    assert ran.code == 2
    assert f"{checked / name.split('/')[0]}: found something that no run" in ran.stderr
    assert files_in(checked) == before


def test_force_stops_at_a_folder_with_the_run_json_of_another_program(checked: Path) -> None:
    (checked / "run.json").write_text('{"files": ["decisions.csv"]}', encoding="utf-8")
    ran = conventio("check", checked.parent, "--force")
    assert ran.code == 2
    assert f"{checked / 'run.json'}: found something" in ran.stderr


@pytest.mark.parametrize("name", ["notes.docx", "out/notes.docx", "mine/a.txt"])
def test_a_new_example_stops_at_the_files_of_the_user(name: str, tmp_path: Path) -> None:
    place = tmp_path / "demo"
    assert conventio("demo", "--out", place).code == 0
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).write_text("mine", encoding="utf-8")
    ran = conventio("demo", "--out", place, "--force")
    assert ran.code == 2
    assert "found something that no run" in ran.stderr
    assert (place / name).read_text(encoding="utf-8") == "mine"
    (place / name).unlink()
    if name.startswith("mine"):
        (place / "mine").rmdir()
    assert conventio("demo", "--out", place, "--force").code == 0


def test_problems_inside_the_output_are_refused(checked: Path) -> None:
    for file in (checked / "problems.csv", checked / ".." / "out" / "problems.csv"):
        ran = conventio("check", checked.parent, "--force", "--problems", file)
        assert ran.code == 2
        assert "which is replaced as a whole by the answers" in ran.stderr


def test_answers_are_their_owners_alone_unless_shared(tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    before = os.umask(0o022)
    try:
        for words, of_folder, of_file in (([], 0o700, 0o600), (["--shared"], 0o755, 0o644)):
            problems = tmp_path / "problems.csv"
            ran = conventio("check", folder, "--force", "--csv", "--problems", problems, *words)
            assert ran.code == 0, ran.stderr
            rights = {file.stat().st_mode & 0o777 for file in (folder / "out").iterdir()}
            assert rights == {of_file}
            assert (folder / "out").stat().st_mode & 0o777 == of_folder
            assert problems.stat().st_mode & 0o777 == of_file
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{place}"),
        ("check", "{folder}", "--problems", "{place}"),
        ("explain", "{place}", "S1"),
        ("register", "{folder}", "--csv", "{place}"),
    ],
)
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_only_files_that_end_are_read_or_replaced(
    kind: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    folder = example_in(tmp_path / "folder")
    place = Path("/dev/full") if kind == "device" else tmp_path / "message.json"
    if kind == "pipe":
        os.mkfifo(place)
    ran = conventio(*(word.format(folder=folder, place=place) for word in words))
    assert ran.code == 2
    assert f"{place}: found a device, a pipe or a socket" in ran.stderr
