"""Cases by provision: hand-written services with what must be said of each, run as one folder.

A case is an entry of `cases` in a YAML file of this folder:

```yaml
- case: extraction once, the second                # its name
  titles: [periodontist]                           # of practitioner A; or {A: [...], B: [...]}
  patient: {birth_date: 1950-05-01}                # without it the patient has no row in `patients`
  fees: [{code: 900014, fee: 20.00}]               # with it amounts and `fee-known` are compared
  codes: [371114-371125]                           # the case once for each code; `code: each` is it
  order: [b]                                       # in which order the services are decided
  services:
    - {id: a, on: 2021-03-02, code: 374850, tooth: 36, decided: accepted}      # history
    - {id: b, on: 2021-03-03, code: 374850, tooth: 36, outcome: refused,
       says: [extraction-once refuse nomenclature-6/3bis-2 <- a]}
```

At the head of a file, for the cases of all files: `nomenclature`, rows of the folder's own;
`bridge_days`; and `besides`, what is said of every service of some codes whatever its case is about
(from a day on, where it gives one; `undated` also of those without a day, as `unchecked`).

A service has the columns of `services` (`on` for performed_at, or `day` for a date without a time;
`session`, `goes_with`, `prescription` and `by` for the ids; `of` for another patient than the
case's own), those of `usual` at the head of the file unless it gives its own. Facts that no case is
about are in order (`IN_ORDER`). So are the authorisations and the offer of every practitioner,
unless the case says otherwise: `authorisations: {A: [xray-control, {kind: xray-acceptance, from:
2021-01-01}]}`, `offers: {A: true, B: unlisted}` (whether the public offer covers the duty hours;
one that is unlisted has no row). `prescriptions: {p: {signed: false}}` has a prescription with
everything that it asks but what it gives otherwise.

A service is accepted and nothing is said of it unless `outcome` and `says` tell
otherwise. A line of `says` is rule, severity and provision, after `<-` the evidence, after `~` a
word that the message must hold. `amounts` are the columns of `decisions`; those not named must be
null.

A known code of an article without rules (`COVERED`) is `unchecked` and `not-covered` besides,
whatever its case is about; `says` need not tell. `professions: {A: 5}` gives the first digit of
numbers. With `seen: true` what is seen in the rows themselves, as a service that is there twice, is
compared too (`SEEN`). A service stands on an attestation of its patient and practitioner, or on the
`attestation` that it names.

Every case has a patient and practitioners of its own, so that all cases fit into one folder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from conventio.folder.engine import Engine
from conventio.folder.read import read_tables
from conventio.law import read
from conventio.law.read import SHIPPED
from conventio.law.rules import AnyRule, Codes
from tests.arrow import arrow

Row = Mapping[str, Any]

HERE = Path(__file__).parent
LAW = read(SHIPPED, HERE / "given")
"""The law by which cases are decided: the shipped one, with what it leaves to input made up."""
AS_OF = date(2090, 6, 1)
"""The day on which the cases are checked."""
NULL_UNTIL_ANSWERED = ("supplement_allowed", "overcharge", "compensation", "convention_status")
AMOUNTS = ("fee_agreed", "fee_maximum", "reimbursement", "patient_share", "above_fee")
HISTORY = ("not decided again",)
EXPECTED = ("outcome", "says", "amounts")
RENAMED = {
    "on": "performed_at",
    "day": "performed_at",
    "session": "session_id",
    "goes_with": "related_service_id",
    "prescription": "prescription_id",
}
IN_ORDER: Row = {
    "urgent": True,
    "digital_data_kept": True,
    "examined": True,
    "earlier_images": "none",
    "justification": "swelling of the lower jaw",
    "pregnant": False,
    "medical_case": True,
    "local_anaesthesia": True,
    "existing_denture": True,
    "report": True,
}
SEEN = frozenset({"same-service-twice", "one-attestation", "ids-alike"})
"""What is said of rows whatever the care; most cases have rows that are alike but for their ids."""
COVERED = ("5", "34")
"""The articles for which the law of the cases holds rules."""
AUTHORISATIONS = (
    *("xray-authorisation", "xray-acceptance", "xray-control"),
    *("xray-establishment", "xray-establishment-control"),
)
PRESCRIPTION: Row = {
    "patient_name": "Peeters",
    "patient_first_names": "Ann",
    "patient_birth_date": date(1990, 5, 1),
    "patient_sex": "female",
    "clinical_information": "pain at the left",
    "diagnostic_question": "cyst?",
    "further_information": "none",
    "proposed_examinations": "panoramic",
    "earlier_examinations": "none",
    "prescriber": "39990130001",
    "prescriber_name": "One",
    "prescriber_first_name": "Dentist",
    "prescriber_address": "Main Street 1",
    "prescribed_on": date(2021, 3, 1),
    "signed": True,
    "in_treatment": True,
    "model_form": True,
}
ENTRY = {
    *("case", "titles", "offers", "authorisations", "prescriptions", "patient", "order", "fees"),
    *("rates", "letters", "fee_letters", "codes", "professions", "seen", "services"),
}


class _Loader(yaml.SafeLoader):
    """YAML in which `on` is a word and 12.50 an exact amount."""


_Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _exact(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:float", _exact)


@dataclass(frozen=True)
class Case:
    """One case: the rows that it adds to the folder, and what must be said of its services."""

    name: str
    tables: Mapping[str, Sequence[Row]]
    expected: Mapping[str, tuple[str, ...]]
    """What must be told of each service; under `order` the order of decision, where asked for."""
    priced: bool
    seen: bool
    """Whether it is about what is seen in the rows themselves (`SEEN`)."""

    def __str__(self) -> str:
        return self.name


@cache
def cases() -> tuple[Case, ...]:
    """The cases of all files."""
    numbers = count(1)
    return tuple(
        _case(file, next(numbers), entry, document.get("usual", {}))
        for file, document in _documents()
        for entry in _repeated(document["cases"])
    )


@cache
def _documents() -> tuple[tuple[str, dict[str, Any]], ...]:
    paths = sorted(HERE.glob("*.yaml"))
    return tuple(
        (path.stem, yaml.load(path.read_text(encoding="utf-8"), _Loader)) for path in paths
    )


def folder() -> dict[str, list[Row]]:
    """The tables of all cases, together."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for _, document in _documents():
        tables["nomenclature"] += [_coded(row) for row in document.get("nomenclature", ())]
        tables["bridge_days"] += [{"date": day} for day in document.get("bridge_days", ())]
    for case in cases():
        for name, rows in case.tables.items():
            tables[name] += rows
    return dict(tables)


