"""Catalogues of sentences as gettext writes them, read in a few milliseconds.

What we write of the format, and no more: babel reads the same, and takes ten times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_WORDS = ("msgid", "msgid_plural", "msgstr", "msgstr[0]", "msgstr[1]")
_ESCAPED = re.compile(r"\\(.)")
_LETTERS = {"n": "\n", "t": "\t"}


@dataclass(slots=True)
class Entry:
    """One sentence: its key, the placeholder that counts where one does, and its forms."""

    key: list[str] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)
    forms: list[list[str]] = field(default_factory=list)


def entries(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The entries of a catalogue: key, placeholder that counts, forms; the first is its head.

    Raises ValueError for a line that is none of a catalogue.
    """
    one = Entry()
    at = one.key
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line[0] == "#":
            continue
        word, _, quoted = ("", "", line) if line[0] == '"' else line.partition(" ")
        if len(quoted) < 2 or quoted[0] + quoted[-1] != '""' or (word and word not in _WORDS):
            raise ValueError(f"line {number} is none of a catalogue: {line}")
        if word == "msgid":
            if one.forms:
                yield _whole(one)
            one = Entry()
            at = one.key
        elif word == "msgid_plural":
            at = one.counts
        elif word:
            at = []
            one.forms.append(at)
        at.append(quoted[1:-1])
    yield _whole(one)


def _whole(one: Entry) -> tuple[str, str, tuple[str, ...]]:
    return _text(one.key), _text(one.counts), tuple(map(_text, one.forms))


def _text(lines: list[str]) -> str:
    text = "".join(lines)
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), text)
