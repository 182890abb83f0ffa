"""Amounts, numbers and dates as people write them in Belgium, in each language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from conventio.wording.catalogue import Catalogue

UNKNOWN = "–"
"""What stands for an amount that is not known."""


def amount(value: Decimal | None, language: str) -> str:
    """An amount in EUR with its unit; a dash where none is known."""
    from babel.numbers import format_currency

    if value is None:
        return UNKNOWN
    return str(format_currency(value, "EUR", locale=_locale(language)))


def cents(value: Decimal | None, language: str) -> str:
    """An amount in EUR without its unit, for columns that name it."""
    from babel.numbers import format_decimal

    if value is None:
        return UNKNOWN
    return str(format_decimal(value, format="#,##0.00", locale=_locale(language)))


def number(value: int, language: str) -> str:
    """A whole number."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=_locale(language)))


def decimal(value: float, language: str) -> str:
    """A number with one decimal, where it has any."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, format="#,##0.#", locale=_locale(language)))


def exact(value: int | Decimal, language: str) -> str:
    """A number with all the decimals that it has."""
    from babel.numbers import format_decimal

    locale = _locale(language)
    return str(format_decimal(value, locale=locale, decimal_quantization=False))


def share(part: int, whole: int, language: str) -> str:
    """A part of a whole in percent, with one decimal; of nothing it is 0."""
    from babel.numbers import format_percent

    ratio = Decimal(part) / (whole or 1)
    return str(format_percent(ratio, format="#,##0.0\N{NO-BREAK SPACE}%", locale=_locale(language)))


@lru_cache(maxsize=4096)
def day(value: date, language: str) -> str:
    """A day, its month as a word."""
    from babel.dates import format_date

    text = str(format_date(value, format="long", locale=_locale(language)))
    return f"1er{text[1:]}" if (language, value.day) == ("fr", 1) else text


def month(value: date, language: str) -> str:
    """The month of a day, with its year."""
    from babel.dates import format_date

    return str(format_date(value, format="LLLL y", locale=_locale(language)))


def year(value: date, language: str) -> str:
    """The year of a day."""
    return str(value.year)


def hour(value: str, language: str) -> str:
    """A time of day, given as 08:00; whole hours are said as such where people do so."""
    hours, minutes = value.split(":")
    key = "whole" if minutes == "00" else "minutes"
    return Catalogue.read(language, "hours").say(key, hours=int(hours), minutes=minutes)


def moment(value: datetime | date | None, language: str) -> str:
    """A day, with the time where one is known: 00:00 is none."""
    from babel.dates import format_time

    if value is None:
        return ""
    if not isinstance(value, datetime) or (value.hour, value.minute) == (0, 0):
        return day(value, language)
    return f"{day(value, language)}, {format_time(value, format='HH:mm', locale=_locale(language))}"


def _locale(language: str) -> str:
    """As in Belgium; English as in Ireland, where people write euros in English."""
    return "en_IE" if language == "en" else f"{language}_BE"
