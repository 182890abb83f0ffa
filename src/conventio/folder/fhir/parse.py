"""From the bytes of a message, XML or JSON, to the one tree that FHIR's JSON describes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from lxml import etree

from conventio.folder.fhir.elements import Location, element, model

LARGEST = 16 << 20
"""Bytes in a message; a message of a practitioner has some ten thousand."""

FHIR = "http://hl7.org/fhir"
_XML_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Content:
    """What a message holds, as FHIR's JSON has it; for XML also the line of each element."""

    tree: dict[str, Any]
    lines: Mapping[Location, int] = field(default_factory=dict)


class Unreadable(Exception):
    """The file holds no FHIR: `found` is the key of a sentence, with its facts."""

    def __init__(self, found: str, line: int | None = None, **facts: object) -> None:
        super().__init__(found)
        self.found, self.line, self.facts = found, line, facts


def read(path: Path) -> bytes:
    """The bytes of a message; Unreadable where there is no file, or far too much of it."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable("no-file", error=error.strerror) from error
    if len(data) > LARGEST:
        raise Unreadable("too-large", megabytes=LARGEST >> 20)
    return data


def parse(data: bytes) -> Content:
    """The tree of a message; Unreadable where it is neither XML nor JSON of FHIR."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise Unreadable("empty")
    if start.startswith(_XML_STARTS):
        return _from_xml(data)
    if start.startswith(b"{"):
        return _from_json(data)
    raise Unreadable("neither")


def _from_json(data: bytes) -> Content:
    try:
        tree = json.loads(
            data.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise Unreadable("bytes", data.count(b"\n", 0, error.start) + 1) from error
    except json.JSONDecodeError as error:
        raise Unreadable("broken-json", error.lineno, error=error.msg) from error
    if not isinstance(tree.get("resourceType"), str):
        raise Unreadable("no-resource-type")
    return Content(tree)


def _no_number(text: str) -> NoReturn:
    raise Unreadable("no-number", text=text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable("twice", name=next(name for name in names if names.count(name) > 1))
    return content


def _from_xml(data: bytes) -> Content:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("broken-xml", error.lineno, error=error.msg) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("dtd")
    name = etree.QName(root)
    if name.namespace != FHIR:
        raise Unreadable("no-namespace", root.sourceline, name=name.localname)
    conversion = _Conversion()
    return Content(conversion.resource(root, ()), conversion.lines)


class _Conversion:
    """XML to the tree that JSON would have given; what FHIR doesn't know is kept, to be told."""

    def __init__(self) -> None:
        self.lines: dict[Location, int] = {}

    def resource(self, node: Any, at: Location) -> dict[str, Any]:
        name = etree.QName(node).localname
        self.lines[at] = node.sourceline
        content = {} if model(name) is None else self._children(node, name, at)
        return {"resourceType": name, **content}

    def _children(self, node: Any, type_: str, at: Location) -> dict[str, Any]:
        content: dict[str, Any] = {
            name: node.get(name) for name in ("id", "url") if node.get(name) is not None
        }
        for child in node:
            qualified = etree.QName(child)
            name = qualified.localname if qualified.namespace == FHIR else str(qualified)
            known = element(type_, name)
            if known is not None and known.type == "Narrative":
                continue
            number = len(content.get(name, ())) if known is not None and known.repeats else None
            here = (*at, name) if number is None else (*at, name, number)
            self.lines[here] = child.sourceline
            value = child.get("value", "")
            if known is not None and known.type == "Resource":
                value = self.resource(child[0], here) if len(child) else {}
            elif known is not None and known.primitive:
                value = self._primitive(content, name, number, child, here)
            elif known is not None:
                value = self._children(child, known.type, here)
            _put(content, name, value, repeats=number is not None)
        return content

    def _primitive(
        self, content: dict[str, Any], name: str, number: int | None, node: Any, at: Location
    ) -> str | None:
        """The value; extensions of it go beside it, under `_name`."""
        beside = self._children(node, "Element", at)
        if number is not None and (beside or f"_{name}" in content):
            listed = content.setdefault(f"_{name}", [])
            listed += [None] * (number - len(listed)) + [beside or None]
        elif beside:
            content[f"_{name}"] = beside
        value: str | None = node.get("value")
        return value if value is not None or beside else ""


def _put(content: dict[str, Any], name: str, value: Any, *, repeats: bool) -> None:
    """Add an element; one that may stand once but stands twice becomes a list, which is told."""
    if repeats:
        content.setdefault(name, []).append(value)
    elif name in content and isinstance(content[name], list):
        content[name].append(value)
    elif name in content:
        content[name] = [content[name], value]
    elif value is not None:
        content[name] = value
