"""Folders of law that are added to another: what they add, what they replace, and their faults."""

import re
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import conventio
from conventio.claims.compute import compute
from conventio.law import Law, LawError, read, shipped
from conventio.law.openings import openings
from conventio.law.read import SHIPPED
from conventio.law.rules import AnyRule
from conventio.wording.catalogue import LANGUAGES
from conventio.wording.manner import ForPeople
from tests.arrow import arrow
from tests.cli.run import conventio as run
from tests.oracle.folders import DENTIST
from tests.pages.written import COLUMNS, folder_of

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
OWN = GUIDES / "own-conditions"
LAW = read(SHIPPED, OWN)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OWN, tmp_path / "own"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / "own-2026" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def service(service_id: str, code: str, on: date, **facts: Any) -> dict[str, Any]:
    return {
        "service_id": service_id,
        "attestation_id": "a",
        "patient_id": "p",
        "practitioner": DENTIST,
        "performed_at": on,
        "code": code,
        "tooth": None,
        "examined": None,
        "justification": None,
        **facts,
    }


def decided(law: Law, *services: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    answer = conventio.check(arrow({"services": services}), law=law)
    said: dict[str, list[tuple[str, str]]] = {
        row["service_id"]: [] for row in answer.decisions.to_pylist()
    }
    for row in answer.findings.to_pylist():
        said[row["service_id"]].append((row["rule"], row["severity"]))
    return said


# --- what is added


def test_an_own_condition_takes_the_place_of_the_warning_from_its_day_on() -> None:
    services = (
        service("before", "371615", date(2025, 12, 31), examined=False),
        service("fits", "371615", date(2026, 1, 1), examined=True),
        service("not", "371615", date(2026, 1, 2), examined=False),
        service("unknown", "371615", date(2026, 1, 3)),
    )
    rule = "conditional-attestation"
    assert decided(LAW, *services) == {
        "before": [(rule, "warn")],
        "fits": [],
        "not": [(rule, "refuse")],
        "unknown": [(rule, "unchecked")],
    }
    assert set(map(tuple, decided(shipped(), *services).values())) == {((rule, "warn"),)}


def test_an_own_condition_of_all_days_leaves_no_warning() -> None:
    day = date(2015, 5, 4)
    rows = (
        service("with", "304894", day, tooth="11", justification="fracture"),
        service("without", "304894", day, tooth="12"),
    )
    assert decided(LAW, *rows) == {
        "with": [],
        "without": [("conditional-extraction", "refuse")],
    }


def test_a_limit_that_is_input_is_run_once_it_is_given() -> None:
    rows = [
        service("a", "900012", datetime.fromisoformat("2020-09-01T09:00")),
        service("b", "900012", datetime.fromisoformat("2020-09-01T10:00")),
    ]
    nomenclature = [{"code": "900012", "article": "34", "kind": "electrocardiogram"}]
    tables = arrow({"services": rows, "nomenclature": nomenclature})
    without = conventio.check(tables)
    assert set(without.findings["rule"].to_pylist()) == {"not-covered"}
    assert {"rule": "ecg-a-day", "provision": "medical-2020/6.5", "missing": "law: limit",
            "services": 2} in without.run["rules_not_run"]  # fmt: skip
    given = conventio.check(tables, law=LAW)
    (finding,) = [one for one in given.findings.to_pylist() if one["rule"] == "ecg-a-day"]
    assert finding["reason_code"] == "002"
    assert (finding["service_id"], finding["evidence_service_id"]) == ("b", "a")
    assert "ecg-a-day" in given.run["rules_run"]


@pytest.mark.parametrize(
    ("on", "listed"),
    [(date(2009, 4, 30), False), (date(2009, 5, 1), True), (date(2011, 1, 1), False)],
)
def test_a_rule_whose_codes_are_input_is_told_on_its_days(on: date, listed: bool) -> None:
    run = conventio.check(arrow({"services": [service("a", "301011", on)]})).run
    found = [one for one in run["rules_not_run"] if one["rule"] == "no-patient-share"]
    missing = "law: codes of dental-2009/without-patient-share"
    expected = {"rule": "no-patient-share", "provision": "dental-2009/3.2-02"}
    # without fees there is no amount either
    assert found == [{**expected, "missing": f"fees, {missing}", "services": None}] * listed


def test_a_rule_that_awaits_input_is_not_told_where_it_concerns_nothing() -> None:
    run = conventio.check(arrow({"services": [service("a", "301011", date(2021, 2, 1))]})).run
    awaiting = {"ecg-a-day", "article-34-cumulations", "panoramic-child"}
    assert awaiting & {one["rule"] for one in run["rules_not_run"]} == set()


def test_a_figure_that_is_given_is_used() -> None:
    values = LAW.provisions["dental-2009/1.1"].values
    assert [(value.value, str(value.days)) for value in values] == [
        (Decimal("2355.74"), "2009-01-01 to 2009-12-31"),
        (Decimal("2400.00"), "2010-01-01 to 2010-12-31"),
    ]
    assert values[1].known == date(2026, 1, 15)


def test_a_figure_that_supersedes_another_answers_on_its_days(own: Path) -> None:
    value = """
- provision: dental-2009/10.2
  name: minimum
  value: 13.00
  unit: EUR
  from: 2010-01-01
  supersedes: minimum@2009-01-01
"""
    edit(own, "values.yaml", "# An invented", f"{value}\n# An invented")
    law = read(SHIPPED, own)
    given = {"charged": "51", "agreed": "50"}

    def owed(on: date) -> Any:
        return compute(law, "dental-2009/10.2", given, on).value

    assert owed(date(2009, 12, 31)) == Decimal("12.50")
    assert owed(date(2010, 1, 1)) == Decimal("13.00")


def test_a_statement_that_supersedes_another_is_what_holds(own: Path) -> None:
    code = shipped().nomenclature["377016"]
    basis = code.basis["section"]
    statement = (
        f"- basis: own-2026/codes\n  supersedes: {basis}\n  codes: ['377016']\n"
        "  says: {section: consultation}\n"
    )
    edit(own, "statements.yaml", "# Invented codes", f"{statement}\n# Invented codes")
    found = read(SHIPPED, own).nomenclature["377016"]
    assert (found.section, found.basis["section"]) == ("consultation", "own-2026/codes")
    assert found.article == code.article


# --- the version, and what was known


def test_the_version_tells_what_was_added(own: Path) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}\+[0-9a-f]{12}", LAW.version)
    assert LAW.version.startswith(f"{shipped().version}+")
    assert read(SHIPPED, own).version == LAW.version
    edit(own, "rules.yaml", "limit: 1", "limit: 2")
    assert read(SHIPPED, own).version != LAW.version


