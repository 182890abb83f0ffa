"""The Claims of a message as rows of services, patients and practitioners."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from conventio.folder.fhir.elements import Location
from conventio.folder.fhir.message import Message, Resource

CORE = "https://www.ehealth.fgov.be/standards/fhir/core"
NIHDI = f"{CORE}/NamingSystem/nihdi"
SSIN = f"{CORE}/NamingSystem/ssin"
MEMBERSHIP = f"{CORE}/NamingSystem/insurancymembership"
INSURER = f"{CORE}/NamingSystem/insurancenumber"
NOMENCLATURE = f"{CORE}/NamingSystem/be-ns-nihdi-nomenclature"
PROFESSIONS = f"{CORE}/CodeSystem/cd-hcparty"
EATTEST = "https://www.ehealth.fgov.be/standards/fhir/eattestation/StructureDefinition"
SUPPLEMENT = f"{EATTEST}/be-ext-eattestation-supplement"
ITEM_SUPPLEMENT = f"{EATTEST}/be-ext-eattestation-item-supplement"
SNOMED = "http://snomed.info/sct"

PROFESSION = {
    "persdentist": "dentist",
    "persphysician": "doctor",
    "persphysiotherapist": "physiotherapist",
}
"""The professions of the contract, by their code in the messages."""


class Fact(NamedTuple):
    """A value for a column and where it stands; how to tell it where the column refuses it."""

    value: str | None
    at: Location
    expected: str | None = None
    """Key of the sentence, where the column's own is not about the message."""
    found: str | None = None
    """What stood there, where `value` is null though something did."""


@dataclass
class Rows:
    """The rows of the three tables that a message fills; each value is a Fact."""

    services: list[dict[str, Fact]] = field(default_factory=list)
    patients: dict[str, dict[str, Fact]] = field(default_factory=dict)
    practitioners: dict[str, dict[str, Fact]] = field(default_factory=dict)

    def tables(self) -> Mapping[str, list[dict[str, Fact]]]:
        """The rows by table, leaving out what no row of the message says of a patient."""
        patients = list(self.patients.values())
        for name in ("birth_date", "sex"):
            if all(row[name].value is None for row in patients):
                patients = [{key: row[key] for key in row if key != name} for row in patients]
        return {
            "services": self.services,
            "patients": patients,
            "practitioners": list(self.practitioners.values()),
        }


@lru_cache(maxsize=1)
def teeth() -> dict[str, str]:
    """The tooth in ISO 3950 notation, by its SNOMED CT code."""
    text = (files("conventio.folder") / "data" / "teeth.csv").read_text(encoding="utf-8")
    return {row["snomed_ct"]: row["iso_3950"] for row in csv.DictReader(text.splitlines())}


def rows(message: Message) -> Rows:
    """Every service of the Claims in focus, with its patient and practitioner."""
    found = Rows()
    for claim in message.claims():
        _Claim(message, claim, found).read()
    return found


