"""`conventio law --coverage`: articles, codes with rules and without, what of them is unknown."""

from __future__ import annotations

import pytest

from conventio.law import shipped
from tests.cli.run import conventio


def test_articles_are_told_with_provision_and_days() -> None:
    (article,) = conventio("law", "--coverage", "--json").data["articles"]
    codes = sum(code.article == "5" for code in shipped().nomenclature.values())
    assert article == {
        "article": "5",
        "provision": "nomenclature-6/18-0",
        "from": "unstated",
        "to": "unstated",
        "codes": codes,
    }


def test_codes_are_told_with_their_rules_and_what_is_unknown() -> None:
    found = conventio("law", "--coverage", "--json").data
    by_code = {one["code"]: one for one in found["codes"]}
    assert list(by_code) == list(shipped().nomenclature)
    assert found["known_codes"] == found["codes_with_rules"] + found["codes_without_rules"]
    assert found["codes_with_rules"] == sum(bool(one["rules"]) for one in found["codes"])
    assert by_code["560011"] == {
        "code": "560011",
        "article": "7",
        "covered": False,
        "rules": [],
        "could_not_tell": [],
        "unknown": ["tooth"],
    }
    filling = by_code["304371"]
    assert {"fillings-per-tooth-and-year", "entitlement", "profession"} <= set(filling["rules"])
    assert (filling["could_not_tell"], filling["unknown"]) == ([], ["tooth"])
    prevention = by_code["372536"]
    assert prevention["could_not_tell"] == ["pulpotomy-and-sealing-age"]
    assert prevention["unknown"] == ["kind", "tooth"]


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "Articles for which application rules are held"),
        ("fr", "Articles pour lesquels il y a des règles d'application"),
        ("nl", "Artikelen waarvoor er toepassingsregels zijn"),
        ("de", "Artikel, für die Anwendungsregeln vorliegen"),
    ],
)
def test_coverage_is_printed_in_each_language(language: str, heading: str) -> None:
    printed = conventio("law", "--coverage", "--language", language).stdout
    assert printed.startswith(heading)
    assert "nomenclature-6/18-0" in printed
    assert "304371" not in printed
    assert "304371" in conventio("law", "--coverage", "--codes", "--language", language).stdout
