"""A message that is FHIR: its event, what each entry holds, what refers to what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from conventio.folder.fhir.elements import Location, element, model
from conventio.folder.fhir.parse import Content
from conventio.folder.fhir.references import References, Resource, version
from conventio.folder.problems import MESSAGE, Problem
from conventio.wording.catalogue import Catalogue

EVENTS = ("eattest-create", "etariff-consult")
"""The events whose messages are read: an eAttest to create, an eTariff to consult."""

_MISSING = ("missing", "model_field_validation.missing")
_CHOICE = re.compile(r"from this list \[(.*?)\]")


@dataclass
class Message:
    """The content of a message, with what is wrong with it so far."""

    file: str
    content: Content
    words: Catalogue
    problems: list[Problem] = field(default_factory=list)
    faulty: set[Location] = field(default_factory=set)
    """Where the content was no FHIR; what lies there was taken away."""
    warnings: list[Problem] = field(default_factory=list)
    """What the message says that is not read, though it matters to an answer."""

    def problem(
        self, at: Location, found: str | None, expected: str, *, described: bool = True
    ) -> Problem:
        """A problem at a place in the message."""
        return Problem(
            "error",
            MESSAGE,
            self.file,
            self._line(at),
            self.path(at) or None,
            found,
            expected,
            described=described,
        )

    def complain(self, at: Location, found: str | None, expected: str, /, **facts: object) -> None:
        """Keep a problem; `found` and `expected` are keys of sentences."""
        says = None if found is None else self.words.say(f"found.{found}", **facts)
        wanted = self.words.say(f"expected.{expected}", **facts)
        self.problems.append(self.problem(at, says, wanted))

    def warn(self, at: Location, about: str, /, **facts: object) -> None:
        """Keep a warning, of which `about` is the key of what is found, expected and advised."""
        says, wanted, advice = (
            self.words.say(f"{part}.{about}", **facts) for part in ("found", "expected", "advice")
        )
        placed = self.problem(at, says, wanted)
        self.warnings.append(replace(placed, severity="warning", advice=advice))

    def complain_of_value(
        self, at: Location, found: str, expected: str, /, **facts: object
    ) -> None:
        """Keep a problem about a value, which is shown as it stands."""
        wanted = self.words.say(f"expected.{expected}", **facts)
        self.problems.append(self.problem(at, found, wanted, described=False))

    def path(self, at: Location) -> str:
        """A place as FHIR writes paths: within its resource where that is the only one."""
        if at[:1] == ("entry",) and len(at) > 2 and at[2] == "resource":
            number, rest = int(at[1]), at[3:]
            entries = self.content.tree["entry"]
            types = [_type(entry) for entry in entries]
            type_ = types[number]
            if type_ and types.count(type_) == 1:
                return _written(type_, rest)
            return _written(f"Bundle.entry[{number}].resource", rest)
        return _written("Bundle" if at else "", at)

    def _line(self, at: Location) -> int | None:
        lines = self.content.lines
        return next((lines[at[:n]] for n in range(len(at), -1, -1) if at[:n] in lines), None)

    @cached_property
    def resources(self) -> list[Resource]:
        """The resources of the entries, in order."""
        return [
            Resource(entry["resource"], ("entry", number, "resource"))
            for number, entry in enumerate(self.content.tree.get("entry", ()))
            if isinstance(entry.get("resource"), dict)
        ]

    def address(self, resource: Resource) -> str:
        """The path of a resource within the message, with the full URL of its entry."""
        if resource.at[2:] != ("resource",):
            return self.path(resource.at)
        url = self.content.tree["entry"][resource.at[1]].get("fullUrl")
        return f"entry[{resource.at[1]}]" + (f" ({url})" if url else "")

    @cached_property
    def _bundle(self) -> References:
        return References(self.content.tree.get("entry", ()), self.resources)

    def find(self, reference: str, at: Location) -> Resource | None:
        """The resource that the reference at a place leads to; None where there is none.

        Where it leads to several, that is told, and the first is taken.
        """
        found = self._bundle.find(reference, at)
        if len(found) > 1:
            first, second = map(self.address, found[:2])
            facts = {"reference": reference, "first": first, "second": second}
            self.complain(at, "two-resources-named", "one-resource-named", **facts)
        return found[0] if found else None

    def claims(self) -> Iterator[Resource]:
        """The Claims in focus; what is in focus but no Claim is complained of."""
        header = next((one for one in self.resources if one.type == "MessageHeader"), None)
        if header is None:
            return
        focus = (*header.at, "focus")
        if not header.content.get("focus") and focus not in self.faulty:
            self.complain(focus, None, "some-claim")
        claims: dict[Location, int] = {}
        for number, one in enumerate(header.content.get("focus", ())):
            at = (*focus, number, "reference")
            reference = one.get("reference")
            resource = None if reference is None else self.find(reference, at)
            if resource is not None and resource.type == "Claim":
                if resource.at in claims:
                    first = f"focus[{claims[resource.at]}]"
                    self.complain(at, "claim-again", "claim-once", claim=reference, first=first)
                    continue
                claims[resource.at] = number
                yield resource
            elif resource is not None:
                self.complain(at, "focus", "claim", type=resource.type)
            elif reference is not None:
                self.complain_of_value(at, reference, "claim")
            else:
                self.complain(at, None, "claim")


def _type(entry: Any) -> str | None:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    found = resource.get("resourceType") if isinstance(resource, dict) else None
    return found if isinstance(found, str) else None


def _written(start: str, rest: Location) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)
    return (start + "".join(steps)).removeprefix(".")


def is_taken(message: Message) -> bool:
    """Whether it is a message of an event that is read; otherwise a problem says what it is."""
    tree = message.content.tree
    if tree["resourceType"] != "Bundle":
        message.complain((), "resource", "bundle", type=tree["resourceType"])
    elif tree.get("type") != "message":
        message.complain(("type",), "bundle", "message-type", type=tree.get("type", "unknown"))
    else:
        return _event_is_taken(message)
    return False


def _event_is_taken(message: Message) -> bool:
    entries = message.content.tree.get("entry")
    headers = [
        number
        for number, entry in enumerate(entries if isinstance(entries, list) else ())
        if _type(entry) == "MessageHeader"
    ]
    if not headers:
        message.complain((), "no-header", "header")
        return False
    for number in headers[1:]:
        places = {"first": f"entry[{headers[0]}]", "second": f"entry[{number}]"}
        message.complain(("entry", number), "two-headers", "one-header", **places)
    header = message.content.tree["entry"][headers[0]]["resource"]
    coding = header.get("eventCoding")
    event = coding.get("code") if isinstance(coding, dict) else header.get("eventUri")
    if event in EVENTS:
        return True
    found = "no-event" if event is None else "event"
    name = "eventUri" if "eventUri" in header else "eventCoding"
    at = ("entry", headers[0], "resource", name)
    message.complain(at, found, "event", event=event, events=" or ".join(EVENTS))
    return False


def validate(message: Message) -> bool:
    """Compare a message of the right shape with FHIR R4, keep what is wrong, and take it away.

    False where something required is missing, so that what is left can't be read.
    """
    bundle = model("Bundle")
    if bundle is None:
        raise AssertionError("FHIR has a Bundle")
    for _ in range(2):
        try:
            bundle.model_validate(message.content.tree)
        except ValidationError as error:
            for one in error.errors():
                _fault(message, one["loc"], one["type"], one["msg"], one["input"])
        else:
            return _unique_addresses(message)
    return False


def _unique_addresses(message: Message) -> bool:
    """Tell where two entries have one full URL; versions of one resource may."""
    seen: set[tuple[str, Any]] = set()
    for number, entry in enumerate(message.content.tree.get("entry", ())):
        url = entry.get("fullUrl")
        if url is None:
            continue
        one = (str(url), version(entry.get("resource") or {}))
        if one in seen:
            message.complain_of_value(("entry", number, "fullUrl"), str(url), "once")
        seen.add(one)
    return True


def _fault(message: Message, at: Location, kind: str, says: str, value: Any) -> None:
    """Keep one thing that is no FHIR, and take it out of the content."""
    if any(at[: len(other)] == other for other in message.faulty):
        return
    message.faulty.add(at)
    if kind in _MISSING:
        message.complain(at, None, "required")
    elif kind == "extra_forbidden":
        message.complain(at, "unknown-element", "known-element")
        _take_away(message.content.tree, at)
    elif (choice := _CHOICE.search(says)) is not None:
        _fault_of_choice(message, at, choice[1].replace("'", "").split(", "))
    else:
        _fault_of_value(message, at, value)
        _take_away(message.content.tree, at)


def _fault_of_choice(message: Message, at: Location, names: list[str]) -> None:
    """An element has several forms, of which one may stand, or of which one must."""
    holder: Any = message.content.tree
    for step in at:
        holder = _step(holder, step)
    given = [name for name in names if name in holder]
    found = " and ".join(given) if given else None
    wanted = message.words.say("expected.choice", names=", ".join(given or names))
    message.problems.append(message.problem(at, found, wanted))
    for name in given:
        message.faulty.add((*at, name))
        del holder[name]


def _fault_of_value(message: Message, at: Location, value: Any) -> None:
    expected, type_ = _wanted(message, at)
    found = str(value).lower() if isinstance(value, bool) else str(value)
    message.complain_of_value(at, found, expected, type=type_)


def _wanted(message: Message, at: Location) -> tuple[str, str]:
    """The key of what an element takes, and its type."""
    type_, value = "Bundle", message.content.tree
    for step in at:
        if isinstance(step, str):
            known = element(type_, step)
            type_ = known.type if known else "Element"
        value = _step(value, step)
        if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
            type_ = value["resourceType"]
    key = type_ if type_ in ("date", "dateTime", "decimal", "positiveInt") else "type"
    return key, type_


def _step(value: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def _take_away(tree: Any, at: Location) -> None:
    for step in at[:-1]:
        tree = _step(tree, step)
    last = at[-1] if at else None
    if isinstance(tree, dict) and last in tree:
        del tree[last]
    elif isinstance(tree, list) and isinstance(last, int) and last < len(tree):
        tree[last] = {} if isinstance(tree[last], dict) else None