class _Claim:
    """One Claim being read."""

    def __init__(self, message: Message, claim: Resource, found: Rows) -> None:
        self.message, self.claim, self.rows = message, claim, found
        self.content, self.at = claim

    def read(self) -> None:
        content, at, message = self.content, self.at, self.message
        if "status" not in content:
            message.complain((*at, "status"), None, "active")
        elif content["status"] != "active":
            message.complain_of_value((*at, "status"), content["status"], "active")
        if content.get("modifierExtension"):
            message.complain((*at, "modifierExtension"), "several", "no-modifier")
        if not content.get("item"):
            message.complain((*at, "item"), None, "some-item")
        name, patient = self._name(), self._patient()
        rest = self._is_rest_of_supplement_nothing()
        for number, item in enumerate(content.get("item", ())):
            self._item(item, (*at, "item", number), name, patient, rest)

    def _item(
        self, item: dict[str, Any], at: Location, name: Fact, patient: Fact, no_rest: bool
    ) -> None:
        if item.get("modifierExtension"):
            self.message.complain((*at, "modifierExtension"), "several", "no-modifier")
        if item.get("detail"):
            self.message.complain((*at, "detail"), "several", "no-detail")
        line = Fact(_text(item.get("sequence")), (*at, "sequence"), "positiveInt")
        service = line
        if name.value is None:
            service = name
        elif line.value is not None:
            service = line._replace(value=f"{name.value}/{line.value}")
        self.rows.services.append(
            {
                "service_id": service,
                "attestation_id": name,
                "patient_id": patient,
                "practitioner": self._practitioner(item, at),
                "performed_at": _performed(item, at),
                "code": _code(item.get("productOrService", {}), (*at, "productOrService")),
                "line": line,
                "count": _count(item.get("quantity", {}), (*at, "quantity")),
                "tooth": self._tooth(item, (*at, "bodySite")),
                "fee": _money(item.get("net", {}), (*at, "net")),
                "supplement": _supplement(item, at, ITEM_SUPPLEMENT, no_rest=no_rest),
            }
        )

    def _name(self) -> Fact:
        url = self.message.content.tree["entry"][self.at[1]].get("fullUrl", "")
        name = self.content.get("id") or url.removeprefix("urn:uuid:") or None
        return Fact(name, (*self.at, "id"), "id")

    def _is_rest_of_supplement_nothing(self) -> bool:
        """Whether the items that state a supplement have all that the Claim states."""
        whole = _amount(_supplement(self.content, self.at, SUPPLEMENT))
        items = [_supplement(item, (), ITEM_SUPPLEMENT) for item in self.content.get("item", ())]
        return whole is not None and whole == sum(_amount(item) or 0 for item in items)

    def _patient(self) -> Fact:
        reference, at = self.content.get("patient", {}), (*self.at, "patient")
        if "reference" not in reference:
            identifier = reference.get("identifier")
            numbers = [] if identifier is None else [(identifier, (*at, "identifier"))]
            return self._add_patient(_patient_number(numbers, at), {}, at)
        place = (*at, "reference")
        found = self.message.find(reference["reference"], self.at)
        if found is None:
            return Fact(None, place, "reference", reference["reference"])
        if found.type != "Patient":
            return Fact(None, place, "patient", reference["reference"])
        listed = (*found.at, "identifier")
        numbers = [(one, (*listed, n)) for n, one in enumerate(found.content.get("identifier", ()))]
        return self._add_patient(_patient_number(numbers, listed), found.content, found.at)

    def _add_patient(self, number: Fact, content: dict[str, Any], at: Location) -> Fact:
        if number.value is not None:
            birth = content.get("birthDate")
            whole = birth if birth is not None and len(birth) == len("2020-12-31") else None
            row = {
                "patient_id": number,
                "birth_date": Fact(whole, (*at, "birthDate")),
                "sex": Fact(content.get("gender"), (*at, "gender")),
            }
            _merge(self.rows.patients, number.value, row)
        return number

    def _practitioner(self, item: dict[str, Any], at: Location) -> Fact:
        """Who performed an item: the primary member of its careTeam, else the Claim's provider."""
        members = enumerate(self.content.get("careTeam", ()))
        team = {int(one["sequence"]): number for number, one in members if "sequence" in one}
        performers: dict[str | None, Fact] = {}
        place: Location = (*at, "careTeamSequence")
        for number, sequence in enumerate(item.get("careTeamSequence", ())):
            if sequence is None:
                continue
            if int(sequence) not in team:
                return Fact(None, (*place, number), "care-team", str(sequence))
            index = team[int(sequence)]
            member, here = self.content["careTeam"][index], (*self.at, "careTeam", index)
            if _coded(member.get("role")) in ("primary", None):
                fact = self._nihdi(member.get("provider", {}), (*here, "provider"))
                performers.setdefault(fact.value, fact)
                self._add_practitioner(fact, _coded(member.get("qualification"), PROFESSIONS), here)
        if len(performers) > 1:
            return Fact(None, place, "one-performer", " and ".join(sorted(map(str, performers))))
        if performers:
            return next(iter(performers.values()))
        return self._nihdi(self.content.get("provider", {}), (*self.at, "provider"))

    def _nihdi(self, reference: dict[str, Any], at: Location) -> Fact:
        """The NIHDI number of a reference: its own, or of the resource it leads to."""
        own = [reference["identifier"]] if "identifier" in reference else []
        number = _number(own, (*at, "identifier"), listed=False)
        if number is not None or "reference" not in reference:
            return number or Fact(None, at, "nihdi")
        place: Location = (*at, "reference")
        found = self.message.find(reference["reference"], self.at)
        if found is None:
            return Fact(None, place, "reference", reference["reference"])
        identifiers = (*found.at, "identifier")
        if found.type == "Practitioner":
            number = _number(found.content.get("identifier", ()), identifiers)
            return number or Fact(None, identifiers, "nihdi")
        if found.type != "PractitionerRole":
            return Fact(None, place, "practitioner", reference["reference"])
        number = _number(found.content.get("identifier", ()), identifiers)
        if number is None:
            person = found.content.get("practitioner", {})
            leads_on = self._leads_to_a_role(person, found.at)
            number = (
                Fact(None, place, "nihdi")
                if leads_on
                else self._nihdi(person, (*found.at, "practitioner"))
            )
        codes = [_coded(code, PROFESSIONS) for code in found.content.get("code", ())]
        self._add_practitioner(number, next((c for c in codes if c in PROFESSION), None), found.at)
        return number

    def _leads_to_a_role(self, reference: dict[str, Any], at: Location) -> bool:
        found = self.message.find(reference.get("reference", ""), at)
        return found is not None and found.type == "PractitionerRole"

    def _add_practitioner(self, number: Fact, profession: str | None, at: Location) -> None:
        if number.value is not None:
            known = Fact(PROFESSION.get(profession or ""), at)
            row = {"practitioner": number, "profession": known}
            _merge(self.rows.practitioners, number.value, row)

    def _tooth(self, item: dict[str, Any], at: Location) -> Fact:
        """The tooth; outside dentistry a body site that is no tooth is no matter."""
        if "bodySite" not in item:
            return Fact(None, at)
        site = item["bodySite"]
        codes = [one.get("code") for one in site.get("coding", ()) if one.get("system") == SNOMED]
        found = sorted({teeth().get(code, code) for code in codes if code is not None})
        if len(found) == 1 and found[0] in teeth().values():
            return Fact(found[0], at)
        if _coded(self.content.get("subType")) not in ("dentistry", None):
            return Fact(None, at)
        return Fact(" and ".join(found or _others(site)) or site.get("text", "?"), at, "tooth")


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _merge(rows: dict[str, dict[str, Fact]], key: str, row: dict[str, Fact]) -> None:
    """Add a row, or fill the gaps of the one there is with the same key."""
    known = rows.setdefault(key, row)
    for name, fact in row.items():
        if known[name].value is None:
            known[name] = fact


