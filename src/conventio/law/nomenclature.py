"""The nomenclature: what is known of each code, on which basis, and which codes a rule means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from conventio.law.days import Days
from conventio.law.rules import Codes

Headings = Mapping[str, frozenset[str]]
"""The sections under which each finer kind of code stands."""

_PAIR = re.compile(r"(\d{6})(?:-(\d{6}))?")


class CodeFault(ValueError):
    """A code, a pair or a statement about one that can't be."""


def check_digit(stem: str) -> str:
    """The sixth digit of a code: its first five modulo 7."""
    return str(int(stem) % 7)


def split_pair(text: str) -> tuple[str, str | None]:
    """The ambulatory and the hospitalised code of `371114-371125`, or the single code.

    Raises CodeFault where a check digit is wrong or the second code does not follow the first.
    """
    match = _PAIR.fullmatch(text)
    if match is None:
        raise CodeFault(f"found {text!r}, expected a code of 6 digits or a pair of two such codes")
    code, pair = match.groups()
    for one in (code, pair):
        if one is not None and one[5] != check_digit(one[:5]):
            raise CodeFault(f"code {one} ends with {one[5]}, expected {check_digit(one[:5])}")
    if pair is not None and int(pair[:5]) != int(code[:5]) + 1:
        stem = f"{int(code[:5]) + 1:05}"
        raise CodeFault(f"{pair} does not follow {code}, expected {stem}{check_digit(stem)}")
    return code, pair


@dataclass(frozen=True)
class Code:
    """One code, with what is known of it; a property that nobody states is None."""

    code: str
    pair_code: str | None = None
    article: str | None = None
    section: str | None = None
    kind: str | None = None
    tooth: str | None = None
    faces: int | None = None
    images: int | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    label_fr: str | None = None
    label_nl: str | None = None
    basis: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def days(self) -> Days:
        """The days on which the code may be attested."""
        return Days(self.valid_from, self.valid_to)

    def in_doubt(
        self, codes: Codes, sets: Mapping[str, frozenset[str]], headings: Headings
    ) -> tuple[str, ...]:
        """What would have to be known to tell whether it is among the codes meant; none if it is.

        All that is known meets the choice, by a heading at least: of a code of which only the
        article is known nothing is presumed. An unknown kind is one of the code's own heading. An
        article that nobody states leaves the code uncovered, which is said of it as a whole.
        """
        if not self._named(codes, sets):
            return ()
        unknown = self._unknown(codes, headings)
        if unknown is None:
            return ()
        for excepted in codes.excepted:
            # A service that names its tooth is bound to one, whatever is known of its code.
            if self.meets(excepted, sets):
                return ()
            unknown += tuple(
                one for one in self.in_doubt(excepted, sets, headings) if one != "tooth"
            )
        return tuple(dict.fromkeys(unknown))

    def _named(self, codes: Codes, sets: Mapping[str, frozenset[str]]) -> bool:
        """Whether it is of the articles and lists of a choice."""
        return (
            (codes.articles is None or self.article in codes.articles)
            and (codes.codes is None or self.code in _both(codes.codes))
            and (codes.sets is None or any(self.code in sets.get(name, ()) for name in codes.sets))
        )

    def _unknown(self, codes: Codes, headings: Headings) -> tuple[str, ...] | None:
        """What is unknown of heading, kind and tooth; None where what is known does not fit."""
        unknown = []
        if codes.sections is not None and self.section not in codes.sections:
            of_kind = headings.get(self.kind or "", frozenset())
            if self.section is not None or not of_kind & set(codes.sections):
                return None
            unknown.append("section")
        if codes.kinds is not None and self.kind not in codes.kinds:
            possible = any(self.section in headings.get(kind, ()) for kind in codes.kinds)
            if self.kind is not None or not possible:
                return None
            unknown.append("kind")
        if codes.tooth is not None and self.tooth != codes.tooth:
            by_heading = (codes.codes, codes.sets, codes.sections, codes.kinds)
            if self.tooth is not None or by_heading == (None, None, None, None):
                return None
            unknown.append("tooth")
        return tuple(unknown)

    def meets(self, codes: Codes, sets: Mapping[str, frozenset[str]]) -> bool:
        """Whether it is among the codes meant; an unknown property meets no condition."""
        asked = (
            (codes.articles, self.article),
            (codes.sections, self.section),
            (codes.kinds, self.kind),
            ((codes.tooth,) if codes.tooth else None, self.tooth),
        )
        return (
            all(wanted is None or found in wanted for wanted, found in asked)
            and all(getattr(self, name) is None for name in codes.unknown or ())
            and (codes.codes is None or self.code in _both(codes.codes))
            and (codes.sets is None or any(self.code in sets.get(name, ()) for name in codes.sets))
            and not any(self.meets(excepted, sets) for excepted in codes.excepted)
        )


