"""What commands say of themselves, in the language that was asked for."""

from __future__ import annotations


class Spoken:
    """The language that the command speaks, in whatever thread it says something."""

    def __init__(self) -> None:
        self._language = "en"

    def get(self) -> str:
        """The language."""
        return self._language

    def set(self, language: str) -> None:
        """Speak another language from now on."""
        self._language = language


spoken = Spoken()
"""The language that the command was asked to speak."""


def say(key: str, /, **facts: object) -> str:
    """The sentence of `key` of the commands."""
    from conventio.wording.catalogue import Catalogue

    return Catalogue.read(spoken.get(), "commands").say(key, **facts)


def refusal(key: str, /, **facts: object) -> str:
    """The sentence of `key` of what is refused."""
    from conventio.wording.catalogue import Catalogue

    return Catalogue.read(spoken.get(), "refusals").say(key, **facts)