def concerned_codes(rule: AnyRule) -> frozenset[str]:
    """The codes that a rule speaks of, those of the folder's own among them."""
    nomenclature = LAW.nomenclature.with_rows(folder()["nomenclature"])
    choices: list[Codes] = [rule.services]
    if rule.kind == "not-together":
        choices.append(rule.others)
    return frozenset[str]().union(*map(nomenclature.meant_by, choices))


def read_into(engine: Engine) -> dict[str, frozenset[str]]:
    """Read the folder of all cases; answers the columns that it has, by table.

    The reader takes no count but 1 of a row that names a tooth. The limits do count (the contract:
    rows of one, two and one), so the counts are put in after it.
    """
    tables = folder()
    counts = [
        {"service_id": row["service_id"], "count": row["count"]} for row in tables["services"]
    ]
    tables["services"] = [{**row, "count": 1} for row in tables["services"]]
    present = read_tables(engine, arrow(tables)).present
    engine.load("counts", pa.Table.from_pylist(counts))
    replaced = "SELECT services.* REPLACE (counts.count AS count)"
    engine.create("services", f"{replaced} FROM services JOIN counts USING (service_id)")
    return present


def told(
    decisions: Sequence[Row], findings: Sequence[Row]
) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """By case, what was said of each of its services, in the words of the cases."""
    of_service: dict[str, list[Row]] = defaultdict(list)
    for finding in findings:
        of_service[finding["service_id"]].append(finding)
    decided = {row["service_id"]: row for row in decisions}
    order: dict[str, list[str]] = defaultdict(list)
    for row in decisions:
        order[row["service_id"].rpartition(", ")[0]].append(row["service_id"])
    return {
        case.name: {
            service: tuple(order[case.name])
            if service == "order"
            else _told(case, decided.get(service), of_service[service], expected)
            for service, expected in case.expected.items()
        }
        for case in cases()
    }


