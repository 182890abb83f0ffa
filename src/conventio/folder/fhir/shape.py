"""Whether a tree has the shape of FHIR: objects, lists and values where its types have them.

The values themselves, and what is required, are for the models of fhir.resources to look at.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conventio.folder.fhir.elements import Element, Location, element, model
from conventio.folder.fhir.message import Message

_NUMBERS = ("decimal", "integer", "integer64", "positiveInt", "unsignedInt")


def shape(message: Message) -> bool:
    """Keep as problems what is not in shape, and take it away; False where a type is unknown."""
    sound = _Shape(message)
    sound.resource(message.content.tree, ())
    return sound.known


class _Shape:
    """One tree being looked at."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.known = True

    def resource(self, content: dict[str, Any], at: Location) -> None:
        type_ = content.get("resourceType")
        found = model(type_) if isinstance(type_, str) else None
        if not isinstance(type_, str):
            self.known = False
            self.message.complain((*at, "resourceType"), None, "resource")
        elif found is None or not found.has_resource_base():
            self.known = False
            self.message.complain(at, "no-such-type", "resource", type=type_)
        else:
            self._object(content, type_, at)

    def _object(self, content: dict[str, Any], type_: str, at: Location) -> None:
        for name in list(content):
            known = element(type_, name.removeprefix("_"))
            self._refuse_modifier(name, content[name], (*at, name))
            if known is None:  # the models say so, in every place at once
                continue
            if name.startswith("_"):
                known = Element("Element", known.repeats, primitive=False)
            beside = content.get(name[1:] if name.startswith("_") else f"_{name}")
            if not self._fits(content[name], known, (*at, name), beside is not None):
                self.message.faulty.add((*at, name))
                del content[name]

    def _refuse_modifier(self, name: str, value: Any, at: Location) -> None:
        """What may change the meaning of the rest, and is not known, must not be passed over."""
        if name == "modifierExtension" and value:
            self.message.complain(at, "several", "no-modifier")
        elif name == "implicitRules" and value:
            self.message.complain_of_value(at, str(value), "no-rules")

    def _fits(self, value: Any, known: Element, at: Location, may_have_gaps: bool) -> bool:
        if value in (None, "", [], {}):
            self.message.complain(at, None, "content")
            return False
        if not known.repeats:
            return self._one(value, known, at)
        if not isinstance(value, list):
            self.message.complain(at, "one", "list")
            return False
        for number, one in enumerate(value):
            here = (*at, number)
            if not (one is None and may_have_gaps) and not self._one(one, known, here):
                self.message.faulty.add(here)
                value[number] = None if known.primitive else {}
        return True

    def _one(self, value: Any, known: Element, at: Location) -> bool:
        if known.primitive:
            return _is_plain(value, known.type) or self._told(value, "type", known, at)
        if not isinstance(value, dict) or not value:
            return self._told(value, "elements", known, at)
        if known.type == "Resource":
            self.resource(value, at)
        else:
            self._object(value, known.type, at)
        return True

    def _told(self, value: Any, expected: str, known: Element, at: Location) -> bool:
        """Keep as a problem that something else stands there; False."""
        if value in (None, "", [], {}):
            self.message.complain(at, None, expected, type=known.type)
        elif isinstance(value, list | dict):
            found = "several" if isinstance(value, list) else "elements"
            self.message.complain(at, found, expected, type=known.type)
        else:
            found = str(value).lower() if isinstance(value, bool) else str(value)
            self.message.complain_of_value(at, found, expected, type=known.type)
        return False


def _is_plain(value: Any, type_: str) -> bool:
    """Whether it is a value as JSON has it for a type; XML has all values as text."""
    if isinstance(value, str):
        return value != ""
    if isinstance(value, bool):
        return type_ == "boolean"
    return isinstance(value, int | Decimal) and type_ in _NUMBERS
