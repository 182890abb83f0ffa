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
from conventio.folder.fhir.message import Message
from conventio.folder.fhir.references import Resource
from conventio.folder.tables import SURFACES

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
FACES = "http://terminology.hl7.org/CodeSystem/FDI-surface"

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


Row = dict[str, Fact]
Numbers = list[tuple[dict[str, Any], Location]]
"""The identifiers of a patient, each with where it stands."""

_DIGITS_OF_MONEY = 12
_NO_TOOTH = "?"
"""What stands in the column where a body site is no tooth, whatever it is."""


@dataclass
class Rows:
    """The rows of the three tables that a message fills; each value is a Fact."""

    services: list[dict[str, Fact]] = field(default_factory=list)
    patients: dict[str, dict[str, Fact]] = field(default_factory=dict)
    practitioners: dict[str, dict[str, Fact]] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    """Other numbers of patients: the name that each goes by here."""

    def tables(self) -> Mapping[str, list[dict[str, Fact]]]:
        """The rows by table, leaving out what no row of the message says of a patient."""
        return {
            "services": _without_unsaid(self.services, "surfaces"),
            "patients": _without_unsaid(list(self.patients.values()), "birth_date", "sex"),
            "practitioners": list(self.practitioners.values()),
        }


def _without_unsaid(rows: list[dict[str, Fact]], *columns: str) -> list[dict[str, Fact]]:
    """The rows without those of the columns that no row has a value in."""
    unsaid = {name for name in columns if all(row[name].value is None for row in rows)}
    return [{key: row[key] for key in row if key not in unsaid} for row in rows]


@lru_cache(maxsize=1)
def teeth() -> dict[str, str]:
    """The tooth in ISO 3950 notation, by its SNOMED CT code."""
    text = (files("conventio.folder") / "data" / "teeth.csv").read_text(encoding="utf-8")
    return {row["snomed_ct"]: row["iso_3950"] for row in csv.DictReader(text.splitlines())}


def rows(message: Message) -> Rows:
    """Every service of the Claims in focus, with its patient and practitioner."""
    found = Rows()
    names: dict[str, Resource] = {}
    for claim in message.claims():
        one = _Claim(message, claim, found)
        first = names.setdefault(one.name.value or message.address(claim), claim)
        if first is claim:
            one.read()
        else:
            both = {"first": message.address(first), "second": message.address(claim)}
            message.complain(one.name.at, "in-both", "once", value=one.name.value, **both)
    _under_one_name(message, found)
    return found


def _under_one_name(message: Message, found: Rows) -> None:
    """Name each patient by one number where the message says that several are his."""
    for other, name in found.also.items():
        if other in found.patients:
            row = found.patients.pop(other)
            row["patient_id"] = row["patient_id"]._replace(value=name)
            _merge(message, found.patients, name, row)
    for service in found.services:
        fact = service["patient_id"]
        if fact.value in found.also:
            service["patient_id"] = fact._replace(value=found.also[fact.value])


