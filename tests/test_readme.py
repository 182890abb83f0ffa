"""The README's example is what the program answers."""

import csv
import io
import re
from pathlib import Path

import pyarrow as pa
import pytest

import conventio

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def example() -> dict[str, pa.Table]:
    block = re.search(r"```text\n(service_id,.*?)```", README, re.DOTALL)
    assert block is not None
    rows = list(csv.DictReader(io.StringIO(block.group(1))))
    return {"services": pa.table({name: [row[name] or None for row in rows] for name in rows[0]})}


def promised() -> dict[str, str]:
    lines = re.findall(r"^\| (s\d(?:, s\d)*) \| (\w+) \|", README, re.MULTILINE)
    return {name: outcome for names, outcome in lines for name in names.split(", ")}


@pytest.fixture(scope="module")
def answer() -> conventio.Answer:
    return conventio.check(example())


def test_the_outcomes_are_those_promised(answer: conventio.Answer) -> None:
    decided = {row["service_id"]: row["outcome"] for row in answer.decisions.to_pylist()}
    assert decided == promised()
    assert set(decided.values()) == {"accepted", "refused", "unchecked"}


def test_the_third_filling_is_refused_because_of_the_first_two(answer: conventio.Answer) -> None:
    findings = [row for row in answer.findings.to_pylist() if row["service_id"] == "s3"]
    assert {row["provision"] for row in findings} == {"nomenclature-6/4bis-3"}
    assert [row["evidence_service_id"] for row in findings] == ["s1", "s2"]


def test_what_could_not_run_is_said(answer: conventio.Answer) -> None:
    missing = {one["missing"] for one in answer.run["rules_not_run"]}
    assert {"titles", "fees"} <= missing
