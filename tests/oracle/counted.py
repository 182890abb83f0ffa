"""How many rules are asked of a service: those that can be brought to say something of it.

Nothing is known of the rules' insides here. Each is put before the service under conditions that
are as bad as can be, and is asked if it objects to one of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from . import law, radiography
from .case import IDS, Case, Folder, Rule, Service, Tables, service_of
from .decide import RULES

ON_CODE_AND_DATE = frozenset({"known-code", "not-covered", "code-in-force", "same-service-twice"})
ON_CODE_AND_DATE |= {"age-known", "not-before-birth", "not-after-check"}

NOBODY = "29999999999"
"""A number of a profession that has no title for any dental care."""


def counts(tables: Tables) -> dict[str, int]:
    """How many rules are asked of each new service of a folder."""
    folder = Folder(tables)
    rules = [rule for rule, needs in RULES if all(folder.has(*need) for need in needs)]
    return {
        service.id: rules_asked(service, folder, rules)
        for services in folder.services.values()
        for service in services
        if service.is_new
    }


def rules_asked(service: Service, folder: Folder, rules: Iterable[Rule]) -> int:
    """The rules besides those on code, date and amounts."""
    if service.entry is None:
        return 0
    number = service.declared.get("prescription_id")
    alike = (service.code, service.day, number is not None, bool(prescribed(service, folder)))
    if alike not in folder.counted:
        folder.counted[alike] = said(service, folder, rules)
    return len(folder.counted[alike] - not_of_the_patient(service, folder))


def not_of_the_patient(service: Service, folder: Folder) -> set[str]:
    """The rules that speak of some patients only, where this one is known to be none of them."""
    pregnant = replace(service, declared={**service.declared, "pregnant": True})
    asks = any(radiography.panoramic_pregnancy(pregnant, Case(folder, ())))
    return set() if asks else {"panoramic-pregnancy"}


def said(service: Service, folder: Folder, rules: Iterable[Rule]) -> set[str]:
    """The rules that can be brought to say something of a service of some patient."""
    found = {
        finding.rule
        for rule in rules
        for probe, case in probes(service, folder)
        for finding in rule(probe, case)
    }
    return (found | gives_the_whole_fee(service, folder)) - ON_CODE_AND_DATE


def gives_the_whole_fee(service: Service, folder: Folder) -> set[str]:
    """It is no rule of the list: it settles an amount, while the project runs."""
    needs = (("patients", "birth_date"), ("fees",))
    runs = service.day is None or law.PROJECTS_FROM <= service.day <= law.PROJECTS_TO
    listed = service.is_one_of(law.WITHOUT_PATIENT_SHARE)
    return {"no-patient-share"} if listed and runs and all(folder.has(*n) for n in needs) else set()


def probes(service: Service, folder: Folder) -> Iterator[tuple[Service, Case]]:
    bare = bare_of(service)
    empty = Folder({"nomenclature": [], "services": []})
    empty.services[service.patient_id] = [bare]
    empty.authorisations = folder.authorisations
    yield bare, Case(empty, ())
    newborn = Folder({"nomenclature": [], "services": []})
    newborn.patients = {service.patient_id: {"birth_date": service.day}}
    yield bare, Case(newborn, ())
    if service.day is not None:
        yield bare, Case(empty, tuple(crowd(service, folder)))
    for number in prescribed(service, folder):
        for prescription in (blank(folder.prescriptions[number]), WRONG):
            empty.prescriptions[number] = {**blank(folder.prescriptions[number]), **prescription}
            yield bare, Case(empty, ())
    if service.day is not None and is_undated_too(service):
        yield replace(bare, day=None, at=None), Case(empty, ())


def is_undated_too(service: Service) -> bool:
    """Urgent supplements: their rules hold on all days, and look at what they go with."""
    return service.section == "urgent-supplement"


def bare_of(service: Service) -> Service:
    """The service without any of its facts, by nobody; with a requirement, to which some object."""
    kept = {"prescription_id", *IDS}
    declared: dict[str, Any] = {
        name: value if name in kept else None for name, value in service.declared.items()
    }
    declared |= {name: None for name in FACTS if name not in declared}
    assert service.entry is not None
    return replace(
        service,
        practitioner=NOBODY,
        declared={**declared, **OBJECTED_TO},
        entry=replace(service.entry, images=service.entry.images or 1),
        tooth=None,
        surfaces=None,
        direct_method=None,
        provisional=None,
        session_id=None,
        related_service_id=None,
    )


FACTS = ("prescription_id",)

OBJECTED_TO: dict[str, Any] = {
    "requirement": "1",
    "pregnant": True,
    "most_indicated": False,
    "substitution_explained": False,
}

WRONG: dict[str, Any] = {
    "patient_id": "somebody else",
    "patient_birth_date": date(1800, 1, 1),
    "prescribed_on": date(9999, 12, 31),
}
"""A prescription of another, dated after every service."""


def crowd(service: Service, folder: Folder) -> Iterator[Service]:
    """One of every pair on its day, accepted before, and more than any limit allows."""
    for code in folder.nomenclature.values():
        if code.pair_code is not None and code.pair_code < code.code:
            continue
        row = {
            "service_id": f"other-{code.code}",
            "patient_id": service.patient_id,
            "practitioner": NOBODY,
            "performed_at": service.day,
            "code": code.code,
            "count": 9,
            "decided": "accepted",
        }
        yield service_of(row, folder.nomenclature)


def prescribed(service: Service, folder: Folder) -> list[str]:
    number = service.declared.get("prescription_id")
    return [number] if number is not None and number in folder.prescriptions else []


def blank(row: Any) -> dict[str, Any]:
    return dict.fromkeys(row)
