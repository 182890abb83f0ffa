"""Sentences by key and language: one gettext catalogue a language, the key as its msgid.

A sentence that tells a number has a form for each that its language knows; its msgid_plural is the
name of the {placeholder} that holds the number.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, Self, TypeVar

Language = Literal["en", "fr", "nl", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "fr", "nl", "de")
One = TypeVar("One")


@dataclass(frozen=True)
class Numbered:
    """A sentence that tells a number: its forms, and which of them a number takes."""

    counts: str
    """The placeholder that holds the number."""
    forms: tuple[str, ...]
    which: Callable[[int], int]

    def form(self, number: object) -> str:
        """The form for a number, or for a number as it is written."""
        few = str(number) in ("0", "1")
        return self.forms[self.which(int(str(number)) if few else MANY)]


MANY = 2
"""A number that takes the same form as all numbers above 1, in each of the languages."""


class Catalogue:
    """The sentences of one subject in one language; a missing key is an error."""

    def __init__(
        self,
        sentences: Mapping[str, str],
        name: str,
        numbered: Mapping[str, Numbered] | None = None,
    ) -> None:
        self._sentences = dict(sentences)
        self._numbered = dict(numbered or {})
        self.name = name

    @classmethod
    def read(cls, language: str = "en", subject: str = "problems") -> Self:
        """The catalogue of a subject; LookupError where that language has none."""
        found = _of(subject, sentences(language))
        if not found:
            raise LookupError(f"the catalogue {language} has no subject {subject!r}")
        return cls(found, f"{language}/{subject}", _of(subject, numbered(language)))

    @property
    def language(self) -> str:
        """Its language, by two letters."""
        return self.name.partition("/")[0]

    def say(self, key: str, /, **facts: object) -> str:
        """The sentence of `key` with its {placeholders} filled in."""
        one = self._numbered.get(key)
        return (self.sentence(key) if one is None else one.form(facts[one.counts])).format(**facts)

    def sentence(self, key: str) -> str:
        """The sentence of `key` as written, placeholders and all; of many where it counts."""
        if key not in self._sentences:
            raise LookupError(f"{self.name} has no sentence for {key!r}")
        return self._sentences[key]

    def numbered(self, key: str) -> Numbered | None:
        """The forms of the sentence of `key`; None where it tells no number."""
        return self._numbered.get(key)

    def get(self, key: str) -> str | None:
        """The sentence of `key` as written; None where there is none."""
        return self._sentences.get(key)

    def keys(self) -> frozenset[str]:
        """Every key that it has a sentence for."""
        return frozenset(self._sentences)


def _of(subject: str, all_of_them: Mapping[str, One]) -> dict[str, One]:
    start = f"{subject}."
    return {
        key.removeprefix(start): one for key, one in all_of_them.items() if key.startswith(start)
    }


def sentences(language: str) -> Mapping[str, str]:
    """All sentences of a language by `subject.key`; LookupError where it has no catalogue.

    Of a sentence that tells a number it is the form for many.
    """
    return _read(language)[0]


def numbered(language: str) -> Mapping[str, Numbered]:
    """The sentences of a language that tell a number, by `subject.key`."""
    return _read(language)[1]


@cache
def _read(language: str) -> tuple[Mapping[str, str], Mapping[str, Numbered]]:
    from babel.messages.pofile import read_po

    source = files("conventio.wording") / "locale" / language / "LC_MESSAGES" / "conventio.po"
    if not source.is_file():
        raise LookupError(f"there is no catalogue of the language {language!r}")
    with source.open("rb") as stream:
        messages = read_po(stream, locale=language, abort_invalid=True)
    which = gettext.c2py(messages.plural_expr)
    plain: dict[str, str] = {}
    counted: dict[str, Numbered] = {}
    for one in messages:
        if not isinstance(one.id, str):
            key, counts = one.id
            counted[key] = Numbered(counts, tuple(one.string or ()), which)
            plain[key] = counted[key].form(MANY)
        elif one.id and one.string:
            plain[one.id] = str(one.string)
    return plain, counted
