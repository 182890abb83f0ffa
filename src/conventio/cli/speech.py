"""What commands say of themselves, in the language that was asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import pairwise

ASKED = "CONVENTIO_LANGUAGE"
"""The variable that says which language commands speak where no option does."""
OF_SYSTEM = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The variables that say the language of the system, the first that is set first."""


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


def of_system(environ: Mapping[str, str] = os.environ) -> str:
    """The language of the system, English where conventio does not speak it."""
    from conventio.wording.catalogue import LANGUAGES

    said = next((value for name in OF_SYSTEM if (value := environ.get(name))), "")
    language = said.partition("_")[0].partition(".")[0].partition("@")[0].lower()
    return language if language in LANGUAGES else "en"


def of_environment(environ: Mapping[str, str] = os.environ) -> str:
    """The language that the environment asks for, or that of the system."""
    asked = environ.get(ASKED)
    return asked if asked and unknown_language(environ) is None else of_system(environ)


def typed(words: Sequence[str]) -> str | None:
    """The language that the option asks for, wherever it stands; None where it does not."""
    from conventio.wording.catalogue import LANGUAGES

    joined = [word.removeprefix("--language=") for word in words if word.startswith("--language=")]
    apart = [after for word, after in pairwise(words) if word == "--language"]
    return next((one for one in (*joined, *apart) if one in LANGUAGES), None)


def unknown_language(environ: Mapping[str, str] = os.environ) -> str | None:
    """What CONVENTIO_LANGUAGE says where that is no language that conventio speaks."""
    from conventio.wording.catalogue import LANGUAGES

    asked = environ.get(ASKED, "")
    return asked if asked and asked not in LANGUAGES else None


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
