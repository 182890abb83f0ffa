"""The yardsticks that need no further package answer as conventio does, or say what is missing."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.yardsticks import __main__ as command
from benchmarks.yardsticks import group_rules
from benchmarks.yardsticks.answers import Answers, answers
from benchmarks.yardsticks.decision_tables import NO_CODE, book, graph

from conventio.claims.kinds import ROW_KINDS
from conventio.folder.engine import DuckDB
from conventio.population.generate import generate

SERVICES = 6_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("yardsticks")
    with DuckDB() as engine:
        generate(engine, SERVICES, 3, where)
    return where


@pytest.fixture(scope="module")
def given(folder: Path) -> Iterator[Answers]:
    found = answers(folder, runs=1)
    yield found
    found.engine.connection.close()


def test_group_rules_in_sql_find_what_conventio_finds(folder: Path, given: Answers) -> None:
    found = group_rules.measure(given, folder, runs=1)
    assert set(found) == {
        "fillings-per-tooth-and-year",
        "no-cumulation-radiology",
        "suture-session",
    }
    assert [one.differences for one in found.values()] == [[], [], []]
    assert all(one.findings > 10 for one in found.values())


def test_a_difference_is_noticed(folder: Path, given: Answers) -> None:
    """Without what refuses the other services, the SQL counts those too."""
    forgetful = Answers(**{**vars(given), "findings": given.findings.slice(0, 0)})
    found = group_rules.measure(forgetful, folder, runs=1)
    assert all(one.differences for one in found.values())


def test_row_rules_stand_in_decision_tables(given: Answers) -> None:
    """All but those that ask for the price, each in a graph that is JSON."""
    tables = book(given.run, given.nomenclature)
    by_row = {one.rule.rule for one in given.run if one.rule.kind in ROW_KINDS}
    assert set(tables.rules) == by_row - {"fee-known"}
    assert tables.left_out == {"fee-known"}
    for code in (NO_CODE, "377090"):
        nodes = json.loads(graph(tables.graphs[code]))["nodes"]
        assert len(nodes) == len(tables.graphs[code]) + 2 > 2


def test_a_missing_package_is_named_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def version(package: str) -> str:
        if package in command.PACKAGES:
            raise importlib.metadata.PackageNotFoundError(package)
        return "1"

    monkeypatch.setattr(command, "version", version)
    with pytest.raises(SystemExit, match="2"):
        command.versions()
    assert capsys.readouterr().err == (
        "Not installed: zen-engine, openfisca-core. "
        "To get them: `uv pip install --group benchmarks`, "
        "or `python -m pip install --group benchmarks` with pip 25.1 or later\n"
    )
