"""The catalogue of problems: every sentence is used, and none is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import conventio.folder
from conventio.folder.complaints import expected
from conventio.folder.tables import TABLES
from conventio.law import shipped
from conventio.wording.catalogue import Catalogue

SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted(Path(conventio.folder.__file__).parent.glob("*.py"))
)


def test_every_column_says_what_it_expects() -> None:
    words = Catalogue.read()
    for table in TABLES.values():
        for column in table.columns:
            assert expected(column, words)


def test_every_sentence_is_used() -> None:
    keys = Catalogue.read().keys()
    leaves = {key.rpartition(".")[2] for key in keys}
    assert {leaf for leaf in leaves if not re.search(rf'[".]{leaf}"', SOURCES)} == set()


def test_a_missing_sentence_is_an_error() -> None:
    with pytest.raises(LookupError, match="no-such-key"):
        Catalogue.read().say("no-such-key")


def test_a_missing_language_is_an_error() -> None:
    with pytest.raises(LookupError, match="xx"):
        Catalogue.read("xx")


@pytest.mark.parametrize("name", ["section", "kind"])
def test_a_folder_may_say_of_dental_codes_what_the_law_says_of_them(name: str) -> None:
    """A row of the table nomenclature in the words of the shipped one is not warned about."""
    codes = [code for code in shipped().nomenclature.values() if code.article == "5"]
    said = {getattr(code, name) for code in codes} - {None}
    assert said <= set(TABLES["nomenclature"].column(name).allowed or ())
