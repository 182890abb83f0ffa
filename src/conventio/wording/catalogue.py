"""Sentences by key and language: one gettext catalogue a language, the key as its msgid."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, Self

Language = Literal["en", "fr", "nl", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "fr", "nl", "de")


class Catalogue:
    """The sentences of one subject in one language; a missing key is an error."""

    def __init__(self, sentences: Mapping[str, str], name: str) -> None:
        self._sentences = dict(sentences)
        self.name = name

    @classmethod
    def read(cls, language: str = "en", subject: str = "problems") -> Self:
        """The catalogue of a subject; LookupError where that language has none."""
        start = f"{subject}."
        found = {
            key.removeprefix(start): sentence
            for key, sentence in sentences(language).items()
            if key.startswith(start)
        }
        if not found:
            raise LookupError(f"the catalogue {language} has no subject {subject!r}")
        return cls(found, f"{language}/{subject}")

    def say(self, key: str, /, **facts: object) -> str:
        """The sentence of `key` with its {placeholders} filled in."""
        return self.sentence(key).format(**facts)

    def sentence(self, key: str) -> str:
        """The sentence of `key` as written, placeholders and all."""
        if key not in self._sentences:
            raise LookupError(f"{self.name} has no sentence for {key!r}")
        return self._sentences[key]

    def get(self, key: str) -> str | None:
        """The sentence of `key` as written; None where there is none."""
        return self._sentences.get(key)

    def keys(self) -> frozenset[str]:
        """Every key that it has a sentence for."""
        return frozenset(self._sentences)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """All sentences of a language by `subject.key`; LookupError where it has no catalogue."""
    from babel.messages.pofile import read_po

    source = files("conventio.wording") / "locale" / language / "LC_MESSAGES" / "conventio.po"
    if not source.is_file():
        raise LookupError(f"there is no catalogue of the language {language!r}")
    with source.open("rb") as stream:
        messages = read_po(stream, locale=language, abort_invalid=True)
    return {str(one.id): str(one.string) for one in messages if one.id and one.string}
