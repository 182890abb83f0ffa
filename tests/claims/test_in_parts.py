"""Services that are decided in parts of the patients are decided as all at once, byte for byte."""

import random
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from conventio.claims import joined, output
from conventio.claims.decide import decide
from conventio.folder.engine import DuckDB
from conventio.folder.parts import Part, Written
from conventio.folder.read import read_folder
from conventio.law import shipped
from conventio.pages import report
from conventio.pages.figures import figures
from conventio.pages.tally import tally
from tests.arrow import arrow
from tests.oracle.folders import random_folder

LAW = shipped().known(None)


def made(place: Path, *, seed: int, patients: int, timed: bool) -> Path:
    """A random folder as Parquet; with `timed` every service has a time of day."""
    tables = random_folder(random.Random(seed), patients)
    if timed:
        whole = [row for row in tables["services"] if isinstance(row["performed_at"], datetime)]
        tables["services"] = whole
    place.mkdir()
    for name, table in arrow(tables).items():
        pq.write_table(table, place / f"{name}.parquet")
    return place


def written(folder: Path, out: Path, at_once: int | None) -> tuple[int, dict[str, bytes]]:
    """How many parts there were, and every file; of Parquet its types and rows."""
    out.mkdir()
    parts: list[Part] = []
    with DuckDB() as engine, Written(engine, out, csv="plain") as answers:
        engine.at_once = at_once
        read = read_folder(engine, folder)
        tables = {**output.TABLES, "joined": joined.query(engine, read, folder)}

        def keep(part: Part) -> None:
            parts.append(part)
            answers.add(part, tables)
            tally(engine, part)

        decided = decide(engine, LAW, read.present, each_part=keep)
        answers.finish()
        output.write_account(decided, read, out)
        report.write(engine, decided, read, figures(engine, decided), out / "report.html")
    found = {file.name: file.read_bytes() for file in out.iterdir() if file.suffix != ".parquet"}
    for file in out.glob("*.parquet"):
        types = [(one.name, one.physical_type) for one in pq.ParquetFile(file).schema]
        found[file.name] = repr([types, pq.read_table(file).to_pylist()]).encode()
    assert [part.number for part in parts] == list(range(parts[0].of))
    return len(parts), found


@pytest.mark.parametrize(("at_once", "timed"), [(1, True), (40, False), (137, True)])
def test_parts_are_as_the_whole(at_once: int, timed: bool, tmp_path: Path) -> None:
    patients = {1: 12, 40: 60, 137: 100}[at_once]
    folder = made(tmp_path / "folder", seed=at_once, patients=patients, timed=timed)
    one, expected = written(folder, tmp_path / "whole", None)
    several, answered = written(folder, tmp_path / "parts", at_once)
    assert one == 1
    assert several > 2
    assert set(expected) == {
        *(f"{name}.{kind}" for name in ("decisions", "findings", "joined") for kind in KINDS),
        "run.json",
        "report.html",
    }
    for name, content in expected.items():
        assert answered[name] == content, name


def test_of_long_lists_the_same_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conventio.pages.tally.SHOWN", {"refused": 24, "unchecked": 12})
    folder = made(tmp_path / "folder", seed=11, patients=120, timed=True)
    _, expected = written(folder, tmp_path / "whole", None)
    several, answered = written(folder, tmp_path / "parts", 40)
    assert several > 5
    page = answered["report.html"].decode()
    assert page == expected["report.html"].decode()
    assert "with the highest agreed fees" in page


def test_a_patient_is_in_one_part_whatever_the_number_of_services(tmp_path: Path) -> None:
    folder = made(tmp_path / "folder", seed=5, patients=1, timed=False)
    expected = written(folder, tmp_path / "whole", None)
    assert written(folder, tmp_path / "parts", 1) == expected


KINDS = ("csv", "parquet")


def test_the_memory_allowed_says_how_many_services_are_decided_at_once() -> None:
    with DuckDB(memory=1_120_000_000) as engine:
        assert engine.at_once == 2_000_000
    with DuckDB() as engine:
        assert engine.at_once is None