def _both(pairs: Iterable[str]) -> set[str]:
    return {code for pair in pairs for code in pair.split("-")}


class Nomenclature(Mapping[str, Code]):
    """All known codes, each of a pair by itself."""

    def __init__(
        self,
        codes: Iterable[Code],
        sets: Mapping[str, frozenset[str]],
        headings: Headings | None = None,
    ) -> None:
        self._codes = {code.code: code for code in codes}
        self._sets = sets
        self._headings = headings or {}
        self._meant: dict[Codes, frozenset[str]] = {}
        self._doubted: dict[Codes, Mapping[str, tuple[str, ...]]] = {}
        self._extended: dict[tuple[tuple[tuple[str, Any], ...], ...], Nomenclature] = {}

    def __getitem__(self, code: str) -> Code:
        return self._codes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._codes))

    def __len__(self) -> int:
        return len(self._codes)

    def meant_by(self, codes: Codes) -> frozenset[str]:
        """The codes that a rule means; worked out once, since many rules mean the same."""
        if codes not in self._meant:
            found = (code.code for code in self.values() if code.meets(codes, self._sets))
            self._meant[codes] = frozenset(found)
        return self._meant[codes]

    def in_doubt(self, codes: Codes) -> Mapping[str, tuple[str, ...]]:
        """The codes of which nobody can tell whether a rule means them, each with what is unknown.

        A code that the rule would mean but for an exception in doubt is among them too.
        """
        if codes not in self._doubted:
            found = (
                (code.code, code.in_doubt(codes, self._sets, self._headings))
                for code in self.values()
            )
            self._doubted[codes] = {code: unknown for code, unknown in found if unknown}
        return self._doubted[codes]

    def surely_meant_by(self, codes: Codes) -> frozenset[str]:
        """The codes that a rule means, whatever is not known of them."""
        return self.meant_by(codes) - self.in_doubt(codes).keys()

    def with_rows(self, rows: Iterable[Mapping[str, Any]]) -> Nomenclature:
        """Add rows of a folder: codes of its own, or in place of the shipped ones, whole.

        A row with a pair code speaks for both codes, unless the pair code has a row of its own.
        The same rows give the same nomenclature, with what was worked out of it.
        """
        given = tuple(tuple(row.items()) for row in rows)
        if given not in self._extended:
            self._extended[given] = self._with(dict(row) for row in given)
        return self._extended[given]

    def _with(self, rows: Iterable[Mapping[str, Any]]) -> Nomenclature:
        own = {str(row["code"]): _row(row) for row in rows}
        pairs = {
            code.pair_code: _row({**row_of(code), "code": code.pair_code, "pair_code": code.code})
            for code in own.values()
            if code.pair_code is not None
        }
        return Nomenclature(
            [*({**self._codes, **pairs, **own}).values()], self._sets, self._headings
        )


def row_of(code: Code) -> dict[str, Any]:
    """A code as a row of the table `nomenclature`; its bases in one text."""
    row = {name: getattr(code, name) for name in Code.__dataclass_fields__ if name != "basis"}
    row["basis"] = "; ".join(f"{name}: {basis}" for name, basis in sorted(code.basis.items()))
    return row


def _row(row: Mapping[str, Any]) -> Code:
    known: dict[str, Any] = {
        name: row.get(name) for name in Code.__dataclass_fields__ if name != "basis"
    }
    if known["tooth"] == "unknown":
        known["tooth"] = None
    return Code(**known, basis={"row": row.get("basis") or "given in the folder"})
