"""The catalogue of problems: every sentence is used, and none is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import conventio.folder
from conventio.folder.complaints import expected
from conventio.folder.tables import TABLES
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