def test_several_folders_can_be_added(own: Path, tmp_path: Path) -> None:
    second = tmp_path / "second" / "own-2027"
    second.mkdir(parents=True)
    source = (OWN / "own-2026" / "source.yaml").read_text(encoding="utf-8")
    later = source.replace("own-2026", "own-2027").replace("2026-01-15", "2027-01-15")
    (second / "source.yaml").write_text(later, encoding="utf-8")
    rule = """
- rule: ecg-a-day
  supersedes: ecg-a-day@2020-09-01
  provision: medical-2020/6.5
  from: 2020-10-01
  kind: at-most
  services: {kinds: [electrocardiogram]}
  per: [day]
  limit: 3
  reason: etariff-refusal/002
"""
    (second / "rules.yaml").write_text(rule, encoding="utf-8")
    law = read(SHIPPED, own, second.parent)
    limits = [
        (rule.limit, str(rule.days))
        for rule in law.entries
        if rule.rule == "ecg-a-day" and rule.kind == "at-most"
    ]
    assert limits == [(1, "2020-09-01 to 2020-09-30"), (3, "2020-10-01 to 2020-12-31")]
    assert law.version.count("+") == 2
    twice = faults(own, own)
    assert any("source own-2026 is also at" in one for one in twice)


def test_what_is_added_is_not_known_before_its_source() -> None:
    before, since = (LAW.known(date(2026, 1, day)) for day in (14, 15))
    for law, kinds in ((before, {"unsettled"}), (since, {"unsettled", "fact-is"})):
        entries = [one for one in law.entries if one.rule == "conditional-attestation"]
        assert {one.kind for one in entries} == kinds