class _Claim:
    """One Claim being read."""

    def __init__(self, message: Message, claim: Resource, found: Rows) -> None:
        self.message, self.claim, self.rows = message, claim, found
        self.content, self.at = claim
        self.name = self._name()
        self.is_dental = _is_or_unsaid("dentistry", self.content.get("subType"))

    def read(self) -> None:
        content, at, message = self.content, self.at, self.message
        if "status" not in content:
            message.complain((*at, "status"), None, "active")
        elif content["status"] != "active":
            message.complain_of_value((*at, "status"), content["status"], "active")
        if not content.get("item"):
            message.complain((*at, "item"), None, "some-item")
        self._look_at_team()
        self._tell_related()
        name, patient = self.name, self._patient()
        self._one_supplement(content, at, SUPPLEMENT)
        rest = self._is_rest_of_supplement_nothing()
        for number, item in enumerate(content.get("item", ())):
            self._item(item, (*at, "item", number), name, patient, rest)

    def _item(
        self, item: dict[str, Any], at: Location, name: Fact, patient: Fact, no_rest: bool
    ) -> None:
        if item.get("detail"):
            self.message.complain((*at, "detail"), "several", "no-detail")
        line = Fact(_text(item.get("sequence")), (*at, "sequence"), "positiveInt")
        service = line
        if name.value is None:
            service = name
        elif line.value is not None:
            service = line._replace(value=f"{name.value}/{line.value}")
        self._one_supplement(item, at, ITEM_SUPPLEMENT)
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
                "surfaces": self._faces(item, (*at, "subSite")),
                "fee": _money(item.get("net", {}), (*at, "net")),
                "supplement": _supplement(item, at, ITEM_SUPPLEMENT, no_rest=no_rest),
            }
        )

    def _look_at_team(self) -> None:
        """Tell where two members of the careTeam have one sequence."""
        seen: dict[str, int] = {}
        for number, member in enumerate(self.content.get("careTeam", ())):
            sequence = _sequence(member.get("sequence"))
            if sequence is None:
                continue
            first = seen.setdefault(sequence, number)
            if first != number:
                places = {"first": f"careTeam[{first}]", "second": f"careTeam[{number}]"}
                at = (*self.at, "careTeam", number, "sequence")
                self.message.complain(at, "in-both", "once", value=sequence, **places)

    def _tell_related(self) -> None:
        """Warn of each Claim that this one replaces or follows: that is not read."""
        for number, related in enumerate(self.content.get("related", ())):
            claim = related.get("claim", {})
            name = claim.get("reference") or claim.get("identifier", {}).get("value")
            relation = " ".join(_codes(related.get("relationship"))) or "?"
            place = (*self.at, "related", number)
            self.message.warn(place, "related", claim=name or "?", relation=relation)

    def _one_supplement(self, content: dict[str, Any], at: Location, url: str) -> None:
        """Tell where an element has two supplements."""
        listed = enumerate(content.get("extension", ()))
        numbers = [number for number, one in listed if one.get("url") == url]
        if len(numbers) > 1:
            amounts = [
                _money(content["extension"][number].get("valueMoney", {}), ()).value or "?"
                for number in numbers[:2]
            ]
            facts = dict(zip(("first", "second"), amounts, strict=True))
            here = (*at, "extension", numbers[1])
            self.message.complain(here, "two-values", "one-supplement", **facts)

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
        own = reference.get("identifier")
        numbers = [] if own is None else [(own, (*at, "identifier"))]
        if "reference" not in reference:
            return self._add_patient(numbers, at, {}, at)
        place = (*at, "reference")
        found = self.message.find(reference["reference"], place)
        if found is None:
            return Fact(None, place, "reference", reference["reference"])
        if found.type != "Patient":
            return Fact(None, place, "patient", reference["reference"])
        listed = (*found.at, "identifier")
        numbers += [
            (one, (*listed, number))
            for number, one in enumerate(found.content.get("identifier", ()))
        ]
        return self._add_patient(numbers, listed, found.content, found.at)

    def _add_patient(
        self, numbers: Numbers, listed: Location, content: dict[str, Any], at: Location
    ) -> Fact:
        """Add what is said of the patient; his name, of all his numbers."""
        number, others = _patient_number(numbers, listed)
        if number.value is not None:
            birth = content.get("birthDate")
            whole = birth if birth is not None and len(birth) == len("2020-12-31") else None
            row = {
                "patient_id": number,
                "birth_date": Fact(whole, (*at, "birthDate")),
                "sex": Fact(content.get("gender"), (*at, "gender")),
            }
            _merge(self.message, self.rows.patients, number.value, row)
            for other in others:
                known = self.rows.also.setdefault(other, number.value)
                if known != number.value:
                    facts = {"value": other, "first": known, "second": number.value}
                    self.message.complain(number.at, "in-both", "once", **facts)
        return number

    def _practitioner(self, item: dict[str, Any], at: Location) -> Fact:
        """Who performed an item: the primary member of its careTeam, else the Claim's provider."""
        members = enumerate(self.content.get("careTeam", ()))
        team = {_sequence(one.get("sequence")): number for number, one in members}
        performers: dict[str | None, Fact] = {}
        place: Location = (*at, "careTeamSequence")
        for number, sequence in enumerate(item.get("careTeamSequence", ())):
            if sequence is None:
                continue
            if _sequence(sequence) not in team:
                return Fact(None, (*place, number), "care-team", str(sequence))
            index = team[_sequence(sequence)]
            member, here = self.content["careTeam"][index], (*self.at, "careTeam", index)
            if _is_or_unsaid("primary", member.get("role")):
                fact = self._nihdi(member.get("provider", {}), (*here, "provider"))
                performers.setdefault(fact.value, fact)
                self._add_practitioner(fact, _codes(member.get("qualification"), PROFESSIONS), here)
        if len(performers) > 1:
            return Fact(None, place, "one-performer", " and ".join(sorted(map(str, performers))))
        if performers:
            return next(iter(performers.values()))
        return self._nihdi(self.content.get("provider", {}), (*self.at, "provider"))

    def _nihdi(self, reference: dict[str, Any], at: Location) -> Fact:
        """The NIHDI number of a reference: its own, or of the resource it leads to."""
        own = _number([reference.get("identifier", {})], (*at, "identifier"), listed=False)
        if "reference" not in reference:
            return own or Fact(None, at, "nihdi")
        place: Location = (*at, "reference")
        found = self.message.find(reference["reference"], place)
        if found is None:
            return own or Fact(None, place, "reference", reference["reference"])
        if found.type == "Practitioner":
            number = _listed_number(found) or own or Fact(None, (*found.at, "identifier"), "nihdi")
        elif found.type == "PractitionerRole":
            number = self._nihdi_of_role(found, own, place)
        else:
            return own or Fact(None, place, "practitioner", reference["reference"])
        if own is not None and None is not own.value != number.value is not None:
            return Fact(None, own.at, "one-nihdi", f"{own.value} / {number.value}")
        return number

    def _nihdi_of_role(self, role: Resource, own: Fact | None, place: Location) -> Fact:
        number = _listed_number(role)
        if number is None:
            person = role.content.get("practitioner", {})
            if self._leads_to_a_role(person, (*role.at, "practitioner", "reference")):
                number = own or Fact(None, place, "nihdi")
            elif own is None or person:
                number = self._nihdi(person, (*role.at, "practitioner"))
            else:
                number = own
        codes = [code for one in role.content.get("code", ()) for code in _codes(one, PROFESSIONS)]
        self._add_practitioner(number, codes, role.at)
        return number

    def _leads_to_a_role(self, reference: dict[str, Any], at: Location) -> bool:
        found = self.message.find(reference.get("reference", ""), at)
        return found is not None and found.type == "PractitionerRole"

    def _add_practitioner(self, number: Fact, codes: list[str], at: Location) -> None:
        if number.value is not None:
            said: set[str | None] = {PROFESSION[code] for code in codes if code in PROFESSION}
            for profession in sorted(said, key=str) if said else [None]:
                row = {"practitioner": number, "profession": Fact(profession, at)}
                _merge(self.message, self.rows.practitioners, number.value, row)

    def _tooth(self, item: dict[str, Any], at: Location) -> Fact:
        """The tooth; outside dentistry a body site that is no tooth is no matter."""
        if "bodySite" not in item:
            return Fact(None, at)
        site = item["bodySite"]
        codes = [one.get("code") for one in site.get("coding", ()) if one.get("system") == SNOMED]
        found = sorted({str(code) for code in codes if code is not None})
        if len(found) == 1 and found[0] in teeth():
            return Fact(teeth()[found[0]], at)
        if not self.is_dental:
            return Fact(None, at)
        shown = " and ".join(found or _others(site)) or site.get("text", "?")
        return Fact(_NO_TOOTH, at, "tooth", shown)

    def _faces(self, item: dict[str, Any], at: Location) -> Fact:
        """The treated faces, each once; those of another system are warned of, and not read."""
        if not item.get("subSite") or not self.is_dental:
            return Fact(None, at)
        letters = [_codes(site, FACES) for site in item["subSite"]]
        if not all(letters):
            sites = [" ".join(_others(site)) or site.get("text", "?") for site in item["subSite"]]
            self.message.warn(at, "faces", sites=", ".join(sites), system=FACES)
            return Fact(None, at)
        given = "".join(code for site in letters for code in site)
        known = [letter for letter in SURFACES if letter in given]
        return Fact("".join([*known, *sorted(set(given) - set(SURFACES))]), at)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _sequence(value: Any) -> str | None:
    """The number of a member of the careTeam, as text; of what is no number, what stands there."""
    text = _text(value)
    return text.lstrip("+") if text is not None else None


