"""What a reference within a message leads to, by FHIR R4's rules for bundles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from conventio.folder.fhir.elements import Location

_RELATIVE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})")
_RESTFUL = re.compile(r"(https?://\S+/)[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}(/_history/\S+)?")
_VERSIONED = re.compile(r"(.+)/_history/([A-Za-z0-9.-]{1,64})")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Resource(NamedTuple):
    """A resource of the message and where it stands."""

    content: dict[str, Any]
    at: Location

    @property
    def type(self) -> str:
        """Its type, such as Patient."""
        return str(self.content["resourceType"])


def version(content: dict[str, Any]) -> Any:
    """The version of a resource, where it says one."""
    meta = content.get("meta")
    return meta.get("versionId") if isinstance(meta, dict) else None


class References:
    """The resources of a bundle by their full URLs, and by type and id."""

    def __init__(self, entries: Sequence[Any], resources: Sequence[Resource]) -> None:
        self._entries = entries
        self._by_url: dict[str, list[Resource]] = {}
        self._by_type_and_id: dict[str, list[Resource]] = {}
        for one in resources:
            if (url := self._url(one.at)) is not None:
                self._by_url.setdefault(url, []).append(one)
            name = f"{one.type}/{one.content.get('id')}"
            self._by_type_and_id.setdefault(name, []).append(one)

    def find(self, reference: str, at: Location) -> list[Resource]:
        """All that a reference at a place can mean: one where it is right."""
        if reference.startswith("#"):
            return self._contained(reference[1:], at)
        versioned = _VERSIONED.fullmatch(reference)
        whole = versioned[1] if versioned else reference
        found = self._within(whole, at)
        if versioned:
            return [one for one in found if version(one.content) == versioned[2]]
        return found

    def _within(self, reference: str, at: Location) -> list[Resource]:
        if _ABSOLUTE.match(reference):
            return self._by_url.get(reference, [])
        if not _RELATIVE.fullmatch(reference):
            return []
        own = _RESTFUL.fullmatch(self._url(at) or "")
        if own is not None:
            return self._by_url.get(own[1] + reference, [])
        # Who has no address on a server can mean no server's: by type and id, if that is one.
        return self._by_type_and_id.get(reference, [])

    def _contained(self, name: str, at: Location) -> list[Resource]:
        if at[:1] != ("entry",):
            return []
        place: Location = (*at[:2], "resource")
        holder = self._entries[int(at[1])]["resource"]
        if not name:
            return [Resource(holder, place)]
        return [
            Resource(inner, (*place, "contained", number))
            for number, inner in enumerate(holder.get("contained", ()))
            if inner.get("id") == name
        ]

    def _url(self, at: Location) -> str | None:
        url = self._entries[int(at[1])].get("fullUrl") if at[:1] == ("entry",) else None
        return None if url is None else str(url)
