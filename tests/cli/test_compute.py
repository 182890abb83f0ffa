"""`conventio compute`: formulas with their figures, rules on one service with history."""

import json
from decimal import Decimal
from math import comb
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from conventio.claims.compute import describe
from conventio.cli.app import app
from conventio.law import shipped
from conventio.law.mechanism import MECHANISMS
from tests.cli.run import conventio

RUN = CliRunner()


def run(*arguments: str) -> Result:
    return RUN.invoke(app, ["compute", *arguments])


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


@pytest.mark.parametrize(
    ("charged", "agreed", "owed"),
    [
        ("54.16", "50.00", "12.50"),
        ("54.17", "50.00", "12.51"),
        ("60", "50", "30"),
        ("50", "50", "0"),
        ("40", "50", "0"),
    ],
)
def test_three_times_the_excess_and_12_50_at_the_least(
    charged: str, agreed: str, owed: str
) -> None:
    found = answer("dental-2009/10.2", f"charged={charged}", f"agreed={agreed}")
    assert Decimal(found["value"]) == Decimal(owed)
    assert (found["unit"], found["cites"]) == ("EUR", ["dental-2009/10.2"])


SERVICES = """services=[{"letter": "L", "relative_value": 10, "fee": 25.00},
    {"letter": "N", "relative_value": 5, "fee": 17.00}]"""


def test_relative_values_in_n_become_l_by_0_6() -> None:
    found = answer("nomenclature-6/2ter-5", SERVICES, "value_of_l=2.5")
    assert Decimal(found["value"]) == Decimal("32.5")
    assert found["gaps"]


@pytest.mark.parametrize(
    ("services", "base"),
    [
        ([{"letter": "N", "relative_value": 6, "fee": 20.46}], "20.46"),
        ([{"letter": "N", "fee": 20.46}, {"letter": "N", "fee": 4.54}], "25.00"),
        ([{"letter": "L", "fee": 20.00}, {"letter": "L", "relative_value": 2}], "25.0"),
        ([{"fee": 17.00}], "17.00"),
        ([], "0"),
    ],
)
def test_services_in_one_letter_are_the_sum_of_their_fees(
    services: list[dict[str, Any]], base: str
) -> None:
    found = answer("nomenclature-6/2ter-5", f"services={json.dumps(services)}", "value_of_l=2.5")
    assert Decimal(found["value"]) == Decimal(base)


@pytest.mark.parametrize(
    ("fee", "rate", "supplement"), [("10.00", "0.5", "5.00"), ("0.01", "0.5", "0.01")]
)
def test_a_rate_makes_the_supplement_to_the_cent(fee: str, rate: str, supplement: str) -> None:
    services = f'services=[{{"letter": "N", "fee": {fee}}}]'
    found = answer("nomenclature-6/2ter-5", services, f"rate={rate}")
    assert Decimal(found["value"]) == Decimal(supplement)


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ('[{"fee": 17}, {"letter": "L", "fee": 10}]', "letter and relative value"),
        ('[{"letter": "N", "relative_value": 5}]', "must have its fee"),
        ('[{"letter": "L", "relative_value": 5}]', "must have its fee"),
    ],
)
def test_what_a_base_needs_is_told(services: str, said: str) -> None:
    result = run("nomenclature-6/2ter-5", f"services={services}")
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_other_reading_adds_the_fees() -> None:
    found = answer("nomenclature-6/2ter-5", SERVICES, "reading=added")
    assert Decimal(found["value"]) == Decimal("42.00")


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        ("2026-11-20T20:59", "refused"),
        ("2026-11-20T21:00", "accepted"),
        ("2026-11-21T07:59", "accepted"),
        ("2026-11-21T08:00", "accepted"),
        ("2026-11-23T07:59", "accepted"),
        ("2026-11-23T08:00", "refused"),
        ("2026-11-11T12:00", "accepted"),
        ("2026-11-21", "accepted"),
        ("2026-11-20", "unchecked"),
    ],
)
def test_the_supplement_hours_of_a_moment(at: str, outcome: str) -> None:
    service = json.dumps({"code": "371055", "performed_at": at, "duty": False})
    found = answer("nomenclature-6/2ter-1", f"service={service}", "bridge_days=[]")
    assert found["value"]["outcome"] == outcome


