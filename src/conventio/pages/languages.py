"""What a page says, in every language at once, so that its reader can switch."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from conventio.wording import amounts
from conventio.wording.catalogue import LANGUAGES, Catalogue, Language
from conventio.wording.manner import ForPeople


class InAll(tuple[str, ...]):
    """One text in every language, in the order of `LANGUAGES`."""

    __slots__ = ()

    def in_language(self, language: str) -> str:
        """The text in one of them."""
        return self[_PLACES[language]]


_PLACES = {str(language): place for place, language in enumerate(LANGUAGES)}


class Speaker:
    """Says the sentences of a subject in all languages; facts may differ by language too."""

    def __init__(self, subject: str) -> None:
        self._words = [Catalogue.read(language, subject) for language in LANGUAGES]
        self._manners = [ForPeople(language) for language in LANGUAGES]
        self._written: dict[tuple[object, object], InAll] = {}

    def say(self, key: str, /, **facts: object) -> InAll:
        """The sentence of `key` with its {placeholders} filled in."""
        return InAll(
            words.say(key, **{name: _at(place, fact) for name, fact in facts.items()})
            for place, words in enumerate(self._words)
        )

    def each(self, says: Callable[[ForPeople], str]) -> InAll:
        """What is said in the manner of each language."""
        return InAll(map(says, self._manners))

    def perhaps(self, says: Callable[[ForPeople], str | None]) -> InAll | None:
        """The same; None where a language has nothing to say."""
        said = [text for text in map(says, self._manners) if text is not None]
        return InAll(said) if len(said) == len(LANGUAGES) else None

    def write(self, value: Any, how: Callable[[Any, str], str]) -> InAll:
        """A value as a function of `wording.amounts` writes it."""
        if (value, how) not in self._written:
            self._written[value, how] = InAll(how(value, language) for language in LANGUAGES)
        return self._written[value, how]

    def number(self, value: int) -> InAll:
        """A whole number."""
        return self.write(value, amounts.number)

    def amount(self, value: Decimal | None) -> InAll:
        """An amount in EUR with its unit."""
        return self.write(value, amounts.amount)

    def cents(self, value: Decimal | None) -> InAll:
        """An amount in EUR without its unit."""
        return self.write(value, amounts.cents)

    def moment(self, value: datetime | date | None) -> InAll:
        """A day, with the time where one is known."""
        return self.write(value, amounts.moment)


def _at(place: int, fact: object) -> object:
    return fact[place] if isinstance(fact, InAll) else fact


class Texts:
    """The texts of a page that differ by language, each kept once.

    The page is written in one of the languages; a text that differs is marked with its number.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self._numbers: dict[InAll, int] = {}

    def shown(self, value: Any) -> Any:
        """A text as an element of the page; what is no text in all languages as it is."""
        if not isinstance(value, InAll):
            return value
        text, mark = escape(value.in_language(self.language)), self.mark(value)
        return Markup(f"<span{mark}>{text}</span>") if mark else text

    def mark(self, value: InAll) -> Markup:
        """The attribute of an element whose whole content is the text."""
        number = self._number(value)
        return Markup("") if number is None else Markup(f' data-t="{number}"')

    def plain(self, value: InAll) -> str:
        """The text alone, in the language of the page."""
        return value.in_language(self.language)

    def attribute(self, name: str, value: InAll) -> Markup:
        """An attribute that holds the text."""
        written = f' {name}="{escape(self.plain(value))}"'
        number = self._number(value)
        return Markup(written if number is None else f'{written} data-t-{name}="{number}"')

    def as_json(self) -> Markup:
        """Every marked text by language, in the order of the numbers, for a script element."""
        texts = {
            language: [text[place] for text in self._numbers]
            for place, language in enumerate(LANGUAGES)
        }
        return script_json(texts)

    def _number(self, value: InAll) -> int | None:
        if len(set(value)) == 1:
            return None
        return self._numbers.setdefault(value, len(self._numbers))


def script_json(value: object) -> Markup:
    """JSON that may stand in a script element: nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
