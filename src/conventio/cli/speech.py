"""What commands say of themselves, in the language that was asked for."""

from __future__ import annotations

from contextvars import ContextVar

spoken: ContextVar[str] = ContextVar("spoken", default="en")
"""The language that the command was asked to speak."""


def say(key: str, /, **facts: object) -> str:
    """The sentence of `key` of the commands."""
    from conventio.wording.catalogue import Catalogue

    return Catalogue.read(spoken.get(), "commands").say(key, **facts)


def refusal(key: str, /, **facts: object) -> str:
    """The sentence of `key` of what is refused."""
    from conventio.wording.catalogue import Catalogue

    return Catalogue.read(spoken.get(), "refusals").say(key, **facts)