def _coded(concept: dict[str, Any] | None, system: str | None = None) -> str | None:
    """The code of a concept, in one system or in any."""
    for coding in (concept or {}).get("coding", ()):
        if "code" in coding and system in (None, coding.get("system")):
            return str(coding["code"])
    return None


def _number(identifiers: Any, at: Location, *, listed: bool = True) -> Fact | None:
    for number, one in enumerate(identifiers):
        if one.get("system") == NIHDI and "value" in one:
            place = (*at, number) if listed else at
            return Fact(str(one["value"]), (*place, "value"))
    return None


def _patient_number(numbers: list[tuple[dict[str, Any], Location]], at: Location) -> Fact:
    """A name for the patient with its system in it: SSIN first, else membership and insurer."""
    for identifier, place in numbers:
        if identifier.get("system") == SSIN and "value" in identifier:
            value = str(identifier["value"])
            good = len(value) == 11 and value.isascii() and value.isdigit()
            return Fact(f"ssin:{value}", place) if good else Fact(None, place, "ssin", value)
    for identifier, place in numbers:
        if identifier.get("system") == MEMBERSHIP and "value" in identifier:
            insurer = identifier.get("assigner", {}).get("identifier", {})
            if insurer.get("system") == INSURER and "value" in insurer:
                return Fact(f"membership:{insurer['value']}:{identifier['value']}", place)
    return Fact(None, at, "patient-number")


def _performed(item: dict[str, Any], at: Location) -> Fact:
    if "servicedPeriod" in item:
        return Fact(item["servicedPeriod"].get("start"), (*at, "servicedPeriod", "start"))
    return Fact(item.get("servicedDate"), (*at, "servicedDate"))


def _code(concept: dict[str, Any], at: Location) -> Fact:
    codings = [one for one in concept.get("coding", ()) if "code" in one]
    codes = sorted({str(one["code"]) for one in codings if one.get("system") == NOMENCLATURE})
    if len(codes) == 1:
        return Fact(codes[0], at)
    return Fact(None, at, "code", " and ".join(codes or _others(concept)) or None)


def _others(concept: dict[str, Any]) -> list[str]:
    """The codes of a concept that are of no system looked for, with theirs."""
    codings = [one for one in concept.get("coding", ()) if "code" in one]
    return [f"{one.get('system', '')}|{one['code']}" for one in codings]


def _count(quantity: dict[str, Any], at: Location) -> Fact:
    value = quantity.get("value")
    if value is None:
        return Fact(None, at)
    number = Decimal(str(value))
    whole = number == number.to_integral_value() and abs(number) < 10**9
    return Fact(str(int(number)) if whole else str(value), (*at, "value"))


def _money(money: dict[str, Any], at: Location) -> Fact:
    value, currency = money.get("value"), money.get("currency")
    if value is None:
        return Fact(None, at)
    if currency != "EUR":
        return Fact(f"{value} {currency or 'without a currency'}", (*at, "currency"), "euros")
    return Fact(str(value), (*at, "value"), "euros")


def _supplement(content: dict[str, Any], at: Location, url: str, *, no_rest: bool = False) -> Fact:
    """The supplement of a Claim or an item; with `no_rest` one that is not stated is 0."""
    place = (*at, "extension")
    for number, extension in enumerate(content.get("extension", ())):
        if extension.get("url") == url:
            return _money(extension.get("valueMoney", {}), (*place, number, "valueMoney"))
    return Fact("0" if no_rest else None, place)


def _amount(fact: Fact) -> Decimal | None:
    try:
        return None if fact.value is None else Decimal(fact.value)
    except ArithmeticError:
        return None


def places(found: Rows) -> Iterator[tuple[tuple[str, int, str], Fact]]:
    """Where each value stands, by table, row and column."""
    for table, listed in found.tables().items():
        for number, row in enumerate(listed, 1):
            for column, fact in row.items():
                yield (table, number, column), fact
