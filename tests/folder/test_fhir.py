"""FHIR messages read as the tables of a folder: synthetic ones, and the public examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conventio.claims.decide import decide
from conventio.folder.engine import DuckDB
from conventio.folder.fhir import parse, read_message
from conventio.folder.fhir.claims import teeth
from conventio.folder.problems import Unusable
from conventio.folder.tables import TEETH
from conventio.law import shipped

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "tests" / "messages"
EXAMPLES = ROOT.parent / "shared" / "examples" / "fhir-be"
PATIENT = "membership:999:0000000000017"

Content = dict[str, Any]


@pytest.fixture
def engine() -> Iterator[DuckDB]:
    with DuckDB() as engine:
        yield engine


def content(name: str = "extraction.json") -> Content:
    loaded: Content = json.loads((MESSAGES / name).read_text(encoding="utf-8"))
    return loaded


def resource(message: Content, type_: str) -> Content:
    found: Content = next(
        entry["resource"]
        for entry in message["entry"]
        if entry["resource"]["resourceType"] == type_
    )
    return found


def written(folder: Path, message: Content, name: str = "message.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(message), encoding="utf-8")
    return path


def refused(path: Path, tables: Path | None = None) -> list[str]:
    with DuckDB() as engine:
        with pytest.raises(Unusable) as caught:
            read_message(engine, path, tables=tables)
        assert caught.value.total == len(caught.value.first)
        return [problem.message() for problem in caught.value.first]


def refused_after(change: Callable[[Content], object], folder: Path) -> list[str]:
    message = content()
    change(message)
    return refused(written(folder, message))


def edited(folder: Path, old: str, new: str) -> Path:
    text = (MESSAGES / "extraction.xml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / "message.xml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def outcomes(engine: DuckDB, path: Path, tables: Path | None = None) -> dict[str, str]:
    folder = read_message(engine, path, tables=tables)
    decide(engine, shipped().known(None), folder.present)
    return {
        row["service_id"]: row["outcome"]
        for row in engine.rows("SELECT service_id, outcome FROM decisions ORDER BY service_id")
    }


def findings(engine: DuckDB) -> list[tuple[str, str, str | None]]:
    rows = engine.rows("SELECT service_id, rule, evidence_service_id FROM findings ORDER BY ALL")
    return [(row["service_id"], row["rule"], row["evidence_service_id"]) for row in rows]


@pytest.mark.parametrize("name", ["extraction.xml", "extraction.json"])
def test_an_eattest_becomes_services(engine: DuckDB, name: str) -> None:
    folder = read_message(engine, MESSAGES / name)
    columns = ", ".join(folder.present["services"])
    first, second = engine.rows(f"SELECT {columns} FROM services ORDER BY line")
    assert first == {
        "service_id": "attestation-1/1",
        "attestation_id": "attestation-1",
        "patient_id": PATIENT,
        "practitioner": "39999137001",
        "performed_at": datetime(2021, 3, 8),  # noqa: DTZ001
        "code": "374850",
        "line": 1,
        "count": 1,
        "tooth": "36",
        "fee": Decimal("40.10"),
        "supplement": Decimal("7.50"),
    }
    changed = {name: second[name] for name in second if second[name] != first[name]}
    assert changed == {
        "service_id": "attestation-1/2",
        "practitioner": "39999236001",
        "performed_at": datetime(2021, 3, 9, 0, 30),  # noqa: DTZ001
        "code": "374393",
        "line": 2,
        "tooth": "14",
        "fee": Decimal("41.00"),
        "supplement": Decimal("0.00"),
    }


@pytest.mark.parametrize("name", ["extraction.xml", "extraction.json"])
def test_a_message_tells_of_persons_no_more_than_is_needed(engine: DuckDB, name: str) -> None:
    folder = read_message(engine, MESSAGES / name)
    patients = engine.rows("SELECT patient_id, birth_date, sex FROM patients")
    assert patients == [{"patient_id": PATIENT, "birth_date": date(1980, 2, 29), "sex": "female"}]
    practitioners = engine.rows("SELECT practitioner, profession, name FROM practitioners")
    assert practitioners == [
        {"practitioner": "39999137001", "profession": "dentist", "name": None},
        {"practitioner": "39999236001", "profession": None, "name": None},
    ]
    assert folder.present["practitioners"] == {"practitioner", "profession"}
    assert [(one.table, one.file, one.rows) for one in folder.inputs] == [
        ("services", name, 2),
        ("patients", name, 1),
        ("practitioners", name, 2),
    ]
    assert all(one.sha256 is not None for one in folder.inputs)


def test_an_etariff_of_general_practice_is_read(engine: DuckDB) -> None:
    folder = read_message(engine, MESSAGES / "consultation.json")
    service = engine.rows(
        "SELECT patient_id, practitioner, code, tooth, count, fee, supplement FROM services"
    )
    assert service == [
        {
            "patient_id": "ssin:00000000097",
            "practitioner": "19999321001",
            "code": "101032",
            "tooth": None,
            "count": None,
            "fee": None,
            "supplement": None,
        }
    ]
    assert folder.present["patients"] == {"patient_id"}, "nobody's day of birth is given"
    assert engine.rows("SELECT profession FROM practitioners") == [{"profession": "doctor"}]


def test_the_table_of_teeth_has_every_tooth_once() -> None:
    assert sorted(teeth().values()) == sorted(TEETH)


def test_a_service_without_a_date_is_a_missing_fact(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    del resource(message, "Claim")["item"][0]["servicedDate"]
    assert outcomes(engine, written(tmp_path, message))["attestation-1/1"] == "unchecked"


def test_a_partial_day_of_birth_is_a_missing_fact(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    resource(message, "Patient")["birthDate"] = "1980"
    read_message(engine, written(tmp_path, message))
    assert engine.rows("SELECT birth_date FROM patients") == [{"birth_date": None}]


def test_the_systems_of_patient_numbers_do_not_collide(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    listed = resource(message, "Patient")["identifier"]
    listed.append({"system": listed[0]["system"].replace("insurancymembership", "ssin")})
    listed[1]["value"] = "00000000097"
    read_message(engine, written(tmp_path, message))
    assert engine.rows("SELECT DISTINCT patient_id FROM services") == [
        {"patient_id": "ssin:00000000097"}
    ]


def test_a_supplement_that_nobody_states_stays_unknown(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    del resource(message, "Claim")["extension"]
    read_message(engine, written(tmp_path, message))
    amounts = engine.rows("SELECT supplement FROM services ORDER BY line")
    assert [row["supplement"] for row in amounts] == [Decimal("7.50"), None]


def test_a_body_site_outside_dentistry_is_no_tooth(engine: DuckDB, tmp_path: Path) -> None:
    message = content("consultation.json")
    resource(message, "Claim")["item"][0]["bodySite"] = {
        "coding": [{"system": "http://snomed.info/sct", "code": "72696002"}]
    }
    read_message(engine, written(tmp_path, message))
    assert engine.rows("SELECT tooth FROM services") == [{"tooth": None}]


def test_reading_is_the_same_twice(tmp_path: Path) -> None:
    tables = []
    for name in ("extraction.xml", "extraction.json"):
        with DuckDB() as engine:
            read_message(engine, MESSAGES / name)
            tables.append(engine.arrow("SELECT * FROM services ORDER BY row"))
    assert tables[0].equals(tables[1])


def claim(change: Callable[[Content], object]) -> Callable[[Content], object]:
    return lambda message: change(resource(message, "Claim"))


def item(change: Callable[[Content], object]) -> Callable[[Content], object]:
    return lambda message: change(resource(message, "Claim")["item"][0])


NIHDI = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/nihdi"
NOMENCLATURE = (
    "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/be-ns-nihdi-nomenclature"
)
MASKED = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "masked",
        }
    ]
}
TOOTH = "a tooth as a SNOMED CT body structure, one of the 52 positions of ISO 3950"
EUROS = "an amount in EUR, not negative, with at most two decimals, such as 12.50"

BAD = {
    "unknown tooth": (
        item(lambda one: one["bodySite"]["coding"][0].update(code="123")),
        f'Claim.item[0].bodySite: found "123", expected {TOOTH}',
    ),
    "tooth of another system": (
        item(lambda one: one["bodySite"]["coding"][0].update(system="http://example.org")),
        f'Claim.item[0].bodySite: found "http://example.org|866006002", expected {TOOTH}',
    ),
    "other currency": (
        item(lambda one: one["net"].update(currency="USD")),
        f'Claim.item[0].net.currency: found "40.1 USD", expected {EUROS}',
    ),
    "no currency": (
        item(lambda one: one["net"].pop("currency")),
        f'Claim.item[0].net.currency: found "40.1 without a currency", expected {EUROS}',
    ),
    "no code": (
        item(lambda one: one.update(productOrService={"text": "extraction"})),
        "Claim.item[0].productOrService: found nothing, expected one code of the NIHDI "
        f"nomenclature, under the system {NOMENCLATURE}",
    ),
    "code of another system": (
        item(lambda one: one["productOrService"]["coding"][0].update(system="urn:other")),
        'Claim.item[0].productOrService: found "urn:other|374850", expected one code of the '
        f"NIHDI nomenclature, under the system {NOMENCLATURE}",
    ),
    "wrong check digit": (
        item(lambda one: one["productOrService"]["coding"][0].update(code="374851")),
        'Claim.item[0].productOrService: found "374851", expected six digits',
    ),
    "a month alone": (
        item(lambda one: one.update(servicedDate="2021-03")),
        'Claim.item[0].servicedDate: found "2021-03", expected a date',
    ),
    "a date not of FHIR": (
        item(lambda one: one.update(servicedDate="08/03/2021")),
        'Claim.item[0].servicedDate: found "08/03/2021", expected a date such as 2020-12-31',
    ),
    "a date and a period": (
        item(lambda one: one.update(servicedPeriod={"start": "2021-03-08"})),
        "Claim.item[0]: found servicedDate and servicedPeriod, expected one of servicedDate, "
        "servicedPeriod",
    ),
    "an element that FHIR lacks": (
        item(lambda one: one.update(dateServiced="2021-03-08")),
        "Claim.item[0].dateServiced: found an element that FHIR R4 does not have there, expected "
        "only elements that it has",
    ),
    "half a service": (
        item(lambda one: one["quantity"].update(value=0.5)),
        'Claim.item[0].quantity.value: found "0.5", expected a whole number from 1 to 999999',
    ),
    "nothing": (
        item(lambda one: one.update(net=None)),
        "Claim.item[0].net: found nothing, expected a value, or elements within it",
    ),
    "a list for one": (
        item(lambda one: one.update(net=[one["net"]])),
        "Claim.item[0].net: found several, expected elements within it, as FHIR's type Money has "
        "them",
    ),
    "one for a list": (
        lambda message: message.update(entry=[*message["entry"], 7]),
        'Bundle.entry[4]: found "7", expected elements within it, as FHIR\'s type BundleEntry has '
        "them",
    ),
    "a sequence that is masked": (
        item(lambda one: one.update(_sequence=MASKED) or one.pop("sequence")),
        "Claim.item[0].sequence: found nothing, expected a whole number from 1",
    ),
    "a status that is masked": (
        claim(lambda one: one.update(_status=MASKED) or one.pop("status")),
        "Claim.status: found nothing, expected active, as another Claim asks for no decision",
    ),
    "details": (
        item(
            lambda one: one.update(
                detail=[{"sequence": 1, "productOrService": one["productOrService"]}]
            )
        ),
        "Claim.item[0].detail: found several, expected items without details, each service being "
        "an item of its own",
    ),
    "unknown member of the team": (
        item(lambda one: one.update(careTeamSequence=[7])),
        'Claim.item[0].careTeamSequence[0]: found "7", expected the sequence of a member of the '
        "careTeam",
    ),
    "same sequence": (
        item(lambda one: one.update(sequence=2)),
        'Claim.item[0].sequence: found "attestation-1/2", expected a value that no other has',
    ),
    "wrong NIHDI number": (
        claim(lambda one: one["careTeam"][0]["provider"]["identifier"].update(value="39999100001")),
        'Claim.careTeam[0].provider.identifier.value: found "39999100001", expected eleven digits',
    ),
    "no NIHDI number": (
        claim(lambda one: one["careTeam"][0].update(provider={"display": "somebody"})),
        "Claim.careTeam[0].provider: found nothing, expected a NIHDI number, under the system "
        f"{NIHDI}",
    ),
    "provider that leads nowhere": (
        claim(lambda one: one["provider"].update(reference="urn:uuid:nobody")),
        'Claim.provider.reference: found "urn:uuid:nobody", expected the fullUrl of an entry, or '
        "its type and id",
    ),
    "patient that leads nowhere": (
        claim(lambda one: one["patient"].update(reference="Patient/nobody")),
        'Claim.patient.reference: found "Patient/nobody", expected the fullUrl of an entry, or '
        "its type and id",
    ),
    "patient that is none": (
        claim(lambda one: one["patient"].update(reference=one["provider"]["reference"])),
        'Claim.patient.reference: found "urn:uuid:00000000-0000-4000-8000-000000000002", '
        "expected a Patient with an identifier",
    ),
    "cancelled": (
        claim(lambda one: one.update(status="cancelled")),
        'Claim.status: found "cancelled", expected active, as another Claim asks for no decision',
    ),
    "no items": (
        claim(lambda one: one.pop("item")),
        "Claim.item: found nothing, expected at least one item",
    ),
    "no priority": (
        claim(lambda one: one.pop("priority")),
        "Claim.priority: found nothing, expected this element, which FHIR R4 requires",
    ),
    "patient without identifier": (
        lambda message: resource(message, "Patient").pop("identifier"),
        "Patient.identifier: found nothing, expected an SSIN, or a membership number with the "
        "insurer's number as its assigner",
    ),
    "member of an unnamed insurer": (
        lambda message: resource(message, "Patient")["identifier"][0].pop("assigner"),
        "Patient.identifier: found nothing, expected an SSIN, or a membership number with the "
        "insurer's number as its assigner",
    ),
    "no claim": (
        lambda message: resource(message, "MessageHeader")["focus"][0].update(
            reference="urn:uuid:00000000-0000-4000-8000-000000000003"
        ),
        "MessageHeader.focus[0].reference: found a resource Patient in focus, expected a Claim, "
        "by the fullUrl of its entry",
    ),
    "nothing in focus": (
        lambda message: resource(message, "MessageHeader").pop("focus"),
        "MessageHeader.focus: found nothing, expected a Claim in focus, by the fullUrl of its "
        "entry",
    ),
    "another event": (
        lambda message: resource(message, "MessageHeader")["eventCoding"].update(
            code="eattest-cancel"
        ),
        "MessageHeader.eventCoding: found a message of the event eattest-cancel, expected a "
        "message of the event eattest-create or etariff-consult",
    ),
    "no header": (
        lambda message: message["entry"].pop(0),
        "found a Bundle without a MessageHeader, expected a MessageHeader as its first entry",
    ),
    "another type of bundle": (
        lambda message: message.update(type="collection"),
        "Bundle.type: found a Bundle of the type collection, expected a Bundle of the type message",
    ),
    "no resource of FHIR": (
        lambda message: message["entry"].append({"resource": {"resourceType": "Invoce"}}),
        'Invoce: found "Invoce", which is no resource of FHIR R4, expected a resource of FHIR R4',
    ),
    "two entries of one address": (
        lambda message: message["entry"][2].update(fullUrl=message["entry"][1]["fullUrl"]),
        'Bundle.entry[2].fullUrl: found "urn:uuid:00000000-0000-4000-8000-000000000002", '
        "expected a value that no other has",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_message_says_where_it_is_bad(tmp_path: Path, case: str) -> None:
    change, expected = BAD[case]
    told = [line.removeprefix("message.json") for line in refused_after(change, tmp_path)]
    assert any(line.lstrip(",: ").startswith(expected) for line in told), told


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    message = content()
    first, second = resource(message, "Claim")["item"]
    first["servicedDate"] = "08/03/2021"
    first["bodySite"]["coding"][0]["code"] = "123"
    second["productOrService"]["coding"] = [{"code": 374393}]
    second["net"]["currency"] = "USD"
    del resource(message, "Patient")["identifier"]
    told = refused(written(tmp_path, message))
    assert [line.split(": found")[0].removeprefix("message.json, ") for line in told] == [
        "Claim.item[1].productOrService.coding[0].code",
        "Claim.item[0].servicedDate",
        "Patient.identifier",
        "Claim.item[0].bodySite",
        "Claim.item[1].net.currency",
    ]


def test_of_xml_the_line_is_told_too(tmp_path: Path) -> None:
    path = edited(tmp_path, '<code value="866006002"/>', '<code value="1"/>')
    line = path.read_text(encoding="utf-8").splitlines().index("          <bodySite>") + 1
    assert refused(path) == [
        f'message.xml, line {line}, Claim.item[0].bodySite: found "1", expected {TOOTH}'
    ]


XML = {
    "not closed": ("</Bundle>", "", "line 201: found XML that is broken here ("),
    "another namespace": (
        'xmlns="http://hl7.org/fhir"',
        'xmlns="http://example.org"',
        "line 3: found a root element Bundle outside the namespace of FHIR, expected "
        "http://hl7.org/fhir",
    ),
    "a date twice": (
        '<servicedDate value="2021-03-08"/>',
        '<servicedDate value="2021-03-08"/><servicedDate value="2021-03-09"/>',
        "Claim.item[0].servicedDate: found several, expected a value of the type date as FHIR "
        "writes it",
    ),
    "text for a value": (
        '<status value="active"/>',
        "<status>active</status>",
        "Claim.status: found nothing, expected a value, or elements within it",
    ),
    "a foreign element": (
        '<gender value="female"/>',
        '<sex xmlns="http://example.org" value="female"/>',
        "Patient.{http://example.org}sex: found an element that FHIR R4 does not have there, "
        "expected only elements that it has",
    ),
}


@pytest.mark.parametrize("case", XML)
def test_xml_that_is_no_fhir_is_refused(tmp_path: Path, case: str) -> None:
    old, new, expected = XML[case]
    (told,) = refused(edited(tmp_path, old, new))
    assert expected in told


def test_a_document_type_is_refused_and_nothing_of_it_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("active", encoding="utf-8")
    doctype = f'<!DOCTYPE Bundle [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>\n<Bundle xmlns'
    path = edited(tmp_path, "<Bundle xmlns", doctype)
    assert refused(path) == [
        "message.xml: found an XML document type (DOCTYPE), expected XML without one, as messages "
        "of FHIR have none"
    ]


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    grows = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE Bundle [<!ENTITY e0 "active">{grows}]>\n<Bundle xmlns'
    path = edited(tmp_path, "<Bundle xmlns", doctype)
    text = path.read_text(encoding="utf-8").replace('"active"/>', '"&e9;"/>')
    path.write_text(text, encoding="utf-8")
    (told,) = refused(path)
    assert told.startswith("message.xml")


FILES = {
    "empty": (b"", "message: found an empty file, expected a FHIR R4 message as XML or JSON"),
    "neither": (b"Dear colleague", "found a file that begins neither as XML nor as JSON does"),
    "broken JSON": (b'{"resourceType":\n "Bundle",}', "line 2: found JSON that is broken here ("),
    "JSON of something else": (b'{"a": 1}', "found JSON without a resourceType"),
    "a name twice": (
        b'{"resourceType": "Bundle", "id": "a", "id": "b"}',
        "found the name id twice",
    ),
    "no number": (
        b'{"resourceType": "Bundle", "id": NaN}',
        "found NaN, which is no number of JSON",
    ),
    "latin-1": (
        '{"resourceType": "é"}'.encode("latin-1"),
        "line 1: found bytes that are not UTF-8",
    ),
    "deep": (b'{"a":' * 100_000, "found elements nested too deeply"),
    "a claim alone": (
        b'{"resourceType": "Claim"}',
        "message: found a resource Claim, expected a Bundle, which a message is",
    ),
    "odd entries": (
        b'{"resourceType": "Bundle", "type": "message", "entry": {"resource": 3}}',
        "found a Bundle without a MessageHeader",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_message_is_refused(tmp_path: Path, case: str) -> None:
    data, expected = FILES[case]
    path = tmp_path / "message"
    path.write_bytes(data)
    (told,) = refused(path)
    assert expected in told


def test_elements_nested_too_deeply_are_refused(tmp_path: Path) -> None:
    message = content()
    deep: Content = {"url": "urn:deep", "valueString": "x"}
    for _ in range(300):
        deep = {"url": "urn:deep", "extension": [deep]}
    resource(message, "Patient")["extension"] = [deep]
    assert refused(written(tmp_path, message)) == [
        "message.json: found elements nested too deeply, expected a FHIR R4 message as XML or JSON"
    ]


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse, "LARGEST", 1 << 10)
    (told,) = refused(written(tmp_path, content()))
    assert "message.json: found more than" in told


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (told,) = refused(tmp_path / "message.xml")
    assert told.startswith("message.xml: found a file that can't be read (")


def test_a_bad_item_can_be_put_aside(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    resource(message, "Claim")["item"][0]["bodySite"]["coding"][0]["code"] = "123"
    folder = read_message(engine, written(tmp_path, message), set_aside=True)
    assert folder.set_aside == {"services": 1}
    assert engine.rows("SELECT service_id FROM services") == [{"service_id": "attestation-1/2"}]
    assert len(engine.rows("SELECT * FROM set_aside_services")) == 1
    (problem,) = engine.rows("SELECT * FROM problems")
    assert (problem["file"], problem["column"]) == ("message.json", "Claim.item[0].bodySite")


HISTORY = "service_id,attestation_id,patient_id,practitioner,performed_at,code,tooth,decided\n"


def folder_with(location: Path, **tables: str) -> Path:
    location.mkdir()
    for name, text in tables.items():
        (location / f"{name}.csv").write_text(text, encoding="utf-8")
    return location


def test_the_history_of_the_patient_counts(engine: DuckDB, tmp_path: Path) -> None:
    rows = [
        f"before,a,{PATIENT},39999137001,2019-01-07,374850,36,accepted",
        "other,a,somebody,39999137001,2019-01-07,374850,36,accepted",
        f"new,b,{PATIENT},39999137001,2019-01-07,374850,36,",
    ]
    tables = folder_with(tmp_path / "tables", services=HISTORY + "\n".join(rows) + "\n")
    found = outcomes(engine, MESSAGES / "extraction.xml", tables)
    assert found == {"attestation-1/1": "refused", "attestation-1/2": "accepted"}
    assert ("attestation-1/1", "extraction-once", "before") in findings(engine)


def test_what_is_left_out_of_the_folder_is_told(engine: DuckDB, tmp_path: Path) -> None:
    row = f"new,b,{PATIENT},39999137001,2019-01-07,374850,36,\n"
    tables = folder_with(tmp_path / "tables", services=HISTORY + row)
    folder = read_message(engine, MESSAGES / "extraction.xml", tables=tables)
    assert [warning.message() for warning in folder.warnings] == [
        "services.csv: warning: found 1 service without an earlier decision, expected only "
        "history, with its decision in the column decided. They are left out"
    ]


def test_tables_of_the_folder_are_joined(engine: DuckDB, tmp_path: Path) -> None:
    tables = folder_with(
        tmp_path / "tables",
        titles="practitioner,title\n39999137001,general-dentist\n",
        patients=f"patient_id,preferential\nsomebody,false\n{PATIENT},true\n",
        practitioners="practitioner,name\n39999236001,Somebody\n",
    )
    folder = read_message(engine, MESSAGES / "extraction.xml", tables=tables)
    columns = "patient_id, birth_date, sex, preferential"
    known = engine.rows(f"SELECT {columns} FROM patients WHERE preferential")
    assert known == [
        {
            "patient_id": PATIENT,
            "birth_date": date(1980, 2, 29),
            "sex": "female",
            "preferential": True,
        }
    ]
    assert folder.present["patients"] == {"patient_id", "birth_date", "sex", "preferential"}
    assert len(engine.rows("SELECT * FROM practitioners")) == 2
    decide(engine, shipped().known(None), folder.present)
    assert ("attestation-1/2", "entitlement", None) in findings(engine)
    assert [(one.table, one.file) for one in folder.inputs] == [
        ("services", "extraction.xml"),
        ("patients", "extraction.xml"),
        ("practitioners", "extraction.xml"),
        ("patients", "patients.csv"),
        ("practitioners", "practitioners.csv"),
        ("titles", "titles.csv"),
    ]


def test_columns_of_the_history_alone_are_not_asked_of_the_message(
    engine: DuckDB, tmp_path: Path
) -> None:
    services = HISTORY.replace("tooth", "tooth,direct_method")
    row = f"before,a,{PATIENT},39999137001,2019-01-07,374850,36,true,accepted\n"
    tables = folder_with(tmp_path / "tables", services=services + row)
    folder = read_message(engine, MESSAGES / "extraction.xml", tables=tables)
    assert "direct_method" not in folder.present["services"]


def test_message_and_folder_must_not_contradict_each_other(tmp_path: Path) -> None:
    row = f"attestation-1/2,a,{PATIENT},39999137001,2019-01-07,374850,36,accepted\n"
    tables = folder_with(
        tmp_path / "tables",
        services=HISTORY + row,
        patients=f"patient_id,birth_date\n{PATIENT},1980-03-01\n",
    )
    told = refused(MESSAGES / "extraction.json", tables)
    assert told == [
        'extraction.json, Claim.item[1].sequence: found "attestation-1/2", expected a service that '
        "has no decision yet. services.csv has a service of that name",
        'extraction.json, Patient.birthDate: found "1980-02-29", expected "1980-03-01", as '
        "patients.csv has it",
    ]


def test_problems_of_message_and_folder_are_told_together(tmp_path: Path) -> None:
    tables = folder_with(tmp_path / "tables", patients="patient_id,sex\nP1,mal\n")
    message = content()
    resource(message, "Claim")["item"][0]["bodySite"]["coding"][0]["code"] = "123"
    path = written(tmp_path, message)
    with DuckDB() as engine:
        with pytest.raises(Unusable) as caught:
            read_message(engine, path, tables=tables)
        assert [(one.file, one.column) for one in caught.value.first] == [
            ("message.json", "Claim.item[0].bodySite"),
            ("patients.csv", "sex"),
        ]
        caught.value.write(tmp_path / "problems.csv")
    lines = (tmp_path / "problems.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("error,message,message.json,,Claim.item[0].bodySite,123,")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (told,) = refused(MESSAGES / "extraction.xml", tmp_path / "nowhere")
    assert "found no folder of that name" in told


examples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the public examples are not here")


@examples
@pytest.mark.parametrize(
    ("name", "patient", "tooth"),
    [
        ("eattest-Dentistry-eAttestCreateRequest-ex05.xml", "membership:301:1234567890123", "34"),
        ("etariff-Dentistry-eTarifConsultRequest-ex07.xml", "ssin:70319666960", "12"),
    ],
)
def test_the_public_dental_examples_come_to_a_decision(
    engine: DuckDB, name: str, patient: str, tooth: str
) -> None:
    found = outcomes(engine, EXAMPLES / name)
    service = "e85173bc-6f0d-480b-a2cd-2b70d9ffff7a/1"
    assert found == {service: "unchecked"}
    assert findings(engine) == [(service, "known-code", None)]
    row = engine.rows("SELECT patient_id, tooth, code, practitioner FROM services")
    assert row == [
        {
            "patient_id": patient,
            "tooth": tooth,
            "code": "373590",
            "practitioner": "30202929001",
        }
    ]


@examples
def test_every_public_example_is_read_or_its_event_named() -> None:
    for path in sorted(EXAMPLES.glob("*.xml")):
        with DuckDB() as engine:
            if "Request" in path.name and "Cancel" not in path.name:
                assert read_message(engine, path).inputs
            else:
                with pytest.raises(Unusable, match="found a message of the event "):
                    read_message(engine, path)


URN = "urn:uuid:00000000-0000-4000-8000-00000000000"
SYSTEMS = NIHDI.removesuffix("nihdi")
SSIN = {"system": f"{SYSTEMS}ssin", "value": "00000000097"}


def added(message: Content, type_: str, url: str, **changes: Any) -> Content:
    """One more entry: a copy of the resource of a type, changed."""
    copied: Content = {**json.loads(json.dumps(resource(message, type_))), **changes}
    message["entry"].append({"fullUrl": url, "resource": copied})
    return copied


def second_header(message: Content) -> None:
    added(message, "MessageHeader", f"{URN}8", id="second")


def second_patient(message: Content) -> None:
    copied = added(message, "Patient", f"{URN}8")
    resource(message, "Claim")["patient"]["reference"] = f"Patient/{copied['id']}"


def other_birth(message: Content) -> None:
    second_claim(message)["patient"] = {"reference": f"{URN}8"}
    added(message, "Patient", f"{URN}8", birthDate="2010-01-01")


def second_claim(message: Content, **changes: Any) -> Content:
    copied = added(message, "Claim", f"{URN}9", **{"id": "attestation-2", **changes})
    resource(message, "MessageHeader")["focus"].append({"reference": f"{URN}9"})
    return copied


def focus_twice(message: Content) -> None:
    header = resource(message, "MessageHeader")
    header["focus"] *= 2


def member_twice(claim: Content) -> None:
    claim["careTeam"].append(json.loads(json.dumps(claim["careTeam"][0])))


def supplement_twice(item: Content) -> None:
    item["extension"].append(
        {**item["extension"][0], "valueMoney": {"value": 70, "currency": "EUR"}}
    )


def two_numbers(message: Content) -> None:
    resource(message, "Patient")["identifier"] += [SSIN, {**SSIN, "value": "00000000196"}]


def two_memberships(message: Content) -> None:
    listed = resource(message, "Patient")["identifier"]
    listed.append({**listed[0], "value": "0000000000018"})


def two_nihdi_numbers(message: Content) -> None:
    number = {"system": NIHDI, "value": "39999236001"}
    role = resource(message, "PractitionerRole")
    role["identifier"] = [number, {**number, "value": "39999137001"}]
    resource(message, "Claim")["item"][1].pop("careTeamSequence", None)


def two_professions(message: Content) -> None:
    concept = resource(message, "Claim")["careTeam"][0]["qualification"]
    concept["coding"].append({**concept["coding"][0], "code": "persphysician"})


MEANS_TWO_THINGS = {
    "two headers": (
        second_header,
        "Bundle.entry[4]: found two MessageHeaders, in entry[0] and in entry[4], expected a single",
    ),
    "two patients of one id": (
        second_patient,
        "Claim.patient.reference: found Patient/00000000-0000-4000-8000-000000000003, which leads "
        f"both to entry[2] ({URN}3) and to entry[4] ({URN}8), expected a reference that leads to",
    ),
    "two births of one number": (
        other_birth,
        'Bundle.entry[5].resource.birthDate: found "2010-01-01", expected "1980-02-29", as '
        "Bundle.entry[2].resource.birthDate says of the same person",
    ),
    "one claim twice in focus": (
        focus_twice,
        f"MessageHeader.focus[1].reference: found {URN}4, which focus[0] names already, expected "
        "each Claim once in the focus",
    ),
    "two claims of one id": (
        lambda message: second_claim(message, id="attestation-1"),
        "Bundle.entry[4].resource.id: found attestation-1 twice, in "
        f"entry[3] ({URN}4) and in entry[4] ({URN}9), expected a value that no other has",
    ),
    "two members of one sequence": (
        claim(member_twice),
        "Claim.careTeam[1].sequence: found 1 twice, in careTeam[0] and in careTeam[1], expected",
    ),
    "two supplements of an item": (
        item(supplement_twice),
        "Claim.item[0].extension[1]: found two, 7.5 and 70, expected a single supplement",
    ),
    "two supplements of a claim": (
        claim(supplement_twice),
        "Claim.extension[1]: found two, 7.5 and 70, expected a single supplement",
    ),
    "two national numbers": (
        two_numbers,
        'Patient.identifier: found "ssin:00000000097 / ssin:00000000196", expected a single SSIN',
    ),
    "two membership numbers": (
        two_memberships,
        'Patient.identifier: found "membership:999:0000000000017 / membership:999:0000000000018"',
    ),
    "two NIHDI numbers": (
        two_nihdi_numbers,
        'PractitionerRole.identifier: found "39999236001 / 39999137001", expected a single NIHDI',
    ),
    "a reference and an identifier that differ": (
        claim(
            lambda one: one["careTeam"][0]["provider"].update(
                reference=one["provider"]["reference"]
            )
        ),
        'Claim.careTeam[0].provider.identifier.value: found "39999137001 / 39999236001"',
    ),
    "two professions": (
        two_professions,
        'Claim.careTeam[0]: found "doctor", expected "dentist", as Claim.careTeam[0] says of',
    ),
    "rules of its own": (
        lambda message: message.update(implicitRules="http://example.org/rules"),
        'Bundle.implicitRules: found "http://example.org/rules", expected none, as such rules',
    ),
    "rules of its own within": (
        lambda message: resource(message, "Patient").update(implicitRules="http://example.org"),
        'Patient.implicitRules: found "http://example.org", expected none, as such rules',
    ),
    "a modifier of the patient": (
        lambda message: resource(message, "Patient").update(modifierExtension=[{"url": "urn:a"}]),
        "Patient.modifierExtension: found several, expected none, as it may change the meaning",
    ),
    "a modifier of a member": (
        claim(lambda one: one["careTeam"][0].update(modifierExtension=[{"url": "urn:a"}])),
        "Claim.careTeam[0].modifierExtension: found several, expected none",
    ),
    "a tooth as text": (
        item(lambda one: one.update(bodySite={"text": "36"})),
        f'Claim.item[0].bodySite: found "36", expected {TOOTH}',
    ),
    "a tooth as its number, called SNOMED's": (
        item(lambda one: one["bodySite"]["coding"][0].update(code="36")),
        f'Claim.item[0].bodySite: found "36", expected {TOOTH}',
    ),
    "fewer than": (
        item(lambda one: one["quantity"].update(comparator="<")),
        'Claim.item[0].quantity.comparator: found "< 1", expected a whole number',
    ),
}


@pytest.mark.parametrize("case", MEANS_TWO_THINGS)
def test_what_means_two_things_is_refused_naming_both(tmp_path: Path, case: str) -> None:
    change, expected = MEANS_TWO_THINGS[case]
    told = [line.removeprefix("message.json, ") for line in refused_after(change, tmp_path)]
    assert any(line.startswith(expected) for line in told), told
    assert len(told) == 1


def test_addresses_that_differ_at_their_ends_are_shown_whole(tmp_path: Path) -> None:
    change = item(
        lambda one: one["productOrService"]["coding"][0].update(system=f"{NOMENCLATURE}/")
    )
    (told,) = refused_after(change, tmp_path)
    assert f'found "{NOMENCLATURE}/|374850"' in told


NUMBERS = {
    "an integer": "9" * 5000,
    "a decimal": "9" * 5000 + ".5",
    "a power": "1e999999999",
    "a power beyond all": "1e99999999999999999999",
    "a sequence": "9" * 5000,
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers_of_any_length_are_refused(tmp_path: Path, case: str) -> None:
    message = content()
    one = resource(message, "Claim")["item"][0]
    if case == "a sequence":
        one["sequence"] = "HERE"
    else:
        one["quantity"]["value"] = one["net"]["value"] = "HERE"
    path = tmp_path / "message.json"
    path.write_text(json.dumps(message).replace('"HERE"', NUMBERS[case]), encoding="utf-8")
    assert refused(path)


XML_STRAYS = {
    "text beside a value": (
        '<status value="active"/>',
        '<status value="active">cancelled</status>',
        'Claim.status: found the text "cancelled" beside a value or elements, expected values in',
    ),
    "text between elements": (
        '<birthDate value="1980-02-29"/>',
        '2010-01-01<birthDate value="1980-02-29"/>',
        'Patient: found the text "2010-01-01" beside a value or elements',
    ),
    "a value of elements": (
        "<servicedPeriod>",
        '<servicedPeriod value="2021-03-08">',
        "Claim.item[1].servicedPeriod: found an attribute value, expected only the attributes",
    ),
    "an attribute of its own": (
        '<birthDate value="1980-02-29"/>',
        '<birthDate value="1980-02-29" approximate="true"/>',
        "Patient.birthDate: found an attribute approximate",
    ),
    "two resources": (
        "</Patient>",
        "</Patient><Practitioner/>",
        "Patient: found two resources in one element, Patient and Practitioner, "
        "expected a single resource in each element",
    ),
    "a resource of another namespace": (
        "<Patient>",
        '<Patient xmlns="http://example.org">',
        "found {http://example.org}Patient, outside the namespace of FHIR",
    ),
}


@pytest.mark.parametrize("case", XML_STRAYS)
def test_xml_that_fhir_has_no_place_for_is_refused(tmp_path: Path, case: str) -> None:
    old, new, expected = XML_STRAYS[case]
    told = refused(edited(tmp_path, old, new))
    assert any(expected in line for line in told), told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-16-be"])
def test_json_of_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "message.json"
    path.write_text(json.dumps(content()), encoding=encoding)
    (told,) = refused(path)
    assert f"found JSON in the encoding UTF-{encoding[4:6]}, expected JSON in UTF-8" in told


def test_half_of_a_character_is_refused(tmp_path: Path) -> None:
    message = content()
    resource(message, "Claim")["id"] = "\ud800"
    (told,) = refused(written(tmp_path, message))
    assert "found half a character, or a control character, in id" in told


@pytest.mark.parametrize("depth", [300, 1000, 5000])
@pytest.mark.parametrize("name", ["message.json", "message.xml"])
def test_any_depth_is_refused(tmp_path: Path, name: str, depth: int) -> None:
    if name.endswith(".xml"):
        deep = '<extension url="urn:a">' * depth + "</extension>" * depth
        path = edited(tmp_path, '<status value="active"/>', f'{deep}<status value="active"/>')
    else:
        text = (MESSAGES / "extraction.json").read_text(encoding="utf-8")
        deep = '"extension": [{"url": "urn:a", ' * depth + '"valueString": "a"' + "}]" * depth
        path = tmp_path / name
        path.write_text(text.replace('"gender"', f'{deep}, "gender"'), encoding="utf-8")
    (told,) = refused(path)
    assert "found elements nested too deeply" in told


def test_faces_are_read(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    system = "http://terminology.hl7.org/CodeSystem/FDI-surface"
    first = resource(message, "Claim")["item"][0]
    first["subSite"] = [{"coding": [{"system": system, "code": code}]} for code in ("V", "DO", "D")]
    folder = read_message(engine, written(tmp_path, message))
    assert "surfaces" in folder.present["services"]
    rows = engine.rows("SELECT surfaces FROM services ORDER BY line")
    assert [row["surfaces"] for row in rows] == ["ODV", None]
    assert not folder.warnings


def test_faces_that_cannot_be_read_are_told(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    first = resource(message, "Claim")["item"][0]
    first["subSite"] = [{"coding": [{"system": "http://snomed.info/sct", "code": "8483002"}]}]
    folder = read_message(engine, written(tmp_path, message))
    assert "surfaces" not in folder.present["services"]
    assert [warning.message() for warning in folder.warnings] == [
        "message.json, Claim.item[0].subSite: warning: found treated faces as "
        "http://snomed.info/sct|8483002, expected faces under the system "
        "http://terminology.hl7.org/CodeSystem/FDI-surface. They are not read"
    ]
    assert folder.warnings_total == 1


def test_a_claim_that_it_replaces_is_named_as_not_read(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    resource(message, "Claim")["related"] = [
        {"claim": {"reference": "urn:uuid:before"}, "relationship": {"coding": [{"code": "prior"}]}}
    ]
    folder = read_message(engine, written(tmp_path, message))
    (warning,) = folder.warnings
    told = "Claim.related[0]: warning: found a Claim that names another as prior: urn:uuid:before"
    assert told in warning.message()
    (kept,) = engine.rows('SELECT severity, file, "column" FROM problems')
    assert kept == {"severity": "warning", "file": "message.json", "column": "Claim.related[0]"}


def on_servers(message: Content) -> Content:
    """Two patients with one id, on two servers; the Claim is on the second."""
    for entry in message["entry"]:
        one = entry["resource"]
        entry["fullUrl"] = f"https://b.example/fhir/{one['resourceType']}/{one['id']}"
    copied = json.loads(json.dumps(resource(message, "Patient")))
    copied["identifier"][0]["value"] = "0000000000099"
    url = f"https://a.example/fhir/Patient/{copied['id']}"
    message["entry"].insert(1, {"fullUrl": url, "resource": copied})
    resource(message, "MessageHeader")["focus"] = [{"reference": "Claim/attestation-1"}]
    claim_ = resource(message, "Claim")
    claim_["patient"]["reference"] = f"Patient/{copied['id']}"
    claim_["provider"]["reference"] = (
        f"PractitionerRole/{resource(message, 'PractitionerRole')['id']}"
    )
    return message


REFERENCES = {
    "relative": ("Patient/{id}", "017"),
    "absolute": ("https://a.example/fhir/Patient/{id}", "099"),
    "of a version": ("Patient/{id}/_history/2", "017"),
    "absolute, of a version": ("https://a.example/fhir/Patient/{id}/_history/1", "099"),
    "of a version that is not there": ("Patient/{id}/_history/1", None),
    "of no server here": ("https://c.example/fhir/Patient/{id}", None),
    "relative, of another id": ("Patient/nobody", None),
    "in its own words": ("{id}", None),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_references_are_resolved_from_who_refers(engine: DuckDB, tmp_path: Path, case: str) -> None:
    message = on_servers(content())
    reference, ends = REFERENCES[case]
    patient = resource(message, "Patient")
    for entry in message["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            first = entry["fullUrl"].startswith("https://a.")
            entry["resource"]["meta"] = {"versionId": "1" if first else "2"}
    resource(message, "Claim")["patient"]["reference"] = reference.format(id=patient["id"])
    path = written(tmp_path, message)
    if ends is None:
        assert any("Claim.patient.reference: found" in line for line in refused(path))
        return
    read_message(engine, path)
    (row,) = engine.rows("SELECT DISTINCT patient_id FROM services")
    assert row["patient_id"].endswith(ends)


def test_versions_of_one_address_are_told_apart(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    patient = resource(message, "Patient")
    url = "https://b.example/Patient/p"
    message["entry"][2]["fullUrl"] = url
    patient["meta"] = {"versionId": "1"}
    added(message, "Patient", url, meta={"versionId": "2"}, birthDate="1981-01-01")
    resource(message, "Claim")["patient"]["reference"] = f"{url}/_history/2"
    read_message(engine, written(tmp_path, message))
    assert engine.rows("SELECT birth_date FROM patients") == [{"birth_date": date(1981, 1, 1)}]
    resource(message, "Claim")["patient"]["reference"] = url
    (told,) = refused(written(tmp_path, message))
    assert f"found {url}, which leads both to entry[2] ({url}) and to entry[4] ({url})" in told


@pytest.mark.parametrize("number", [PATIENT, "ssin:00000000097"])
def test_the_history_is_found_by_either_number(engine: DuckDB, tmp_path: Path, number: str) -> None:
    message = content()
    resource(message, "Patient")["identifier"].append(SSIN)
    row = f"before,a,{number},39999137001,2019-01-07,374850,36,accepted\n"
    tables = folder_with(
        tmp_path / "tables",
        services=HISTORY + row,
        patients=f"patient_id,preferential\n{number},true\n",
        prescriptions=f"prescription_id,patient_id\nR1,{number}\n",
    )
    found = outcomes(engine, written(tmp_path, message), tables)
    assert found["attestation-1/1"] == "refused"
    assert ("attestation-1/1", "extraction-once", "before") in findings(engine)
    for table in ("patients", "prescriptions"):
        assert engine.rows(f"SELECT patient_id FROM {table}") == [
            {"patient_id": "ssin:00000000097"}
        ]


def test_a_number_that_was_his_finds_the_history_too(engine: DuckDB, tmp_path: Path) -> None:
    message = content()
    listed = resource(message, "Patient")["identifier"]
    listed.append({**listed[0], "value": "0000000000018", "use": "old"})
    row = "before,a,membership:999:0000000000018,39999137001,2019-01-07,374850,36,accepted\n"
    tables = folder_with(tmp_path / "tables", services=HISTORY + row)
    found = outcomes(engine, written(tmp_path, message), tables)
    assert found["attestation-1/1"] == "refused"


def test_two_claims_of_one_patient_under_two_numbers_are_his(
    engine: DuckDB, tmp_path: Path
) -> None:
    message = content()
    listed = resource(message, "Patient")["identifier"]
    second_claim(message)["patient"] = {"identifier": dict(listed[0])}
    listed.append(SSIN)
    read_message(engine, written(tmp_path, message))
    for table in ("services", "patients"):
        rows = engine.rows(f"SELECT DISTINCT patient_id FROM {table}")
        assert rows == [{"patient_id": "ssin:00000000097"}]


def test_a_folder_with_two_rows_of_one_patient_is_told(tmp_path: Path) -> None:
    message = content()
    resource(message, "Patient")["identifier"].append(SSIN)
    rows = f"patient_id,preferential\n{PATIENT},true\nssin:00000000097,false\n"
    tables = folder_with(tmp_path / "tables", patients=rows)
    assert refused(written(tmp_path, message), tables) == [
        f"message.json, Patient.identifier[1]: found {PATIENT} and ssin:00000000097, two rows of "
        "patients.csv, as numbers of one patient, expected one row for each patient in patients.csv"
    ]


CASES = ROOT.parent / "shared" / "cases"
SENT = [
    *sorted(CASES.glob("attacks/fhir/*")),
    *(
        CASES / "faults" / f"fhir-{name}" / "m.json"
        for name in (
            "births-contradict",
            "bodysite-text",
            "careteam-same-sequence",
            "other-system-only",
            "same-claim-twice-in-focus",
        )
    ),
    CASES / "faults" / "json-utf16" / "m.json",
]


@pytest.mark.skipif(not CASES.is_dir(), reason="the messages that went wrong are not here")
@pytest.mark.parametrize("path", SENT, ids=lambda path: "-".join(path.parts[-2:]))
def test_messages_that_went_wrong_are_refused(path: Path) -> None:
    assert refused(path)
