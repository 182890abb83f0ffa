from __future__ import annotations

import pytest

from conventio.law import shipped
from tests.cli.run import conventio


def test_every_provision_is_listed() -> None:
    ran = conventio("law", "--json")
    assert [one["id"] for one in ran.data] == list(shipped().provisions)
    by_id = {one["id"]: one for one in ran.data}
    assert by_id["nomenclature-6/4bis-3"]["executable"] == "yes"
    assert by_id["nomenclature-6/4bis-3"]["rules"] == [
        "fillings-per-tooth-and-year",
        "restoration-of-unstated-kind",
    ]
    assert by_id["all/cite"]["executable"] == "yes"
    assert by_id["dental-2009/9-1"]["executable"] == "not yet"
    assert by_id["dental-2009/9-1"]["to"] == "2010-12-31"


def test_the_table_for_people_groups_by_source() -> None:
    lines = conventio("law").stdout.splitlines()
    headings = [line for line in lines if line.split(":")[0] in shipped().sources]
    assert headings[0] == "all: Rules common to every source"
    assert lines[-1].startswith(f"Provisions: {len(shipped().provisions)};")
    assert lines[-1].endswith(shipped().version)


def test_one_source_is_listed_by_its_key() -> None:
    assert {one["source"] for one in conventio("law", "physio-2020", "--json").data} == {
        "physio-2020"
    }


def test_a_provision_is_shown_with_everything() -> None:
    shown = conventio("law", "nomenclature-6/4bis-3").stdout
    for part in ("calendar year", "limit: 2", "known codes", "efact/502258", "Treated:"):
        assert part in shown
    facts = conventio("law", "nomenclature-6/4bis-3", "--json").data
    rule, unsettled = facts["rules"]
    assert rule["services"]["known_codes"] >= 36
    assert rule["parameters"] == {"per": ["tooth", "calendar-year"], "limit": 2}
    assert unsettled["services"]["known_codes"] == 10
    assert unsettled["kind"] == "unsettled"
    assert len(facts["gaps"]) == 3


@pytest.mark.parametrize("name", list(shipped().provisions))
def test_every_provision_can_be_shown(name: str) -> None:
    assert conventio("law", name, "--json").data["id"] == name
    assert conventio("law", name).code == 0


DENTAL_CARE = [
    name
    for name in shipped().provisions
    if name.startswith(("nomenclature-6/", "dental-2009/3.2-0"))
    or name in ("dental-2009/8.4-5", "medical-2020/6.5", "medical-2020/6.6")
]
"""The provisions that claim rules are about."""


@pytest.mark.parametrize("name", sorted(DENTAL_CARE))
def test_a_provision_on_care_is_executable_or_says_what_is_missing(name: str) -> None:
    facts = conventio("law", name, "--json").data
    lines = conventio("law", name).stdout.splitlines()
    (shown,) = [line for line in lines if line.startswith("executable")]
    if facts["executable"] == "yes":
        assert facts["rules"] or facts["mechanism"] or facts["carried_out_by"]
        assert "yes: " in shown
    else:
        assert facts["executable"] == "gap"
        assert facts["rules"]
        assert facts["awaits"]
        assert facts["gaps"]
        assert all(wanted in shown for wanted in facts["awaits"])
        assert "What you can give" in lines


def test_only_what_the_texts_leave_out_is_a_gap() -> None:
    listed = conventio("law", "--json").data
    assert {one["id"] for one in listed if one["executable"] == "gap"} == {
        "nomenclature-6/2bis",
        "nomenclature-6/3bis-1",
        "medical-2020/6.5",
        "medical-2020/6.6",
    }


def test_a_code_is_shown_with_its_bases_and_rules() -> None:
    facts = conventio("law", "307230", "--json").data
    assert facts["pair_code"] == "307241"
    assert all(known["basis"] for known in facts["properties"])
    roles = {(rule["rule"], rule["role"]) for rule in facts["rules"]}
    assert ("no-cumulation-radiology", "services") in roles
    assert ("no-cumulation-radiology", "others") in roles
    assert "307241" in conventio("law", "307230").stdout


def test_the_reasons_are_listed() -> None:
    assert "maximum number of services" in conventio("law", "reasons").stdout
    assert len(conventio("law", "reasons", "--json").data) == len(shipped().reasons)


def test_the_gaps_are_listed_with_their_treatment() -> None:
    assert len(conventio("law", "--gaps", "--json").data) == len(shipped().gaps)
    some = conventio("law", "nomenclature-6/4bis-3", "--gaps", "--json").data
    assert {gap["provision"] for gap in some} == {"nomenclature-6/4bis-3"}
    assert "Treated:" in conventio("law", "--gaps").stdout


def test_the_law_is_as_it_was_known() -> None:
    listed = conventio("law", "--known", "2009-01-06", "--json").data
    assert not {one["source"] for one in listed} & {"dental-2009", "dental-2020"}
    ran = conventio("law", "dental-2009/10.2", "--known", "2009-01-06")
    assert (ran.code, "as known by 2009-01-06" in ran.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nomenclature-6/4bis-33"], "did you mean nomenclature-6/4bis-3"),
        (["dental-209"], "did you mean dental-2009"),
        (["304372"], "the last digit would be 1"),
        (["399991"], "say nothing"),
        (["zzz"], "lists all"),
        (["zzz", "--gaps"], "lists all"),
        (["--known", "soon"], "expected a date such as"),
        (["--law", "nowhere"], "no folder of that name"),
    ],
)
def test_what_is_typed_wrong_is_said(words: list[str], said: str) -> None:
    ran = conventio("law", *words)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr
