"""A country that does not exist, with its own law and no line of Python: the contract, by hand.

`tests/law/invented` holds its law: rules of many kinds, two versions in time, a decree that was
known later, and extras that wait for extras. A finding is written as
`rule severity provision <- evidence`.
"""

import ast
import random
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import conventio
from conventio.law import Law, read, shipped
from tests.arrow import arrow
from tests.oracle.folders import nihdi

INVENTED = Path(__file__).parents[1] / "law" / "invented"
LAW = read(INVENTED)

VISIT, VISIT_INSIDE = "600014", "600025"
CHECKUP = "600036"
PATCH, LARGE_PATCH = "600051", "600073"
GLAZE = "600095"
REMOVAL = "600110"
SKETCH, WIDE_SKETCH = "600132", "600154"
NIGHT_EXTRA, LANTERN_EXTRA = "600176", "600191"
TONIC, CHARM, HERALD = "600213", "600235", "600250"

MENDER, APPRENTICE, GAZER, WARDEN, HERMIT, PARTED = (nihdi(3, 70_001 + n, "001") for n in range(6))

Row = Mapping[str, Any]
TITLES: list[Row] = [
    {"practitioner": MENDER, "title": "mender", "valid_from": None, "valid_to": None},
    {"practitioner": MENDER, "title": "gazer", "valid_from": None, "valid_to": None},
    {"practitioner": APPRENTICE, "title": "apprentice", "valid_from": None, "valid_to": None},
    {"practitioner": GAZER, "title": "gazer", "valid_from": None, "valid_to": None},
    {"practitioner": WARDEN, "title": "night-warden", "valid_from": None, "valid_to": None},
    {
        "practitioner": PARTED,
        "title": "mender",
        "valid_from": date(2031, 1, 1),
        "valid_to": date(2031, 6, 30),
    },
]
USUAL: Row = {
    "attestation_id": "a",
    "patient_id": "p",
    "practitioner": MENDER,
    "line": None,
    "count": None,
    "session_id": None,
    "tooth": None,
    "surfaces": None,
    "fee": None,
    "supplement": None,
    "direct_method": True,
    "provisional": False,
    "related_service_id": None,
    "decided": None,
}


def service(service_id: str, code: str, on: str | None = "2031-03-01", **facts: Any) -> Row:
    assert facts.keys() <= USUAL.keys()
    performed = None if on is None else datetime.fromisoformat(on)
    row = {**USUAL, "service_id": service_id, "code": code, "performed_at": performed}
    if code in (PATCH, LARGE_PATCH, REMOVAL):
        row["tooth"] = "11"
    if code in (PATCH, LARGE_PATCH):
        row["surfaces"] = "M" if code == PATCH else "MV"
    return {**row, **facts}


@dataclass(frozen=True)
class Decided:
    """What came out, by service, in the order of decision."""

    outcomes: dict[str, str]
    said: dict[str, set[str]]
    messages: list[str]
    amounts: dict[str, Row]
    run: Mapping[str, Any]

    @property
    def order(self) -> list[str]:
        return list(self.outcomes)

    def refused(self) -> set[str]:
        return {name for name, outcome in self.outcomes.items() if outcome == "refused"}

    def not_run(self) -> dict[str, tuple[str, int]]:
        return {one["rule"]: (one["missing"], one["services"]) for one in self.run["rules_not_run"]}


def decide(
    *services: Row, law: Law = LAW, known: date | None = None, absent: str = "", **tables: list[Row]
) -> Decided:
    """Decide with the usual titles; `absent` names a column that services lack."""
    rows = [{name: row[name] for name in row if name != absent} for row in services]
    given: dict[str, Sequence[Row]] = {"titles": TITLES, **tables, "services": rows}
    answer = conventio.check(
        arrow({name: rows for name, rows in given.items() if rows != [{}]}), law=law, known=known
    )
    decisions, findings = answer.decisions.to_pylist(), answer.findings.to_pylist()
    said: dict[str, set[str]] = {row["service_id"]: set() for row in decisions}
    whole = [tuple(row.values()) for row in findings]
    assert sorted(set(whole), key=str) == sorted(whole, key=str), "a finding stands there twice"
    for row in findings:
        line = f"{row['rule']} {row['severity']} {row['provision'].removeprefix('veldoria-')}"
        evidence = row["evidence_service_id"]
        line += f" <- {evidence}" if evidence is not None else ""
        said[row["service_id"]].add(line)
    return Decided(
        {row["service_id"]: row["outcome"] for row in decisions},
        said,
        [row["message"] for row in findings],
        {row["service_id"]: row for row in decisions},
        answer.run,
    )


ABSENT: list[Row] = [{}]
"""In the place of a table's rows: the folder lacks the table."""


def changed(tmp_path: Path, file: str, old: str, new: str) -> Law:
    """The invented law with one passage put otherwise."""
    folder = Path(shutil.copytree(INVENTED, tmp_path / "law"))
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return read(folder)


# --- the country


def test_the_law_of_the_country_uses_rules_of_many_kinds() -> None:
    assert {rule.kind for rule in LAW.rules} >= {
        *("known-code", "code-in-force", "fee-known", "needs-fact", "fact-is", "age-between"),
        *("faces-fit", "unsettled", "only-by-title", "at-most", "not-together", "not-after"),
    }


def test_the_country_is_not_ours() -> None:
    ours = shipped()
    assert not set(LAW.sources) & set(ours.sources)
    assert not set(LAW.nomenclature) & set(ours.nomenclature)
    assert {one.section for one in LAW.nomenclature.values()} & {"visits", "mending", "gazing"}


# --- 1. one by one, in order


def test_services_are_decided_in_order_of_time_then_line_then_name() -> None:
    rows = [
        service("b", VISIT, "2031-03-01", line=2),
        service("a", VISIT, "2031-03-01"),
        service("Z", VISIT, "2031-03-01"),
        service("c", VISIT, "2031-02-01T10:00"),
        service("d", VISIT_INSIDE, "2031-02-01"),
        service("e", VISIT, "2031-03-01", line=1),
    ]
    decided = decide(*rows)
    assert decided.order == ["d", "c", "Z", "a", "e", "b"]
    assert decided.refused() == {"Z", "a", "e", "b"}
    both = {"visits refuse 2031/3.3 <- c", "visits refuse 2031/3.3 <- d"}
    assert [decided.said[name] for name in decided.order] == [set(), set(), both, both, both, both]


def test_history_comes_first_and_is_not_decided_again() -> None:
    """It fills the limit though it is dated later; what was refused does not."""
    decided = decide(
        service("new", VISIT, "2031-02-01"),
        service("newer", VISIT, "2031-03-01"),
        service("past", VISIT, "2031-12-01", decided="unchecked"),
        service("lost", VISIT, "2031-01-01", decided="refused"),
    )
    assert decided.outcomes == {"new": "accepted", "newer": "refused"}
    assert decided.said["newer"] == {
        "visits refuse 2031/3.3 <- new",
        "visits refuse 2031/3.3 <- past",
    }


def test_a_patient_is_decided_apart_from_others() -> None:
    decided = decide(
        *(service(f"{patient}{n}", VISIT, patient_id=patient) for patient in "qp" for n in "12")
    )
    assert decided.order == ["p1", "p2", "q1", "q2"]
    assert decided.refused() == set()


# --- extras, two levels deep


def test_an_extra_comes_after_the_services_of_its_session() -> None:
    decided = decide(
        service("night", NIGHT_EXTRA, "2031-03-01T20:00", session_id="s"),
        service("visit", VISIT, "2031-03-01T23:00", session_id="s"),
        service("elsewhere", VISIT, "2031-03-01T23:30", session_id="t"),
    )
    assert decided.order == ["visit", "night", "elsewhere"]


def test_an_extra_comes_after_the_service_that_it_names_however_late() -> None:
    decided = decide(
        service("night", NIGHT_EXTRA, "2031-03-01T20:00", related_service_id="late"),
        service("between", VISIT, "2031-03-05"),
        service("late", VISIT, "2031-03-09"),
        service("after", SKETCH, "2031-03-10"),
    )
    assert decided.order == ["between", "late", "night", "after"]


def test_an_extra_of_an_extra_comes_after_it() -> None:
    """The lantern, lit first, is decided last: it waits for the extra, and that for the visit."""
    decided = decide(
        service("lantern", LANTERN_EXTRA, "2031-03-01T20:00", line=1),
        service("night", NIGHT_EXTRA, "2031-03-01T21:00", line=2, related_service_id="visit"),
        service("sketch", SKETCH, "2031-03-04", session_id="other"),
        service("visit", VISIT, "2031-03-09"),
        service("after", WIDE_SKETCH, "2031-03-09T00:01"),
    )
    assert decided.order == ["sketch", "visit", "night", "lantern", "after"]


def test_an_extra_does_not_wait_for_what_another_patient_has() -> None:
    decided = decide(
        service("night", NIGHT_EXTRA, "2031-03-01T20:00", related_service_id="theirs"),
        service("mine", VISIT, "2031-03-02"),
        service("theirs", VISIT, "2031-03-09", patient_id="q"),
    )
    assert decided.order == ["night", "mine", "theirs"]


def test_at_the_same_moment_levels_come_before_lines() -> None:
    decided = decide(
        service("lantern", LANTERN_EXTRA, line=1),
        service("night", NIGHT_EXTRA, line=2),
        service("removal", REMOVAL, line=3),
    )
    assert decided.order == ["removal", "night", "lantern"]


# --- 2. only what stands counts


def test_a_chain_is_followed_to_its_end() -> None:
    """The charm stands, so the tonic does not, so the sketch stands, so the wide one does not."""
    decided = decide(
        service("charm", CHARM, "2031-01-10"),
        service("tonic", TONIC, "2031-03-01", line=1),
        service("sketch", SKETCH, "2031-03-01", line=2),
        service("wide", WIDE_SKETCH, "2031-03-01", line=3),
    )
    assert decided.outcomes == {
        "charm": "accepted",
        "tonic": "refused",
        "sketch": "accepted",
        "wide": "refused",
    }
    assert decided.said["tonic"] == {"charm-or-tonic refuse 2031/5.4 <- charm"}
    assert decided.said["wide"] == {"sketch-or-wide refuse 2031/5.2 <- sketch"}


def test_a_chain_without_its_first_link_comes_out_the_other_way() -> None:
    decided = decide(
        service("tonic", TONIC, "2031-03-01", line=1),
        service("sketch", SKETCH, "2031-03-01", line=2),
        service("wide", WIDE_SKETCH, "2031-03-01", line=3),
    )
    assert decided.refused() == {"sketch", "wide"}
    assert decided.said["wide"] == {"tonic-or-gazing refuse 2031/5.4 <- tonic"}


def test_counts_of_one_two_and_one_fill_a_limit_of_two() -> None:
    decided = decide(
        service("one", VISIT, "2031-03-01", count=1),
        service("two", VISIT, "2031-03-02", count=2),
        service("another", VISIT, "2031-03-03", count=1),
        service("last", VISIT, "2031-03-04", count=1),
    )
    assert list(decided.outcomes.values()) == ["accepted", "refused", "accepted", "refused"]
    assert decided.said["two"] == {"visits refuse 2031/3.3 <- one"}
    assert decided.said["last"] == {
        "visits refuse 2031/3.3 <- one",
        "visits refuse 2031/3.3 <- another",
    }


def test_a_count_above_the_limit_is_refused_with_no_evidence() -> None:
    decided = decide(service("many", VISIT, count=3), service("one", VISIT, "2031-04-01"))
    assert decided.said == {"many": {"visits refuse 2031/3.3"}, "one": set()}


def test_a_refused_patch_uses_nothing_up_and_a_refused_removal_closes_no_tooth() -> None:
    decided = decide(
        service("for-now", PATCH, "2031-01-01", provisional=True),
        service("removal", REMOVAL, "2031-01-02", practitioner=GAZER),
        service("first", PATCH, "2031-01-03"),
        service("second", LARGE_PATCH, "2031-01-04"),
        service("third", PATCH, "2031-01-05"),
    )
    assert decided.refused() == {"for-now", "removal", "third"}
    assert decided.said["third"] == {
        "patches refuse 2031/2.4 <- first",
        "patches refuse 2031/2.4 <- second",
    }


def test_what_is_unchecked_stands() -> None:
    decided = decide(
        service("unsure", PATCH, "2031-01-01", direct_method=None),
        service("sure", PATCH, "2031-01-02"),
        service("third", PATCH, "2031-01-03"),
    )
    assert list(decided.outcomes.values()) == ["unchecked", "accepted", "refused"]


def test_history_dated_later_fills_a_limit_but_is_not_earlier() -> None:
    decided = decide(
        service("gone", REMOVAL, "2031-06-01", decided="accepted"),
        service("patch", PATCH, "2031-05-01"),
        service("removal", REMOVAL, "2031-05-02"),
        service("after", PATCH, "2031-06-02"),
    )
    assert decided.said == {
        "patch": set(),
        "removal": {"removed-once refuse 2031/2.5 <- gone"},
        "after": {"mended-before-removal refuse 2031/2.5 <- gone"},
    }


# --- the groups

GLAZED = [
    ("s1", "2031-02-01", "11", "x"),
    ("s2", "2031-02-01", "11", "x"),
    ("s3", "2031-02-01", "12", "x"),
    ("s4", "2031-03-01", "11", "y"),
    ("s5", "2031-03-01", "12", "y"),
    ("s6", "2032-02-01", "11", "x"),
]


@pytest.mark.parametrize(
    ("per", "standing"),
    [
        ("[]", "s1"),
        ("[tooth]", "s1 s3"),
        ("[calendar-year]", "s1 s6"),
        ("[session]", "s1 s4"),
        ("[tooth, calendar-year]", "s1 s3 s6"),
        ("[tooth, session]", "s1 s3 s4 s5"),
        ("[calendar-year, session]", "s1 s4 s6"),
        ("[tooth, calendar-year, session]", "s1 s3 s4 s5 s6"),
    ],
)
def test_a_limit_of_one_by_each_key(tmp_path: Path, per: str, standing: str) -> None:
    law = changed(tmp_path, "veldoria-2031/rules.yaml", "per: [tooth, session]", f"per: {per}")
    rows = [
        service(name, GLAZE, on, tooth=tooth, session_id=session)
        for name, on, tooth, session in GLAZED
    ]
    decided = decide(*rows, law=law)
    assert {name for name, _, _, _ in GLAZED} - decided.refused() == set(standing.split())


def test_a_limit_with_no_key_is_told_in_a_whole_sentence(tmp_path: Path) -> None:
    law = changed(tmp_path, "veldoria-2031/rules.yaml", "per: [tooth, session]", "per: []")
    decided = decide(service("1", GLAZE), service("2", GLAZE), law=law)
    assert not any("per ;" in message for message in decided.messages)


# --- 3. every rule answers


def test_a_service_shows_everything_that_is_wrong_with_it() -> None:
    decided = decide(
        service("before", PATCH, "2031-01-01"),
        service("again", LARGE_PATCH, "2031-01-02"),
        service("removal", REMOVAL, "2031-01-03"),
        service(
            "wrong",
            PATCH,
            "2031-02-01",
            tooth="11",
            surfaces=None,
            direct_method=False,
            provisional=True,
            practitioner=GAZER,
        ),
        service(
            "nothing",
            LARGE_PATCH,
            tooth=None,
            surfaces="M",
            direct_method=None,
            practitioner=HERMIT,
        ),
    )
    assert decided.said["wrong"] == {
        "by-hand refuse 2031/2.2",
        "to-last refuse 2031/2.2",
        "faces unchecked 2031/2.3",
        "patches refuse 2031/2.4 <- before",
        "patches refuse 2031/2.4 <- again",
        "mended-before-removal refuse 2031/2.5 <- removal",
        "titles refuse 2031/4.2",
    }
    assert decided.said["nothing"] == {
        "which-tooth refuse 2031/2.1",
        "by-hand unchecked 2031/2.2",
        "faces warn 2031/2.3",
        "patches unchecked 2031/2.4",
        "mended-before-removal unchecked 2031/2.5",
        "titles unchecked 2031/4",
    }
    assert (decided.outcomes["wrong"], decided.outcomes["nothing"]) == ("refused", "refused")


@pytest.mark.parametrize(
    ("code", "surfaces", "fits"),
    [(PATCH, "M", True), (PATCH, "MV", False), (LARGE_PATCH, "M", False)]
    + [(LARGE_PATCH, faces, True) for faces in ("MV", "MVP")],
)
def test_faces_fit_or_a_warning_says_so(code: str, surfaces: str, fits: bool) -> None:
    decided = decide(service("patch", code, surfaces=surfaces))
    assert decided.said["patch"] == (set() if fits else {"faces warn 2031/2.3"})
    assert decided.outcomes["patch"] == "accepted"


# --- 4. missing facts


def test_a_service_without_its_tooth_makes_no_other_unchecked() -> None:
    decided = decide(
        service("somewhere", REMOVAL, "2031-01-01", tooth=None),
        service("there", REMOVAL, "2031-01-02"),
        service("glaze", GLAZE, "2031-01-03", tooth=None),
    )
    assert decided.said == {
        "somewhere": {"which-tooth refuse 2031/2.1", "removed-once unchecked 2031/2.5"},
        "there": set(),
        "glaze": {"glazed-once unchecked 2031/5.3", "mended-before-removal unchecked 2031/2.5"},
    }


def test_a_service_without_its_day_is_unchecked_by_the_rules_of_a_time() -> None:
    decided = decide(
        service("sometime", REMOVAL, None, tooth=None), service("then", REMOVAL, "2031-01-02")
    )
    assert decided.order == ["then", "sometime"]
    assert decided.said["then"] == set()
    assert decided.said["sometime"] == {
        "which-tooth unchecked 2031/2.1",
        "removed-once unchecked 2031/2.5",
        "titles unchecked 2031/4",
        "on-its-days unchecked everywhere/b",
    }
    assert any("this is not given: performed_at, tooth" in message for message in decided.messages)


def test_two_versions_of_a_rule_say_once_that_the_day_is_missing() -> None:
    decided = decide(service("visit", VISIT, None), service("patch", PATCH, None))
    assert "visits unchecked 2031/3.3" in decided.said["visit"]
    assert "patches unchecked 2031/2.4" in decided.said["patch"]


def test_a_code_that_is_not_listed_is_unchecked_and_no_more() -> None:
    decided = decide(service("dental", "371114"), service("herald", HERALD))
    assert decided.said == {"dental": {"listed unchecked everywhere/a"}, "herald": set()}


# --- 5. missing tables and columns


def test_a_rule_without_its_table_is_not_run() -> None:
    decided = decide(
        service("a", CHECKUP), service("b", CHECKUP), service("c", VISIT), titles=ABSENT
    )
    assert decided.not_run() == {
        "checkup-age": ("patients", 2),
        "titles": ("titles", 3),
        "paid": ("fees", 3),
    }
    assert set(decided.outcomes.values()) == {"accepted"}
    assert not {"checkup-age", "titles", "paid"} & set(decided.run["rules_run"])


def test_a_rule_without_its_column_is_not_run() -> None:
    decided = decide(
        service("a", PATCH), service("b", GLAZE), service("c", VISIT), absent="direct_method"
    )
    assert decided.not_run()["by-hand"] == ("services.direct_method", 2)
    assert set(decided.outcomes.values()) == {"accepted", "unchecked"}


def test_two_versions_not_run_concern_each_service_once() -> None:
    decided = decide(
        service("a", PATCH, "2031-01-01"),
        service("b", PATCH, "2032-01-01"),
        service("c", PATCH, "2032-01-02"),
        absent="tooth",
    )
    concerned = [one for one in decided.run["rules_not_run"] if one["rule"] == "patches"]
    assert sum(one["services"] for one in concerned) == 3


def test_an_empty_table_is_not_an_absent_one() -> None:
    decided = decide(service("visit", VISIT), titles=[], fees=[], patients=[])
    assert decided.not_run() == {}
    assert decided.said["visit"] == {"titles unchecked 2031/4", "paid warn everywhere/a"}


# --- 6. a session


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({"session_id": "s"}, {"session_id": "s"}, True),
        ({"session_id": "s"}, {"session_id": "t"}, False),
        ({}, {}, True),
        ({"session_id": "s"}, {}, False),
        ({}, {"practitioner": GAZER}, False),
        ({"session_id": "s"}, {"session_id": "s", "practitioner": GAZER}, False),
        ({"session_id": "s"}, {"session_id": "s", "on": "2031-03-02"}, True),
        ({"on": "2031-03-01T00:00"}, {"on": "2031-03-01T23:59"}, True),
        ({"on": "2031-03-01T23:59"}, {"on": "2031-03-02T00:00"}, False),
        ({"session_id": "2031-03-01"}, {}, False),
    ],
)
def test_a_session_is_named_or_a_day_of_one_practitioner(
    one: dict[str, Any], other: dict[str, Any], together: bool
) -> None:
    decided = decide(service("1", SKETCH, **one), service("2", SKETCH, **other))
    assert decided.said["2"] == ({"one-sketch refuse 2031/5.1 <- 1"} if together else set())
    wide = decide(service("1", SKETCH, **one), service("2", WIDE_SKETCH, **other))
    expected = {"sketch-or-wide refuse 2031/5.2 <- 1"} if together else set()
    assert wide.said["2"] == expected


def test_of_two_that_do_not_go_together_the_later_is_refused() -> None:
    decided = decide(service("1", WIDE_SKETCH), service("2", SKETCH))
    assert decided.said == {"1": set(), "2": {"sketch-or-wide refuse 2031/5.2 <- 1"}}


# --- 7. titles


@pytest.mark.parametrize(
    ("who", "code", "on", "said"),
    [
        (MENDER, SKETCH, "2031-03-01", set()),
        (APPRENTICE, VISIT, "2031-03-01", set()),
        (APPRENTICE, SKETCH, "2031-03-01", {"titles refuse 2031/4.1"}),
        (GAZER, VISIT, "2031-03-01", {"titles refuse 2031/4.2"}),
        (WARDEN, VISIT, "2031-03-01", {"titles warn 2031/4.3"}),
        (WARDEN, SKETCH, "2031-03-01", {"titles refuse 2031/4"}),
        (PARTED, VISIT, "2031-01-01", set()),
        (PARTED, VISIT, "2031-06-30", set()),
        (PARTED, VISIT, "2031-07-01", {"titles refuse 2031/4"}),
        (HERMIT, VISIT, "2031-03-01", {"titles unchecked 2031/4"}),
        (HERMIT, CHARM, "2031-03-01", set()),
    ],
)
def test_a_title_permits(who: str, code: str, on: str, said: set[str]) -> None:
    assert decide(service("s", code, on, practitioner=who)).said["s"] == said


def test_every_title_held_is_named_where_none_permits() -> None:
    held: list[Row] = [
        {"practitioner": HERMIT, "title": title, "valid_from": None, "valid_to": None}
        for title in ("apprentice", "mender", "night-warden", "sage", "mender")
    ]
    decided = decide(service("s", SKETCH, practitioner=HERMIT), titles=held)
    found = [message for message in decided.messages if "by this title" in message]
    named = {one for one in ("apprentice", "mender", "night-warden", "sage") if one in str(found)}
    assert (named, len(found)) == ({"apprentice", "mender", "night-warden", "sage"}, 4)


def test_a_title_in_two_permits_is_named_once(tmp_path: Path) -> None:
    second = """refused_by: veldoria-2031/4
      unsettled: true
    - provision: veldoria-2031/4.3
      titles: [night-warden]
      services: {kinds: [checkup]}
      refused_by: veldoria-2031/4
"""
    old = "refused_by: veldoria-2031/4\n      unsettled: true\n"
    law = changed(tmp_path, "veldoria-2031/rules.yaml", old, second)
    decided = decide(
        service("mine", CHECKUP, practitioner=WARDEN),
        service("not", SKETCH, practitioner=WARDEN),
        law=law,
    )
    assert decided.said == {"mine": set(), "not": {"titles refuse 2031/4"}}


# --- 8. the law of the day


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2030-12-31", {"on-its-days refuse everywhere/b"}),
        ("2031-01-01", set()),
        ("2031-06-30T23:59", set()),
        ("2031-07-01", {"on-its-days refuse everywhere/b"}),
    ],
)
def test_a_code_has_its_days(on: str, said: set[str]) -> None:
    assert decide(service("tonic", TONIC, on)).said["tonic"] == said


def test_a_limit_changes_with_the_year() -> None:
    decided = decide(
        *(service(f"old{n}", PATCH, f"2031-12-{28 + n}") for n in (1, 2, 3)),
        *(service(f"new{n}", PATCH, f"2032-01-0{n}") for n in (1, 2)),
    )
    assert decided.refused() == {"old3", "new2"}
    assert decided.said["new2"] == {"patches refuse 2031/2.4 <- new1"}
    assert any("at most 2 per" in message for message in decided.messages)
    assert any("at most 1 per" in message for message in decided.messages)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2031-12-31", set()),
        ("2032-01-01", {"charm warn 2031/3.2"}),
        ("2032-12-31", {"charm warn 2031/3.2"}),
        ("2033-01-01", set()),
    ],
)
def test_a_condition_that_is_not_told_is_a_warning_on_its_days(on: str, said: set[str]) -> None:
    decided = decide(service("charm", CHARM, on))
    assert (decided.outcomes["charm"], decided.said["charm"]) == ("accepted", said)


def test_after_the_agreement_only_what_has_no_end_holds() -> None:
    rows = [service(str(n), PATCH, f"2033-05-0{n}", direct_method=False) for n in (1, 2)]
    decided = decide(*rows, *(service(f"v{n}", VISIT, f"2033-05-1{n}") for n in range(5)))
    assert decided.refused() == {"2"}
    assert decided.said["2"] == {"patches refuse 2031/2.4 <- 1"}


VISITS = [service(str(n), VISIT, f"2032-0{n}-01") for n in (5, 6, 7, 8)]


@pytest.mark.parametrize(
    ("known", "refused"),
    [
        (date(2030, 11, 30), set()),
        (date(2030, 12, 1), {"7", "8"}),
        (date(2032, 5, 14), {"7", "8"}),
        (date(2032, 5, 15), {"8"}),
        (None, {"8"}),
    ],
)
def test_a_decree_counts_from_when_it_was_known(known: date | None, refused: set[str]) -> None:
    """From July on a third visit is reimbursed, by a decree of 15 May; unknown before."""
    decided = decide(*VISITS, known=known)
    assert decided.refused() == refused
    assert decided.run["known"] == (str(known) if known else None)


def test_the_decree_does_not_reach_back_before_its_first_day() -> None:
    rows = [service(str(n), VISIT, f"2032-0{n}-01") for n in (4, 5, 6, 7)]
    assert decide(*rows).refused() == {"6"}


def test_before_all_publication_only_customs_are_known() -> None:
    decided = decide(service("patch", PATCH, provisional=True), known=date(2000, 1, 1), fees=[])
    assert decided.run["rules_run"] == ["listed", "on-its-days", "paid"]
    assert decided.run["law"] == f"{LAW.version}@2000-01-01"


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2031-05-09", "refused"),
        ("2031-05-10", "accepted"),
        ("2032-02-28", "accepted"),
    ],
)
def test_from_a_birthday_on(on: str, outcome: str) -> None:
    patients: list[Row] = [{"patient_id": "p", "birth_date": date(2025, 5, 10)}]
    assert decide(service("c", CHECKUP, on), patients=patients).outcomes["c"] == outcome


@pytest.mark.parametrize(
    ("birth", "outcome"),
    [(date(2013, 3, 2), "accepted"), (date(2013, 3, 1), "refused"), (None, "unchecked")],
)
def test_up_to_a_birthday(birth: date | None, outcome: str) -> None:
    patients: list[Row] = [{"patient_id": "p", "birth_date": birth}]
    assert decide(service("c", CHECKUP), patients=patients).outcomes["c"] == outcome