def _merge(message: Message, rows: dict[str, dict[str, Fact]], key: str, row: Row) -> None:
    """Add a row, or fill the gaps of the one there is; tell what contradicts it."""
    known = rows.setdefault(key, row)
    for name, fact in row.items():
        if known[name].value is None:
            known[name] = fact
        elif fact.value is not None and fact.value != known[name].value:
            facts = {"value": known[name].value, "place": message.path(known[name].at)}
            message.complain_of_value(fact.at, fact.value, "same-as-there", **facts)


def _codes(concept: dict[str, Any] | None, system: str | None = None) -> list[str]:
    """The codes of a concept, in one system or in any."""
    codings = (concept or {}).get("coding", ())
    return [
        str(one["code"]) for one in codings if "code" in one and system in (None, one.get("system"))
    ]


def _is_or_unsaid(code: str, concept: dict[str, Any] | None) -> bool:
    codes = _codes(concept)
    return code in codes or not codes


def _listed_number(resource: Resource) -> Fact | None:
    return _number(resource.content.get("identifier", ()), (*resource.at, "identifier"))


def _number(identifiers: Any, at: Location, *, listed: bool = True) -> Fact | None:
    """The NIHDI number among identifiers; where they are several, none."""
    found: dict[str, Location] = {}
    for number, one in enumerate(identifiers):
        if one.get("system") == NIHDI and "value" in one:
            place = (*at, number) if listed else at
            found.setdefault(str(one["value"]), (*place, "value"))
    if len(found) > 1:
        return Fact(None, at, "one-nihdi", " / ".join(found))
    return next((Fact(value, place) for value, place in found.items()), None)


