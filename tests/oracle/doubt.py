"""What is answered where too little is known of a code: whatever may be so is tried.

A code of a known heading may be of any kind of that heading, and one of a known kind stands under
the heading of that kind. A rule that would object in one of these worlds, and not as things are
known, could not tell. No rule asks of a heading whether its codes are bound to a tooth.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from . import care, given, law, projects, radiography
from .case import Case, Code, Finding, Rule, Service, says

# These refuse nothing, whatever the code is.
ONLY_WARNING: tuple[Rule, ...] = (
    care.treated_faces,
    radiography.prescription_known,
    radiography.panoramic_pregnancy,
    given.panoramic_child,
)

SUTURE_SESSION: Rule = next(
    project.while_it_runs for project in projects.PROJECTS if project.rule == "suture-session"
)

# What these answer hangs on more than the service: where it is in doubt whether they are asked at
# all, nothing else is looked at.
LOOKING_FURTHER: tuple[Rule, ...] = (
    SUTURE_SESSION,
    care.fillings_per_tooth_and_year,
    care.extraction_once,
    care.no_conservative_care_after_extraction,
    radiography.radiography_authorisation,
)


def in_other_worlds(service: Service) -> list[Service]:
    """The service, its code as it may be where that is not known."""
    return [replace(service, entry=world) for world in worlds(service.entry)]


def with_doubts(
    rule: Rule, service: Service, others: Sequence[Service], case: Case
) -> list[Finding]:
    """What a rule says of a service, or that it could not tell; `others` are it in other worlds."""
    known = list(rule(service, case))
    if rule in ONLY_WARNING:
        return known
    looks_further = rule in LOOKING_FURTHER
    for other in others:
        if looks_further:
            is_asked = asks(rule, service, case)
            differs = asks(rule, other, case)
            objecting = differs if differs and not is_asked else []
        else:
            said = list(rule(other, case))
            objecting = [one for one in said if one.severity in ("refuse", "unchecked")]
            if known:
                objecting = []
        if objecting:
            first = objecting[0]
            return [says(first.rule, first.provision, "unchecked", service)]
    return known


def asks(rule: Rule, service: Service, case: Case) -> list[Finding]:
    """What it says where it has nothing to go by: something if it speaks of the code at all."""
    alone = Case(case.folder, ())
    if rule == SUTURE_SESSION:
        return list(rule(service, alone))
    return list(rule(replace(service, day=None, at=None, tooth=None), alone))


@cache
def worlds(code: Code | None) -> tuple[Code, ...]:
    """How the code may be, where that is not known; a code of which nothing is known is left so."""
    if code is None:
        return ()
    found = (
        replace(code, section=section, kind=kind)
        for section in sections(code)
        for kind in kinds(code, section)
    )
    return tuple(world for world in found if world != code)


def sections(code: Code) -> list[str | None]:
    of_kind = law.HEADING_OF_KIND.get(code.kind or "")
    if code.section is None and of_kind is not None:
        return [None, of_kind]
    return [code.section]


def kinds(code: Code, section: str | None) -> list[str | None]:
    if code.kind is not None:
        return [code.kind]
    return [None, *(kind for kind, of in law.HEADING_OF_KIND.items() if of == section)]
