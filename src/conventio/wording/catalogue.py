"""Sentences by key and language, each kept in one file a language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Self

import yaml


class Catalogue:
    """The sentences of one subject in one language; a missing key is an error."""

    def __init__(self, sentences: Mapping[str, str], name: str) -> None:
        self._sentences = dict(sentences)
        self.name = name

    @classmethod
    def read(cls, language: str = "en", subject: str = "problems") -> Self:
        """The catalogue of a subject; LookupError where that language has none."""
        name = f"{subject}.{language}.yaml"
        return cls(_sentences(name), name)

    def say(self, key: str, /, **facts: object) -> str:
        """The sentence of `key` with its {placeholders} filled in."""
        return self.sentence(key).format(**facts)

    def sentence(self, key: str) -> str:
        """The sentence of `key` as written, placeholders and all."""
        if key not in self._sentences:
            raise LookupError(f"{self.name} has no sentence for {key!r}")
        return self._sentences[key]

    def keys(self) -> frozenset[str]:
        """Every key that it has a sentence for."""
        return frozenset(self._sentences)


@lru_cache
def _sentences(name: str) -> dict[str, str]:
    source = files("conventio.wording") / name
    if not source.is_file():
        raise LookupError(f"there is no catalogue {name}")
    return dict(_flat(yaml.safe_load(source.read_text(encoding="utf-8")), ""))


def _flat(node: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in node.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