def test_an_own_provision_keeps_the_day_that_it_gives(own: Path) -> None:
    edit(own, "provisions.yaml", "  point: list 1\n", "  point: list 1\n  known: 2026-02-01\n")
    edit(own, "rules.yaml", "provision: nomenclature-6/3bis-1", "provision: own-2026/codes")
    [rule] = [one for one in read(SHIPPED, own).rules if one.provision == "own-2026/codes"]
    assert rule.known == date(2026, 2, 1)


# --- faults


def faults(*folders: Path) -> list[str]:
    with pytest.raises(LawError) as caught:
        read(SHIPPED, *folders)
    return [str(fault) for fault in caught.value.faults]


def test_two_answers_for_one_day_are_told_with_both_places(own: Path) -> None:
    edit(own, "rules.yaml", "  supersedes: conditional-attestation@unstated\n", "")
    (fault,) = faults(own)
    assert fault.startswith(f"{own.as_posix()}/own-2026/rules.yaml, line 3: rule conditional-att")
    assert "(nomenclature-6/rules.yaml, line 3) answers too" in fault
    page = (GUIDES / "own-conditions.md").read_text(encoding="utf-8")
    shown = fault.replace(own.as_posix(), "own-law")
    assert shown in " ".join(page.split())


def test_what_cannot_be_added_is_told_all_at_once(own: Path) -> None:
    edit(own, "source.yaml", "key: own-2026", "key: dental-2009")
    edit(own, "code-sets.yaml", "  supersedes: dental-2009/without-patient-share\n", "")
    edit(own, "values.yaml", "dental-2009/1.1", "dental-2009/1.11")
    edit(own, "statements.yaml", "- basis", "- supersedes: nothing\n  basis")
    edit(own, "rules.yaml", "supersedes: ecg-a-day@2020-09-01", "supersedes: ecg-a-day@2020-09-02")
    start = f"{own.as_posix()}/own-2026/"
    found = [fault.removeprefix(start) for fault in faults(own)]
    for part in (
        "source.yaml, line 1: key dental-2009 differs from its folder, own-2026",
        "source.yaml, line 1: source dental-2009 is also at dental-2009/source.yaml, line 1",
        "code-sets.yaml, line 2: code set dental-2009/without-patient-share is also at "
        "dental-2009/code-sets.yaml, line 14",
        "values.yaml, line 2: provision dental-2009/1.11 does not exist",
        "statements.yaml, line 2: supersedes nothing, which is the basis of no statement before",
        "rules.yaml, line 24: rule ecg-a-day: supersedes ecg-a-day@2020-09-02, which is no other",
    ):
        assert any(one.startswith(part) for one in found), (part, found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  codes: [374371-374382]\n", "", "give either `codes`, or `input: true`"),
        ("  codes:", "  input: true\n  codes:", "give either `codes`, or `input: true`"),
        ("supersedes: dental-2009/without", "supersedes: dental-2009/with", "names the set itself"),
        (
            "dental-2009/without-patient-share",
            "dental-2009/without-patient-shares",
            "names the set itself: dental-2009/without-patient-shares",
        ),
    ],
)
def test_a_code_set_that_says_nothing_is_told(own: Path, old: str, new: str, said: str) -> None:
    edit(own, "code-sets.yaml", old, new)
    assert any(said in one for one in faults(own))