def _repeated(entries: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The entries, one with `codes` once for each code."""
    for entry in entries:
        for code in [code for pair in entry.get("codes", ()) for code in pair.split("-")]:
            services = [
                {**service, "code": code if service["code"] == "each" else service["code"]}
                for service in entry["services"]
            ]
            yield {**entry, "case": f"{entry['case']} ({code})", "services": services}
        if "codes" not in entry:
            yield entry


def _case(file: str, number: int, entry: Mapping[str, Any], usual: Row) -> Case:
    unknown = set(entry) - ENTRY
    assert not unknown, f"{file}, {entry['case']}: {sorted(unknown)}"
    name = f"{file}: {entry['case']}"
    given = entry.get("titles", {})
    titles = {"A": ["general-dentist"], **(given if isinstance(given, dict) else {"A": given})}
    professions = entry.get("professions", {})
    numbers = {
        letter: _nihdi(professions.get(letter, DENTIST), number * 10 + place)
        for place, letter in enumerate(sorted(titles))
    }
    services = [_with_usual(usual, service) for service in entry["services"]]
    tables: dict[str, list[Row]] = {
        "services": [_service(name, numbers, service) for service in services],
        "titles": [
            _dated(numbers[letter], "title", title)
            for letter in numbers
            for title in titles[letter]
        ],
        "practitioners": [
            {"practitioner": numbers[letter], "public_offer_covers_duty_hours": offer}
            for letter in numbers
            for offer in [entry.get("offers", {}).get(letter, False)]
            if offer != "unlisted"
        ],
        "authorisations": [
            _dated(numbers[letter], "kind", own)
            for letter in numbers
            for own in _authorisations(entry, letter)
        ],
        "prescriptions": [
            {**PRESCRIPTION, **given, "prescription_id": _own(name, own)}
            for own, given in entry.get("prescriptions", {}).items()
        ],
        "patients": [{"patient_id": name, **one} for one in _patients(entry)],
        "fees": [_coded(row) for row in entry.get("fees") or ()],
        "supplement_rates": [_coded(row) for row in entry.get("rates", ())],
        "letters": list(entry.get("letters", ())),
        "fee_letters": [_coded(row) for row in entry.get("fee_letters", ())],
    }
    expected = {_own(name, service["id"]): _expected(service) for service in services}
    if "order" in entry:
        expected["order"] = tuple(_own(name, service) for service in entry["order"])
    return Case(name, tables, expected, priced="fees" in entry, seen="seen" in entry)


def _patients(entry: Mapping[str, Any]) -> list[Row]:
    """That of the case; the one whom prescriptions are for where it has some."""
    if "patient" in entry:
        return [entry["patient"]]
    birth_date = PRESCRIPTION["patient_birth_date"]
    return [{"birth_date": birth_date}] if "prescriptions" in entry else []


def _authorisations(entry: Mapping[str, Any], letter: str) -> Sequence[Any]:
    """Those of the case; of the establishment none is wanting where the case names none at all."""
    own: Sequence[Any] | None = entry.get("authorisations", {}).get(letter)
    if own is None:
        return AUTHORISATIONS
    named = "establishment" in str(entry["authorisations"])
    return own if named else [*own, *AUTHORISATIONS[3:]]


def _own(case: str, service: str) -> str:
    return f"{case}, {service}"


DENTIST = 3
"""The first digit of a dentist's number."""


def _nihdi(profession: int, serial: int) -> str:
    """A well-formed number of an invented practitioner."""
    stem = profession * 100000 + serial
    return f"{stem}{97 - stem % 97:02d}001"


def _with_usual(usual: Row, service: Row) -> Row:
    given = {**IN_ORDER, **usual, **service}
    return {name: value for name, value in given.items() if name != "on" or "day" not in service}


def _dated(practitioner: str, column: str, what: str | Mapping[str, Any]) -> Row:
    """A title or an authorisation of a practitioner, always valid or on the days it gives."""
    own = {column: what} if isinstance(what, str) else what
    return {
        "practitioner": practitioner,
        column: own[column],
        "valid_from": own.get("from"),
        "valid_to": own.get("to"),
    }


def _coded(row: Row) -> Row:
    return {
        name: str(value) if name in ("code", "pair_code", "article") else value
        for name, value in row.items()
    }


def _service(case: str, practitioners: Mapping[str, str], service: Row) -> Row:
    row = {
        RENAMED.get(name, name): value
        for name, value in service.items()
        if name not in ("id", "by", "of", "patient", "attestation", *EXPECTED)
    }
    on, related = row["performed_at"], row.get("related_service_id")
    prescription = row.get("prescription_id")
    if isinstance(on, date) and not isinstance(on, datetime) and "day" not in service:
        on = datetime.combine(on, time.min)
    return {
        **row,
        "service_id": _own(case, service["id"]),
        "attestation_id": _attestation(case, service),
        "patient_id": _patient(case, service),
        "practitioner": practitioners[service.get("by", "A")],
        "performed_at": on,
        "code": str(row["code"]),
        "count": row.get("count"),
        "tooth": str(row["tooth"]) if row.get("tooth") else None,
        "related_service_id": _own(case, related) if related else None,
        "prescription_id": _own(case, prescription) if prescription else None,
    }


def _patient(case: str, service: Row) -> str:
    """That of the case, or another of it; with `patient: capitals` the first in capitals."""
    name = f"{case} of {service['of']}" if "of" in service else case
    return name.upper() if service.get("patient") == "capitals" else name


def _attestation(case: str, service: Row) -> str:
    """The one that it names, or else one for each patient and practitioner of the case."""
    if "attestation" in service:
        return f"{case}, {service['attestation']}"
    return f"{_patient(case, service)} by {service.get('by', 'A')}"


def _expected(service: Row) -> tuple[str, ...]:
    if service.get("decided") is not None:
        return HISTORY
    amounts = service.get("amounts", {})
    wrong = set(amounts) - set(AMOUNTS)
    assert not wrong, f"{service['id']}: {sorted(wrong)}"
    uncovered = ["not-covered unchecked all/gap"] if str(service["code"]) in _uncovered() else []
    usual = "unchecked" if uncovered else "accepted"
    told = any(one.startswith("not-covered ") for one in service.get("says", ()))
    says = [*service.get("says", ()), *_besides(service), *([] if told else uncovered)]
    return (
        service.get("outcome", usual),
        *sorted(says),
        *(f"{name}: {amounts[name]:.2f}" for name in AMOUNTS if name in amounts),
    )


@cache
def _uncovered() -> frozenset[str]:
    """The codes of the cases' nomenclature of which nothing but code, date and amounts is asked."""
    own = [_coded(row) for _, one in _documents() for row in one.get("nomenclature", ())]
    known = LAW.nomenclature.with_rows(own)
    return frozenset(code for code, one in known.items() if one.article not in COVERED)


def _besides(service: Row) -> Iterator[str]:
    """What is said of the service for its code and day, whatever its case is about."""
    on = service.get("day", service.get("on"))
    for code, first, undated, says in _said_besides():
        if code != str(service["code"]):
            continue
        if on is None and first is not None:
            yield from [says.replace(" warn ", " unchecked ")] if undated else []
        elif first is None or (on.date() if isinstance(on, datetime) else on) >= first:
            yield says


@cache
def _said_besides() -> tuple[tuple[str, date | None, bool, str], ...]:
    return tuple(
        (code, entry.get("from"), entry.get("undated", False), entry["says"])
        for _, document in _documents()
        for entry in document.get("besides", ())
        for pair in entry["codes"]
        for code in pair.split("-")
    )


def _told(
    case: Case, decision: Row | None, findings: Sequence[Row], expected: Sequence[str]
) -> tuple[str, ...]:
    if decision is None and not findings:
        return HISTORY
    words = list(expected)
    says = [
        _line(case, finding, words)
        for finding in findings
        if (case.priced or finding["rule"] != "fee-known")
        and (case.seen or finding["rule"] not in SEEN)
    ]
    if decision is None:
        return ("no decision", *sorted(says))
    amounts = [*(AMOUNTS if case.priced else ()), *NULL_UNTIL_ANSWERED]
    given = [f"{name}: {decision[name]}" for name in amounts if decision[name] is not None]
    return (decision["outcome"], *sorted(says), *given)


def _line(case: Case, finding: Row, expected: list[str]) -> str:
    """A finding as the expectation has it; where its message lacks the word, with the message."""
    line = " ".join(finding[name] for name in ("rule", "severity", "provision"))
    if finding["evidence_service_id"] is not None:
        line += f" <- {finding['evidence_service_id'].removeprefix(_own(case.name, ''))}"
    for one in expected:
        says, _, word = one.partition(" ~ ")
        if says == line and word in finding["message"]:
            expected.remove(one)
            return one
    hoped = any(one.startswith(f"{line} ~ ") for one in expected)
    return f"{line} ~ {finding['message']}" if hoped else line
