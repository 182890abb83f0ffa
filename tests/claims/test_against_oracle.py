"""The engine answers as the oracle does, on random folders; rates show that it was really asked."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conventio
from conventio.law.nomenclature import row_of
from tests.arrow import arrow
from tests.law.cases import LAW
from tests.oracle.case import Code, Finding
from tests.oracle.counted import counts
from tests.oracle.decide import decide
from tests.oracle.folders import AS_OF, alone, folder_with_plus, folders, random_folder

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
AMOUNTS = ("fee_agreed", "fee_maximum", "reimbursement", "patient_share", "above_fee")
KNOWN = tuple(Code.__dataclass_fields__)


def by_engine(tables: Tables) -> tuple[list[Any], list[Any]]:
    answer = conventio.check(arrow(tables), law=LAW, as_of=AS_OF)
    decisions = [
        (row["service_id"], row["outcome"], *(row[name] for name in AMOUNTS))
        for row in answer.decisions.to_pylist()
    ]
    findings = [
        (*(row[name] for name in Finding.__dataclass_fields__),)
        for row in answer.findings.to_pylist()
    ]
    return decisions, findings


def with_all_codes(tables: Tables) -> Tables:
    """The folder with the law's nomenclature and its own, as the oracle takes it."""
    own = LAW.nomenclature.with_rows(tables.get("nomenclature", []))
    nomenclature = [{name: row_of(code)[name] for name in KNOWN} for code in own.values()]
    return {**tables, "nomenclature": nomenclature}


def by_oracle(tables: Tables) -> tuple[list[Any], list[Any]]:
    answer = decide(with_all_codes(tables), AS_OF)
    decisions = [
        (name, one.outcome, *(getattr(one, amount) for amount in AMOUNTS))
        for name, one in answer.decisions.items()
    ]
    findings = [
        tuple(getattr(one, name) for name in Finding.__dataclass_fields__)
        for one in answer.findings
    ]
    return decisions, findings


def assert_same(tables: Tables) -> None:
    engine, oracles = by_engine(tables), by_oracle(tables)
    if engine != oracles:
        for patient in sorted({row["patient_id"] for row in tables["services"]}):
            one = alone(tables, patient)
            assert by_engine(one) == by_oracle(one), f"patient {patient}"
    assert engine == oracles


@pytest.mark.parametrize("seed", range(12))
def test_a_large_random_folder_is_decided_as_by_the_oracle(seed: int) -> None:
    assert_same(random_folder(random.Random(seed), patients=250))


@pytest.mark.parametrize("seed", range(3))
def test_as_many_rules_are_asked_as_the_oracle_counts(seed: int) -> None:
    tables = random_folder(random.Random(seed), patients=20)
    rows = conventio.check(arrow(tables), law=LAW).decisions.to_pylist()
    assert {row["service_id"]: row["rules_asked"] for row in rows} == counts(with_all_codes(tables))


@pytest.mark.parametrize("seed", range(3))
def test_a_folder_with_plus_is_decided_as_by_the_oracle(seed: int) -> None:
    assert_same(folder_with_plus(random.Random(seed), patients=120))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(folders(patients=12))
def test_a_drawn_folder_is_decided_as_by_the_oracle(tables: Tables) -> None:
    assert_same(tables)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_deciding_in_parts_is_deciding_at_once(seed: int, cut: random.Random) -> None:
    """Each part with the earlier decisions as history; cut after any service of each patient."""
    tables = random_folder(random.Random(seed), patients=40)
    whole_decisions, whole_findings = by_engine(tables)
    order = {row[0]: place for place, row in enumerate(whole_decisions)}
    rows = list(tables["services"])
    patients = {row["service_id"]: row["patient_id"] for row in rows}
    cuts = {patient: cut.random() for patient in set(patients.values())}
    of_patient: dict[str, list[str]] = {}
    for name in order:
        of_patient.setdefault(patients[name], []).append(name)
    first = {
        name
        for patient, names in of_patient.items()
        for name in names[: int(len(names) * cuts[patient])]
    }
    new = [row for row in rows if row.get("decided") is None]
    history = [row for row in rows if row.get("decided") is not None]
    early = [row for row in new if row["service_id"] in first]
    decisions, findings = by_engine({**tables, "services": history + early})
    outcome = {row[0]: row[1] for row in decisions}
    decided = [{**row, "decided": outcome[row["service_id"]]} for row in early]
    late = [row for row in new if row["service_id"] not in first]
    if not early or not late:
        return
    columns = {name: None for row in rows for name in row}
    later_rows = [{**columns, **row} for row in history + decided + late]
    later_decisions, later_findings = by_engine({**tables, "services": later_rows})
    assert sorted(decisions + later_decisions) == sorted(whole_decisions)
    assert of_one_patient(findings + later_findings) == of_one_patient(whole_findings)


ACROSS = frozenset({"one-attestation", "ids-alike"})
"""The rules that see other patients: for those a cut is at one moment for all."""


def of_one_patient(findings: Sequence[Any]) -> set[Any]:
    return {finding for finding in findings if finding[1] not in ACROSS}


@pytest.mark.parametrize("seed", range(2))
def test_what_is_seen_across_patients_is_the_same_at_once_and_cut_at_a_moment(seed: int) -> None:
    tables = random_folder(random.Random(seed), patients=60)
    rows = [row for row in tables["services"] if row.get("decided") is None]
    past = [row for row in tables["services"] if row.get("decided") is not None]
    early = [row for row in rows if row["performed_at"] and row["performed_at"].year < 2010]
    late = [row for row in rows if row not in early]
    columns = {name: None for row in tables["services"] for name in row}
    decided = [{**columns, **row, "decided": "accepted"} for row in early]
    found = [
        finding
        for services in (past + early + late, past + early, past + decided + late)
        for finding in [by_engine({**tables, "services": [{**columns, **row} for row in services]})]
    ]
    whole, first, second = (set(findings) - of_one_patient(findings) for _, findings in found)
    assert len(whole) > 5
    assert first | second == whole


def test_the_order_of_rows_and_the_number_of_threads_do_not_matter() -> None:
    tables = random_folder(random.Random(7), patients=150)
    expected = by_engine(tables)
    shuffled = {
        name: random.Random(name).sample(list(rows), len(rows)) for name, rows in tables.items()
    }
    assert by_engine(shuffled) == expected
