"""Texts of others on a terminal: shown, never obeyed, and readable where few letters are known."""

from __future__ import annotations

import codecs
import sys
import unicodedata

LINES = "\n\t"
"""What steers a terminal and may."""

_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of a text, so that it reads otherwise than it is."""

_PLAIN = {
    "€": "EUR",
    "–": "-",
    "—": "-",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "…": "...",
    "≥": ">=",
}
READABLE = "conventio.readable"
"""How texts are encoded where a letter is not known: the nearest one stands for it."""


def steers(letter: str) -> bool:
    """Whether a letter would do something to a terminal or a text, or is no letter at all."""
    if letter in LINES:
        return False
    return letter in _TURNS or unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")


def harmless(text: str) -> str:
    """A text in which what would steer a terminal is written out."""
    if text.isprintable():
        return text
    return "".join(_escaped(one) if steers(one) else one for one in text)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What stands for letters that an encoding does not know."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(map(_known, letters)), error.end


def _known(letter: str) -> str:
    plain = _PLAIN.get(letter) or unicodedata.normalize("NFKD", letter)
    known = plain.encode("ascii", "ignore").decode("ascii")
    return known or _escaped(letter)


def make_readable() -> None:
    """Let nothing that is said fail because of its letters."""
    codecs.register_error(READABLE, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors=READABLE)
