"""Facts that look like a placeholder are told as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conventio.claims.decide import decide
from conventio.claims.sentences import FINDINGS_WITH_FACTS, sentence
from conventio.folder.engine import DuckDB, Row
from conventio.folder.read import read_folder
from conventio.law import Law, shipped
from conventio.law.model import Model
from conventio.wording.catalogue import LANGUAGES
from conventio.wording.manner import ForPeople, Manner
from tests.pages.written import COLUMNS, folder_of

ODD = ["{evidence_code}", "{evidence_date} {evidence}", "{detail}{", "{.evidence_code}", "{{", "{}"]


def found(folder: Path, law: Law) -> list[Row]:
    with DuckDB() as engine:
        decide(engine, law, read_folder(engine, folder).present)
        return engine.rows(f"{FINDINGS_WITH_FACTS} ORDER BY f.row, f.message")


def twice_extracted(folder: Path, service_id: str) -> Path:
    rows = [
        f"{service_id}|a|p|39990130001|2024-01-05|304850|16".split("|"),
        ["later", "a", "p", "39990130001", "2024-01-06", "304850", "16"],
    ]
    return folder_of(folder, rows, f"{COLUMNS},tooth")


@pytest.mark.parametrize("odd", ODD)
def test_an_id_that_looks_like_a_placeholder_is_told_as_it_is(odd: str, tmp_path: Path) -> None:
    law = shipped()
    rows = found(twice_extracted(tmp_path / "in", odd), law)
    (once,) = (row for row in rows if row["evidence_service_id"] == odd)
    assert once["message"].count(odd) == 1
    assert once["message"].endswith(f"; {odd} of 2024-01-05 (code 304850) counts towards it.")
    assert sentence(once, law, Manner()) == once["message"]
    for language in LANGUAGES:
        assert odd in sentence(once, law, ForPeople(language))


def with_subject(one: Any, subject: str) -> Any:
    return one.model_copy(update={"subject": subject}) if isinstance(one, Model) else one


@pytest.mark.parametrize("odd", ODD)
def test_a_subject_of_added_law_is_told_as_it_is(odd: str, tmp_path: Path) -> None:
    rules = [
        with_subject(rule, f"Own {odd}") if rule.rule == "extraction-once" else rule
        for rule in shipped().rules
    ]
    law = replace(shipped(), rules=rules, version="own")
    rows = found(twice_extracted(tmp_path / "in", "one"), law)
    (once,) = (row for row in rows if row["evidence_service_id"] == "one")
    assert once["message"].startswith(f"Own {odd}: ")
    assert sentence(once, law, Manner()) == once["message"]
