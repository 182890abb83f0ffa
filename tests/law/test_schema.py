"""The JSON schemas are those of the models, and every shipped file fits its own."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from conventio.law import schema
from conventio.law.documents import read_entries
from conventio.law.read import FILES as FILE_NAMES
from conventio.law.rules import RowRule
from conventio.law.shape import KINDS

HERE = Path(__file__).parent
FOLDERS = (
    schema.FOLDER.with_name("data"),
    HERE / "faults" / "sound",
    HERE / "invented",
    HERE / "given",
    HERE.parents[1] / "docs" / "guides" / "own-conditions",
)
FILES = sorted(file for folder in FOLDERS for file in folder.glob("*/*.yaml"))
SCHEMAS = schema.schemas()


def as_json(part: Any) -> Any:
    """A file's data as other programs read it: days are texts, and money numbers."""
    if isinstance(part, dict):
        return {name: as_json(value) for name, value in part.items()}
    if isinstance(part, list):
        return [as_json(value) for value in part]
    if isinstance(part, Decimal):
        return float(part)
    return part.isoformat() if isinstance(part, date) else part


def complaints(name: str, data: Any) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[name], format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)]


def loaded(file: Path) -> Any:
    entries = [entry.data for entry in read_entries(file, file.name, one=file.stem == "source")]
    return as_json(entries[0] if file.stem == "source" else entries)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_are_those_of_the_models(name: str) -> None:
    file = schema.FOLDER / f"{name}.json"
    hint = "run `python -m conventio.law.schema`"
    assert file.read_text(encoding="utf-8") == schema.written(SCHEMAS[name]), hint


def test_there_is_no_other_file() -> None:
    assert {file.stem for file in schema.FOLDER.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_file_of_the_law_fits_its_schema(file: Path) -> None:
    assert complaints(file.stem, loaded(file)) == []


RULE = {"rule": "r", "provision": "v/1", "services": {}, "reason": "v/no"}
WRONG: dict[str, tuple[str, Any]] = {
    "a parameter missing": ("rules", [{**RULE, "kind": "at-most", "per": ["tooth"]}]),
    "a parameter too many": ("rules", [{**RULE, "kind": "unsettled", "limit": 1}]),
    "an unknown kind": ("rules", [{**RULE, "kind": "whatever"}]),
    "an unknown key": ("rules", [{**RULE, "kind": "at-most", "per": ["month"], "limit": 1}]),
    "a limit in words": ("rules", [{**RULE, "kind": "at-most", "per": ["tooth"], "limit": "1"}]),
    "no day": ("rules", [{**RULE, "kind": "unsettled", "from": "soon"}]),
    "null for a day": ("rules", [{**RULE, "kind": "unsettled", "from": None}]),
    "no point": ("provisions", [{"id": "v/1", "kind": "rule", "subject": "s", "says": "s"}]),
    "a list for a source": ("source", []),
    "no dates of a source": ("source", {"key": "v", "title": "t", "document": "d"}),
    "a code of five digits": (
        "rules",
        [{**RULE, "kind": "unsettled", "services": {"codes": ["20001"]}}],
    ),
    "a statement on no code": ("statements", [{"basis": "v/1", "says": {"article": "5"}}]),
    "no code": ("code-sets", [{"set": "v/s", "point": "1", "provision": "v/1", "codes": []}]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_does_not_fit_is_refused(wrong: str) -> None:
    assert complaints(*WRONG[wrong]) != []


def test_dates_may_be_left_out_where_they_are_taken_over() -> None:
    rule = {**RULE, "kind": "unsettled"}
    assert complaints("rules", [rule]) == []
    assert complaints("rules", [{**rule, "from": "unstated", "to": "2031-12-31"}]) == []


PAGE = (HERE.parents[1] / "docs" / "law-as-data.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_tells_of_every_kind_with_its_settings(kind: str) -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` |")]
    own = set(KINDS[kind].model_fields) - set(RowRule.model_fields) - {"kind"}
    settings = {KINDS[kind].model_fields[name].alias or name for name in own}
    assert set(re.findall(r"`(.+?)`", row.split("|")[3])) == settings


def test_the_page_names_every_file() -> None:
    assert [name for name in FILE_NAMES if f"| `{name}` |" not in PAGE] == []


def test_a_schema_reads_as_yaml_too() -> None:
    for name, one in SCHEMAS.items():
        assert yaml.safe_load((schema.FOLDER / f"{name}.json").read_text("utf-8")) == one