def test_a_set_supersedes_one_that_is_there(own: Path) -> None:
    text = (own / "own-2026" / "code-sets.yaml").read_text(encoding="utf-8")
    text = text.replace("without-patient-share", "without-patient-shares")
    (own / "own-2026" / "code-sets.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults(own)
    assert fault.endswith(
        "supersedes dental-2009/without-patient-shares, which is no set of the law that it is "
        "added to; did you mean dental-2009/without-patient-share?"
    )


def test_a_folder_without_law_is_told_by_its_own_name(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path)
    assert fault == f"{tmp_path.as_posix()}: holds no source; expected folders, each with a " + (
        "source.yaml"
    )


def test_an_entry_that_awaits_input_names_the_settings_of_its_kind(own: Path) -> None:
    entry = """
- rule: own
  provision: own-2026/codes
  kind: awaits-input
  becomes: {becomes}
  input: [{input}]
  services: {{}}
  reason: etariff-refusal/002
"""
    before = (own / "own-2026" / "rules.yaml").read_text(encoding="utf-8")
    for becomes, named, said in (
        ("at-least", "limit", "there is no kind at-least that it could become"),
        ("at-most", "limit", "the settings of at-most are per, limit"),
        ("at-most", "limit, per, tooth", "name limit, per, tooth"),
    ):
        text = before + entry.format(becomes=becomes, input=named)
        (own / "own-2026" / "rules.yaml").write_text(text, encoding="utf-8")
        assert any(said in one for one in faults(own))
    text = before + entry.format(becomes="at-most", input="limit, per")
    (own / "own-2026" / "rules.yaml").write_text(text, encoding="utf-8")
    assert read(SHIPPED, own).rules[-1].kind == "awaits-input"


# --- what `conventio law` says can be given


FILLED = {
    "nomenclature-6/2bis": ("kind: ...", "kind: needs-fact\n  facts: [site]"),
    "nomenclature-6/3bis-1": ("kind: ...", "kind: fact-is\n  fact: urgent\n  is: true"),
    "medical-2020/6.5": ("limit: ...", "limit: 1"),
    "medical-2020/6.6": (
        "others: ...\n  per: ...",
        "others: {articles: ['34']}\n  per: [session]",
    ),
    "nomenclature-6/17.4": ("from_birthday: ...", "from_birthday: 12"),
    "dental-2009/3.2-02": ("codes:\n  - ...", "codes: [374371-374382]"),
}


@pytest.mark.parametrize("provision", FILLED)
def test_what_is_said_to_be_given_can_be_given(provision: str, tmp_path: Path) -> None:
    old, new = FILLED[provision]
    opening = next(one for one in openings(shipped(), provision) if old in one.entry)
    entry = opening.entry.replace(old, new).replace("point: ...", "point: list 1")
    entry = entry.replace("provision: ...", "provision: own-2026/codes")
    entry = entry.replace("reason: ...", "reason: etariff-refusal/008")
    source = tmp_path / "own-2026"
    source.mkdir()
    for name in ("source.yaml", "provisions.yaml"):
        shutil.copy(OWN / "own-2026" / name, source / name)
    (source / opening.file).write_text(entry + "\n", encoding="utf-8")
    law = read(SHIPPED, tmp_path)
    assert opening not in openings(law, provision)
    assert opening.rule in {one.rule for one in law.rules_of(provision) if not law.awaited(one)}


# --- the commands


def test_the_commands_take_it(tmp_path: Path) -> None:
    rows = "371615,2026-01-01,false", "371615,2026-01-02,true"
    lines = [f"s{n},a,p,{DENTIST},{row}" for n, row in enumerate(rows)]
    header = "service_id,attestation_id,patient_id,practitioner,code,performed_at,examined"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "services.csv").write_text("\n".join([header, *lines]) + "\n")
    checked = run("check", tmp_path / "in", "--with-law", OWN, "--language", "nl", "--json")
    assert checked.code == 0, checked.stderr
    assert checked.data["law"] == LAW.version
    assert checked.data["outcomes"] == {"accepted": 1, "refused": 1, "unchecked": 0}
    explained = run("explain", tmp_path / "in", "s0", "--with-law", OWN)
    assert "conditional-attestation" in explained.stdout or "2bis" in explained.stdout
    shown = run("law", "nomenclature-6/2bis", "--with-law", OWN)
    assert "fact-is" in shown.stdout
    assert (
        "supersedes: conditional-attestation@unstated" in run("law", "nomenclature-6/2bis").stdout
    )
    service = '{"code": "371615", "performed_at": "2026-01-01", "examined": false}'
    computed = run("compute", "nomenclature-6/2bis", f"service={service}", "--with-law", OWN)
    assert "refused" in computed.stdout
    assert run("law", "--with-law", tmp_path / "nowhere").code == 2


LIMIT = """
- rule: fillings-per-tooth-and-year
  supersedes: fillings-per-tooth-and-year@unstated
  provision: nomenclature-6/4bis-3
  kind: at-most
  from: 2024-01-01
  services: {kinds: [filling-1, filling-2, filling-3, cusp, incisal-edge, crown-buildup]}
  per: [tooth, calendar-year]
  limit: 1
  reason: etariff-refusal/002
"""


