"""From the bytes of a message, XML or JSON, to the one tree that FHIR's JSON describes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from lxml import etree

from conventio.folder.fhir.elements import Location, element, model

LARGEST = 16 << 20
"""Bytes in a message; a message of a practitioner has some ten thousand."""

FHIR = "http://hl7.org/fhir"
_XML_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff")
_XML_ATTRIBUTES = ("id", "url", "value")
_DEEP = "Excessive depth"
"""How libxml2 says that elements lie in one another by the hundreds."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SHORT = 80
_DIGITS_OF_INTEGERS = 1000
"""More than any number of FHIR has; Python reads some thousands as an integer, and no more."""


class Stray(NamedTuple):
    """Something in XML that FHIR has no place for: the key of a sentence, with its facts."""

    at: Location
    found: str
    expected: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Content:
    """What a message holds, as FHIR's JSON has it; for XML also the line of each element."""

    tree: dict[str, Any]
    lines: Mapping[Location, int] = field(default_factory=dict)
    strays: Sequence[Stray] = ()


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
    if (encoding := _wide_json(data)) is not None:
        raise Unreadable("encoding", encoding=encoding)
    if start.startswith(_XML_STARTS):
        return _from_xml(data)
    if start.startswith(b"{"):
        return _from_json(data)
    raise Unreadable("neither")


def _wide_json(data: bytes) -> str | None:
    """The encoding of JSON in units of two or four bytes, which FHIR does not take."""
    encoding = json.detect_encoding(data)
    if encoding.startswith("utf-8"):
        return None
    text = data[:400].decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")
    return "-".join(encoding.upper().split("-")[:2]) if text.startswith("{") else None


def _from_json(data: bytes) -> Content:
    try:
        tree = json.loads(
            data.decode("utf-8-sig"),
            parse_float=_decimal,
            parse_int=_integer,
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


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _DIGITS_OF_INTEGERS else Decimal(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise Unreadable("no-number", text=text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise Unreadable("twice", name=next(name for name in names if names.count(name) > 1))
    for name, value in pairs:
        values = value if isinstance(value, list) else [value]
        if any(isinstance(one, str) and not _is_text(one) for one in (name, *values)):
            raise Unreadable("no-text", name=name if _is_text(name) else "?")
    return content


def _is_text(value: str) -> bool:
    """Whether FHIR has all of its characters: no half of a pair, nothing that steers a terminal."""
    return _NO_TEXT.search(value) is None


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
        key = "too-deep" if _DEEP in (error.msg or "") else "broken-xml"
        raise Unreadable(key, error.lineno, error=error.msg) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("dtd")
    name = etree.QName(root)
    if name.namespace != FHIR:
        raise Unreadable("no-namespace", root.sourceline, name=name.localname)
    conversion = _Conversion()
    tree = conversion.resource(root, ())
    return Content(tree, conversion.lines, conversion.strays)


class _Conversion:
    """XML to the tree that JSON would have given; what FHIR doesn't know is kept, to be told."""

    def __init__(self) -> None:
        self.lines: dict[Location, int] = {}
        self.strays: list[Stray] = []

    def resource(self, node: Any, at: Location) -> dict[str, Any]:
        name = etree.QName(node).localname
        self.lines[at] = node.sourceline
        content = {} if model(name) is None else self._children(node, name, at)
        return {"resourceType": name, **content}

    def _only_resource(self, node: Any, at: Location) -> dict[str, Any]:
        """The resource within an element, of which there may be one."""
        found = [_qualified(child) for child in node]
        if len(found) > 1:
            self._stray(at, "two-resources", "one-resource", first=found[0], second=found[1])
        elif found and etree.QName(node[0]).namespace != FHIR:
            self._stray(at, "no-fhir", "resource", name=found[0])
        self._look(node, at, ())
        return self.resource(node[0], at) if len(node) else {}

    def _look(self, node: Any, at: Location, attributes: Sequence[str] = _XML_ATTRIBUTES) -> None:
        """Note text beside a value or elements, and attributes, that FHIR has no place for."""
        texts = [node.text, *(child.tail for child in node)]
        text = " ".join(" ".join(one.split()) for one in texts if one and one.strip())
        if text and (len(node) or node.get("value") is not None):
            self._stray(at, "text", "no-text", text=_short(text))
        for name in node.attrib:
            if name not in attributes and not name.startswith("{"):
                self._stray(at, "attribute", "attributes", name=name)

    def _stray(self, at: Location, found: str, expected: str, **facts: str) -> None:
        self.strays.append(Stray(at, found, expected, facts))

    def _children(self, node: Any, type_: str, at: Location) -> dict[str, Any]:
        self._look(node, at, _XML_ATTRIBUTES if type_ == "Element" else _XML_ATTRIBUTES[:2])
        content: dict[str, Any] = {
            name: node.get(name) for name in ("id", "url") if node.get(name) is not None
        }
        for child in node:
            name = _qualified(child)
            known = element(type_, name)
            if known is not None and known.type == "Narrative":
                continue
            number = len(content.get(name, ())) if known is not None and known.repeats else None
            here = (*at, name) if number is None else (*at, name, number)
            self.lines[here] = child.sourceline
            value = child.get("value", "")
            if known is not None and known.type == "Resource":
                value = self._only_resource(child, here)
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


def _qualified(node: Any) -> str:
    """The name of an element, with its namespace where that is not FHIR's."""
    name = etree.QName(node)
    return str(name.localname if name.namespace == FHIR else name)


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 3]}..."


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