def test_a_rule_takes_history_from_a_file(tmp_path: Path) -> None:
    rows = [{"code": "374371", "performed_at": f"2026-0{n}-20", "tooth": "36"} for n in (1, 2)]
    (tmp_path / "history.json").write_text(json.dumps(rows))
    service = '{"code": "374371", "performed_at": "2026-11-20", "tooth": "36"}'
    given = (f"service={service}", f"history=@{tmp_path / 'history.json'}")
    found = answer("nomenclature-6/4bis-3", *given)
    assert found["value"]["outcome"] == "refused"
    evidence = [one["evidence_service_id"] for one in found["value"]["findings"]]
    assert evidence == ["history-1", "history-2"]
    assert found["on"] == "2026-11-20"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("dental-2009/10.2", "charged=abc", "agreed=1"), "charged: found 'abc'"),
        (("dental-2009/10.2", "charged=1"), "agreed"),
        (("dental-2009/10.2", "charged"), "expected NAME=VALUE"),
        (("dental-2009/10.2", "charged=@nothing.json"), "found no file nothing.json"),
        (("dental-2009/10.2", "charged=1", "agreed=1", "--on", "2011-01-01"), "not known on"),
        (("nomenclature-6/4bis-3",), "service is missing"),
        (("nomenclature-6/4bis-3", "servise={}"), "servise: not asked here"),
        (("nomenclature-6/4bis-3", "service={"), "expected JSON"),
        (("medical-2020/7",), "has no formula and no rule yet"),
        (
            ("dental-2009/8.4-5", "by=place", 'groups=[{"group":"A","third_party":1,"total":3}]'),
            "at least 2 items",
        ),
        (
            (
                "dental-2009/8.4-5",
                "by=place",
                'groups=[{"group":"A","third_party":4,"total":3},'
                '{"group":"B","third_party":1,"total":3}]',
            ),
            "A: more services in third-party payment than in all",
        ),
        (
            (
                "dental-2009/8.4-5",
                "by=place",
                'groups=[{"group":"A","third_party":1,"total":3},'
                '{"group":"A","third_party":1,"total":3}]',
            ),
            "each is given once",
        ),
        (("nowhere/1",), "is no provision"),
    ],
)
def test_what_is_typed_wrong_is_told(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize("provision", ["dental-2009/10.2", "nomenclature-6/4bis-3"])
def test_what_is_asked_is_described(provision: str) -> None:
    schema = json.loads(run(provision, "--describe").stdout)
    assert schema["type"] == "object"
    assert schema["required"]


def shares(*groups: tuple[str, int, int], **more: str) -> dict[str, Any]:
    rows = [{"group": one, "third_party": paid, "total": of} for one, paid, of in groups]
    words = [f"{name}={value}" for name, value in more.items()]
    given = ("by=insurer", f"groups={json.dumps(rows)}", *words)
    found: dict[str, Any] = answer("dental-2009/8.4-5", *given)["value"]
    return found


@pytest.mark.parametrize(
    ("groups", "test", "probability"),
    [
        # 30 of 100 and 45 of 100: (0.15 / sqrt(0.375 x 0.625 x 2 / 100)) squared is 4.8
        ((("A", 30, 100), ("B", 45, 100)), "chi-squared", "0.0284597"),
        # five expected in the smallest cell, and just fewer
        ((("A", 3, 10), ("B", 7, 10)), "chi-squared", "0.0736383"),
        ((("A", 3, 10), ("B", 6, 10)), "Fisher's exact", "0.36985"),
        # the lady tasting tea: (1 + 16 + 16 + 1) / 70
        ((("A", 3, 4), ("B", 1, 4)), "Fisher's exact", "0.485714"),
        ((("A", 4, 4), ("B", 4, 4)), "none: all shares are alike", "1"),
        ((("A", 0, 9), ("B", 0, 4), ("C", 0, 2)), "none: all shares are alike", "1"),
    ],
)
def test_the_significance_of_a_difference_of_shares(
    groups: tuple[tuple[str, int, int], ...], test: str, probability: str
) -> None:
    found = shares(*groups)
    assert (found["test"], found["probability"]) == (test, probability)
    assert shares(*reversed(groups))["probability"] == probability
    assert (found["level"], found["significant"]) == (None, None)


def test_tables_are_drawn_for_many_small_groups_always_the_same() -> None:
    groups = (("A", 1, 4), ("B", 3, 5), ("C", 2, 6))
    found = shares(*groups)
    assert found["test"] == "Fisher's exact, by 9999 drawn tables"
    # all tables with these sums, counted: those at most as likely as this one
    tables = [(a, b, 6 - a - b) for a in range(5) for b in range(6) if 0 <= 6 - a - b <= 6]
    weights = [comb(4, a) * comb(5, b) * comb(6, c) for a, b, c in tables]
    exact = sum(one for one in weights if one <= weights[tables.index((1, 3, 2))]) / comb(15, 6)
    assert float(found["probability"]) == pytest.approx(exact, abs=0.01)
    assert shares(*groups) == found


def test_shares_their_difference_and_a_level() -> None:
    groups = (("A", 1, 3), ("B", 2, 3), ("C", 1, 2))
    found = shares(*groups, level="0.05")
    assert [one["share"] for one in found["shares"]] == ["0.333333", "0.666667", "0.500000"]
    assert (found["difference"], found["between"]) == ("0.333333", ["A", "B"])
    assert (found["level"], found["significant"]) == ("0.05", False)
    wide = shares(("A", 10, 100), ("B", 90, 100), level="0.05")
    assert wide["significant"] is True


def test_a_mapping_is_printed_in_lines() -> None:
    rows = '[{"group":"A","third_party":1,"total":3},{"group":"B","third_party":2,"total":3}]'
    printed = run("dental-2009/8.4-5", "by=place", f"groups={rows}").stdout
    assert "  shares: group A, third_party 1, total 3, share 0.333333" in printed
    assert "  significant: not given" in printed
    assert "  open: No level of significance is given." in printed


def test_every_mechanism_fits_the_provisions_that_name_it() -> None:
    for provision in shipped().provisions.values():
        if provision.mechanism is not None:
            figures = {value.name for value in provision.values}
            assert set(MECHANISMS[provision.mechanism].figures) <= figures, provision.id
            assert describe(shipped(), provision.id)["type"] == "object"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["refused", "law ", "cites nomenclature-6/4bis-3"]),
        ("fr", ["refusée", "refuse : ", "législation ", "cite nomenclature-6/4bis-3"]),
        ("nl", ["geweigerd", "weigert: ", "wetgeving ", "vermeldt nomenclature-6/4bis-3"]),
        ("de", ["abgelehnt", "lehnt ab: ", "Rechtstexte ", "zitiert nomenclature-6/4bis-3"]),
    ],
)
def test_the_answer_is_told_in_the_language_asked(language: str, words: list[str]) -> None:
    service = {"code": "374371", "performed_at": "2026-11-20", "tooth": "36"}
    rows = [{**service, "performed_at": f"2026-0{month}-20"} for month in (1, 2)]
    given = (
        "nomenclature-6/4bis-3",
        *(f"service={json.dumps(service)}", f"history={json.dumps(rows)}"),
    )
    ran = run(*given, "--language", language)
    told = ran.stdout.replace("\xa0", " ").replace("\u202f", " ")
    assert [word for word in words if word not in told] == [], told
    as_data = [run(*given, *more, "--json").stdout for more in ((), ("--language", language))]
    assert as_data[0] == as_data[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere/1",), "n'est pas une disposition"),
        (("nomenclature-6/4bis-3",), "service manque"),
        (("dental-2009/10.2", "charged=abc", "agreed=1"), "charged : trouvé 'abc', attendu"),
        (("nomenclature-6/2ter-5", SERVICES), "value_of_l doit être donné"),
        (
            (
                "dental-2009/8.4-5",
                "by=place",
                'groups=[{"group":"A","third_party":4,"total":3},'
                '{"group":"B","third_party":1,"total":3}]',
            ),
            "A : plus de prestations en tiers payant",
        ),
        (
            ("nomenclature-6/4bis-3", 'service={"code": "374371", "tooth": "36", "count": 2}'),
            "attendu : 1, ",
        ),
    ],
)
def test_what_is_wrong_is_told_in_the_language_asked(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments, "--language", "fr")
    assert result.exit_code == 2
    assert said in result.stderr.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"colour": "red"}, "service.colour: not asked here"),
        ({"history": "none"}, "history: found no list of rows"),
        ({"history": [1]}, "history: found no list of rows"),
        ({"titles": {"title": "general-dentist"}}, "titles: found no list of rows"),
        ({"titles": [{"colour": "red"}]}, "titles.colour: not asked here"),
    ],
)
def test_what_nobody_asks_is_refused_and_not_passed_over(given: dict[str, Any], says: str) -> None:
    service = {"code": "374850", "performed_at": "2021-03-02", "tooth": "36"}
    beside = {name: rows for name, rows in given.items() if name != "colour"}
    service |= {name: fact for name, fact in given.items() if name == "colour"}
    asked = {"service": service, **beside}
    words = [f"{name}={json.dumps(value)}" for name, value in asked.items()]
    ran = conventio("compute", "nomenclature-6/3bis-2", *words)
    assert (ran.code, says in ran.stderr) == (2, True), ran.stderr