def test_changed_law_explains_itself(own: Path) -> None:
    rules = own / "own-2026" / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8") + LIMIT, encoding="utf-8")
    shipped_words = shipped().provisions["nomenclature-6/4bis-3"].says
    header = f"{COLUMNS},tooth,surfaces,direct_method,provisional"
    rows = [f"s{n} a p {DENTIST} 2024-0{n}-05 304371 16 O true false".split() for n in (1, 2)]
    folder = folder_of(own.parent / "in", rows, header)
    for language in LANGUAGES:
        words = ("s2", "--with-law", own, "--language", language)
        said = run("explain", folder, *words).stdout
        assert "own-2026" in said, language
        assert "= 1" in said, language
        assert shipped_words.split(".")[0] not in " ".join(said.split())
        assert str(ForPeople(language).asks(_shipped_limit(), shipped())) not in said
    run("check", folder, "--with-law", own)
    report = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert shipped_words not in report
    assert "own-2026" in report
    law = run("law", "nomenclature-6/4bis-3", "--with-law", own).stdout
    assert "Its words before fillings-per-tooth-and-year@2024-01-01" in law


FIGURE = """
- provision: dental-2009/3.2-01
  name: until_birthday
  value: 61
  unit: years
  from: 2010-01-01
  supersedes: until_birthday@2009-05-01
"""


TOLD = {
    "en": "until the birthday 61 years",
    "fr": "jusqu'à l'anniversaire 61 ans",
    "nl": "tot de verjaardag 61 jaar",
    "de": "bis zum Geburtstag 61 Jahre",
}


def test_a_figure_that_supersedes_another_explains_itself(own: Path) -> None:
    values = own / "own-2026" / "values.yaml"
    values.write_text(values.read_text(encoding="utf-8") + FIGURE, encoding="utf-8")
    shipped_words = "60th birthday"
    assert shipped_words in shipped().provisions["dental-2009/3.2-01"].says
    rows = [f"s1 a p {DENTIST} 2010-03-05 301593".split()]
    folder = folder_of(own.parent / "in", rows)
    (folder / "patients.csv").write_text("patient_id,birth_date\np,1940-01-01\n")
    for language in LANGUAGES:
        words = ("s1", "--with-law", own, "--language", language)
        said = run("explain", folder, *words).stdout
        assert TOLD[language] in said, language
        assert "own-2026" in said, language
        assert shipped_words not in said, language
    assert run("check", folder, "--with-law", own).code == 0
    report = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert shipped_words not in report
    assert "(own-2026: " in report
    law = run("law", "dental-2009/3.2-01", "--with-law", own).stdout
    assert "Its words before until_birthday@2010-01-01" in law
    (figure,) = [line for line in law.splitlines() if "61" in line]
    assert figure.split()[-1] == "own-2026"


def test_a_law_of_its_own_tells_its_own_figures(tmp_path: Path) -> None:
    law = Path(shutil.copytree(str(SHIPPED), tmp_path / "law"))
    rules = law / "nomenclature-6" / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    start = text.index("- rule: fillings-per-tooth-and-year")
    changed = text[:start] + text[start:].replace("limit: 2", "limit: 1", 1)
    rules.write_text(changed, encoding="utf-8", newline="\n")
    header = f"{COLUMNS},tooth,surfaces,direct_method,provisional"
    rows = [f"s{n} a p {DENTIST} 2024-0{n}-05 304371 16 O true false".split() for n in (1, 2)]
    folder = folder_of(tmp_path / "in", rows, header)
    for language, said in (
        ("en", "At most 1 filling or restoration is"),
        ("fr", "Au plus 1 obturation ou restauration est"),
        ("nl", "hoogstens 1 vulling of restauratie"),
        ("de", "höchstens 1 Füllung oder Restauration"),
    ):
        shown = run("explain", folder, "s2", "--law", law, "--language", language).stdout
        assert said in shown


def _shipped_limit() -> AnyRule:
    return next(one for one in shipped().rules if one.rule == "fillings-per-tooth-and-year")