def _patient_number(numbers: Numbers, at: Location) -> tuple[Fact, list[str]]:
    """A name for the patient with its system in it (SSIN first), and his other names.

    A number that is no longer in use only is a name where he has no other.
    """
    in_use = [one for one in numbers if one[0].get("use") != "old"]
    named = {fact.value: fact for fact in map(_named, numbers) if fact is not None}
    for listed in (in_use, numbers):
        for start in ("ssin:", "membership:"):
            facts = [fact for fact in map(_named, listed) if fact is not None]
            bad = [fact for fact in facts if fact.value is None]
            if bad:
                return bad[0], []
            found = {one.value: one for one in facts if str(one.value).startswith(start)}
            if len(found) > 1:
                return Fact(None, at, "one-number", " / ".join(map(str, found))), []
            for name, fact in found.items():
                return fact, [str(other) for other in named if other not in (None, name)]
    return Fact(None, at, "patient-number"), []


def _named(number: tuple[dict[str, Any], Location]) -> Fact | None:
    """A number of a patient with its system in it; None where it is of no system known here."""
    identifier, place = number
    if "value" not in identifier:
        return None
    value = str(identifier["value"])
    if identifier.get("system") == SSIN:
        good = len(value) == 11 and value.isascii() and value.isdigit()
        return Fact(f"ssin:{value}", place) if good else Fact(None, place, "ssin", value)
    insurer = identifier.get("assigner", {}).get("identifier", {})
    known = identifier.get("system") == MEMBERSHIP and insurer.get("system") == INSURER
    if known and "value" in insurer:
        return Fact(f"membership:{insurer['value']}:{value}", place)
    return None


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
    if "comparator" in quantity:
        return Fact(f"{quantity['comparator']} {value}", (*at, "comparator"))
    number = Decimal(str(value))
    whole = -(10**9) < number < 10**9 and number == number.to_integral_value()
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
    """The amount of a fact, where it is one that money can have."""
    try:
        amount = None if fact.value is None else Decimal(fact.value)
    except ArithmeticError:
        return None
    return amount if amount is None or amount.adjusted() < _DIGITS_OF_MONEY else None


def places(found: Rows) -> Iterator[tuple[tuple[str, int, str], Fact]]:
    """Where each value stands, by table, row and column."""
    for table, listed in found.tables().items():
        for number, row in enumerate(listed, 1):
            for column, fact in row.items():
                yield (table, number, column), fact