def test_amounts_are_those_of_the_day() -> None:
    money = {"fee": Decimal(10), "reimbursement": Decimal(8), "code": VISIT}
    fees: list[Row] = [
        {**money, "reimbursement_preferential": Decimal(8), "valid_to": date(2031, 3, 1)},
        {**money, "reimbursement_preferential": Decimal(9), "valid_from": date(2031, 3, 2)},
    ]
    decided = decide(
        service("a", VISIT, "2031-03-01"), service("b", VISIT, "2031-03-02"), fees=fees
    )
    assert decided.said == {"a": set(), "b": {"paid warn everywhere/a"}}
    assert decided.amounts["a"]["patient_share"] == Decimal(2)
    assert decided.amounts["b"]["patient_share"] is None


# --- 9. the same input, the same output


FROM = datetime.fromisoformat("2031-12-20")


def many() -> list[Row]:
    """Services of every kind, on few teeth and days, so that they meet."""
    drawn = random.Random(2031)
    codes = [VISIT, PATCH, LARGE_PATCH, GLAZE, REMOVAL, SKETCH, WIDE_SKETCH, TONIC, CHARM]
    return [
        service(
            f"s{n:03}",
            drawn.choice([*codes, NIGHT_EXTRA, LANTERN_EXTRA]),
            str(FROM + timedelta(hours=drawn.randrange(24 * 25))),
            patient_id=drawn.choice("pqr"),
            tooth=drawn.choice(["11", "12", None]),
            practitioner=drawn.choice([MENDER, GAZER, APPRENTICE]),
            session_id=drawn.choice([None, None, "s", "t"]),
            line=drawn.choice([None, 1, 2]),
            direct_method=drawn.choice([True, True, None]),
        )
        for n in range(120)
    ]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = many()
    expected = decide(*rows)
    assert {"accepted", "refused", "unchecked"} == set(expected.outcomes.values())
    shuffled = decide(*random.Random(1).sample(rows, len(rows)))
    assert (shuffled.outcomes, shuffled.said) == (expected.outcomes, expected.said)


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8])
def test_deciding_in_parts_is_deciding_at_once(cut: float) -> None:
    rows = {row["service_id"]: row for row in many()}
    whole = decide(*rows.values())
    first: set[str] = set()
    for patient in "pqr":
        own = [name for name in whole.order if rows[name]["patient_id"] == patient]
        first.update(own[: int(len(own) * cut)])
    early = decide(*(row for name, row in rows.items() if name in first))
    late = decide(
        *({**rows[name], "decided": outcome} for name, outcome in early.outcomes.items()),
        *(row for name, row in rows.items() if name not in first),
    )
    assert {**early.outcomes, **late.outcomes} == whole.outcomes
    assert {**early.said, **late.said} == whole.said


# --- no module knows an agreement, a code or a title

SOURCE = Path(conventio.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
TITLE_WORDS = {
    title
    for rule in shipped().rules
    for permit in getattr(rule, "permits", ())
    for title in permit.titles
}
NAMED = re.compile(
    r"\b\d{6}\b|"
    + "|".join(
        rf"\b{re.escape(name)}\b"
        for name in [*TITLE_WORDS, *(set(shipped().sources) - {"all", "nomenclature"})]
    )
)
SHOWN = {
    "cli/law.py": "examples of what one can ask for, in its help",
    "folder/tables.py": "the contract's own list of titles, in the dictionary",
}


def texts(module: Path) -> list[tuple[int, str]]:
    """The texts and names of a module with their lines, without its documentation."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    documentation = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, str(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in documentation
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda one: str(one.relative_to(SOURCE)))
def test_no_module_knows_an_agreement_a_code_or_a_title(module: Path) -> None:
    if module.relative_to(SOURCE).as_posix() in SHOWN:
        return
    assert [line for line, text in texts(module) if NAMED.search(text)] == []


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    module = tmp_path / "rule.py"
    for text in ("dental-2009/10.2", "371114", "orthodontist"):
        module.write_text(f'"""A {text}."""\nif law == {text!r}:\n    pass\n', encoding="utf-8")
        assert [line for line, found in texts(module) if NAMED.search(found)] == [2]
