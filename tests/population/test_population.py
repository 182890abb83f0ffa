"""The synthetic population: what is planted is what is found, and a seed gives the same bytes."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conventio import Answer, check
from conventio.folder.engine import DuckDB
from conventio.law import shipped
from conventio.population.generate import LABELS, Population, generate
from conventio.population.scenes import RATE, script, staged
from tests.cli.run import conventio, files_in

SERVICES = 12_000


def made(folder: Path, services: int, seed: int, *, threads: int = 2) -> Population:
    folder.mkdir()
    with DuckDB(threads=threads) as engine:
        return generate(engine, services, seed, folder)


def tables(folder: Path) -> dict[str, pa.Table]:
    return {file.stem: pq.read_table(file) for file in sorted(folder.glob("*.parquet"))}


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def pairs(table: pa.Table) -> set[tuple[str, str]]:
    return set(zip(table["service_id"].to_pylist(), table["rule"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("population") / "made"
    made(where, SERVICES, 20)
    return where


@pytest.fixture(scope="module")
def answer(folder: Path) -> Answer:
    return check(tables(folder))


@pytest.fixture(scope="module")
def planted(folder: Path) -> set[tuple[str, str]]:
    return pairs(pq.read_table(folder / LABELS / "planted.parquet"))


ASKED = {rule.rule for rule in shipped().entries if not shipped().awaited(rule)}
RULES = sorted(ASKED - {"ids-alike", "not-after-check"})
"""Those planted in some scene: an id that is written otherwise is told at later services too, and
what is after the day of the check lies in the future."""
AWAITING = {rule.rule for rule in shipped().entries} - ASKED
"""The rules of which the law leaves something to input: nothing can break them."""


@pytest.mark.parametrize("rule", RULES)
def test_what_is_planted_is_found(rule: str, planted: set[tuple[str, str]], answer: Answer) -> None:
    expected = {service for service, broken in planted if broken == rule}
    found = {service for service, broken in pairs(answer.findings) if broken == rule}
    assert expected == found
    assert expected


def test_every_rule_is_run_on_a_clean_input(answer: Answer) -> None:
    assert {one["rule"] for one in answer.run["rules_not_run"]} <= AWAITING
    assert answer.run["warnings"] == 0


def test_every_rule_is_broken_at_least_at_the_rate(planted: set[tuple[str, str]]) -> None:
    counted = Counter(rule for _, rule in planted)
    for rule in RULES:
        assert counted[rule] > 0.6 * float(RATE) * SERVICES, rule
        assert counted[rule] < 3.0 * float(RATE) * SERVICES, rule


def test_the_services_are_as_many_as_asked_and_a_tenth_is_history(folder: Path) -> None:
    services = pq.read_table(folder / "services.parquet")
    history = sum(one is not None for one in services["decided"].to_pylist())
    assert services.num_rows == SERVICES
    assert 0.08 < history / SERVICES < 0.15


def test_services_span_years_and_come_in_no_order(folder: Path) -> None:
    services = pq.read_table(folder / "services.parquet")
    when = [one for one in services["performed_at"].to_pylist() if one is not None]
    assert {one.year for one in when} == {2009, 2010, *range(2015, 2022)}
    later = sum(a < b for a, b in pairwise(when))
    assert 0.45 < later / len(when) < 0.55


@pytest.mark.parametrize("services", [1, 2, 3, 50, 777])
def test_small_populations_have_their_number_and_their_labels(
    tmp_path: Path, services: int
) -> None:
    made(tmp_path / "made", services, 5)
    found = tables(tmp_path / "made")
    assert found["services"].num_rows == services
    planted = pairs(pq.read_table(tmp_path / "made" / LABELS / "planted.parquet"))
    assert planted == pairs(check(found).findings)


def test_a_seed_gives_the_same_bytes_on_any_number_of_threads(tmp_path: Path) -> None:
    for name, threads in (("one", 1), ("two", 2), ("four", 4)):
        made(tmp_path / name, 30_000, 9, threads=threads)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two") == hashes(tmp_path / "four")
    made(tmp_path / "other", 30_000, 10)
    other = hashes(tmp_path / "other")["services.parquet"]
    assert other != hashes(tmp_path / "one")["services.parquet"]


def test_every_scene_has_the_teeth_that_it_names() -> None:
    written = script()
    for one in staged(written):
        for line in one.scene.lines:
            tooth = {**written.services[line.service], **line.facts}.get("tooth")
            if isinstance(tooth, int):
                assert 1 <= tooth <= written.cohorts[one.cohort].own_teeth, (one.cohort, line)


def test_a_scene_fits_between_two_visits() -> None:
    week = 7
    for one in staged(script()):
        cohort = script().cohorts[one.cohort]
        longest = max(line.day for line in one.scene.lines)
        between = [(b - a).days for a, b in pairwise(cohort.visits)]
        assert all(days > cohort.room + week + longest for days in between)


def test_the_command_writes_a_folder_that_check_reads(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = conventio("generate", "--services", 400, "--seed", 3, out, "--csv", "--json")
    assert ran.code == 0, ran.stderr
    assert ran.data["tables"]["services"] == 400
    assert "SYNTHETIC" in (out / "README.md").read_text(encoding="utf-8")
    assert {"README.md", LABELS, "services.csv", "prescriptions.csv"} <= files_in(out)
    checked = conventio("check", out, "--json")
    assert checked.code == 0, checked.stderr
    assert checked.stderr == ""
    found = {row["rule"] for row in checked.data["findings"]}
    assert found == set(ran.data["planted"])


def test_the_command_does_not_write_over_anything(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    ran = conventio("generate", "--services", 10, "--seed", 3, tmp_path / "mine")
    assert ran.code == 2
    assert files_in(tmp_path / "mine") == set()
