"""Help and errors of usage in the language that the command speaks; English is the library's own.

Loaded in other languages only. The library tells its errors in English sentences, which are known
here by their patterns: one that is not known stays as it is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from conventio.cli.plain import harmless
from conventio.cli.speech import spoken
from conventio.wording.catalogue import Catalogue

KNOWN = {
    "invalid-for": r"Invalid value for (?P<where>'[^']*'(?: / '[^']*')*): (?P<message>.*)",
    "invalid": r"Invalid value: (?P<message>.*)",
    "missing-argument": r"Missing argument (?P<name>.+)\.",
    "missing-option": r"Missing option (?P<name>.+)\.",
    "missing-command": r"Missing command\.",
    "no-option-near": r"No such option: (?P<name>.+) \(Possible options: (?P<near>.*)\)",
    "no-option": r"No such option: (?P<name>.+)",
    "no-command-near": r"No such command (?P<name>'.*')\. Did you mean (?P<near>.*)\?",
    "no-command": r"No such command (?P<name>'.*')\.",
    "takes-none": r"Option (?P<name>'.*') does not take a value\.",
    "takes-one": r"Option (?P<name>'.*') requires an argument\.",
    "too-many": r"Got unexpected extra argument(?:\(s\)|s)? \((?P<words>.*)\)",
    "none-of": r"(?:Value error, )?(?P<found>'.*') is not one of (?P<expected>.*)\.",
    "no-number": r"Input should be a valid integer.*|'.*' is not a valid int(?:eger)?\.",
    "too-small": r"Input should be greater than or equal to (?P<least>.*)",
    "required": r"(?P<text>.*)\[required\]",
    "default": r"(?P<text>.*)\[default: (?P<value>.*)\]",
    "environment": r"(?P<text>.*)\[env var: (?P<name>.*)\]",
}
"""The English sentences of the library, by the key of ours."""
_PATTERNS = {key: re.compile(pattern, re.DOTALL) for key, pattern in KNOWN.items()}
_HEADINGS = {"Arguments": "arguments", "Options": "options", "Commands": "commands"}
_TOLD_ON = ("message", "text")
"""What a sentence holds that the library may have said itself."""


def _words(subject: str) -> Catalogue:
    return _read(spoken.get(), subject)


@cache
def _read(language: str, subject: str) -> Catalogue:
    return Catalogue.read(language, subject)


def told(sentence: str) -> str:
    """A sentence of the library in the language spoken; as it is where it is not known."""
    for key, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(sentence):
            facts = {
                name: told(text) if name in _TOLD_ON else text
                for name, text in found.groupdict().items()
            }
            return _words("usage").say(key, **facts)
    return sentence


def show(error: Any) -> None:
    """Say an error of usage as the library does: how the command is used, where help is, what."""
    words = _words("usage")
    if (context := getattr(error, "ctx", None)) is not None:
        hint = words.say("try", command=f"{context.command_path} {context.help_option_names[0]}")
        print(f"{context.get_usage()}\n{hint}\n", file=sys.stderr)
    said = words.say("error", message=told(error.format_message()))
    print(harmless(said), file=sys.stderr)


def speak(command: Any, context: Any, formatter: Any) -> None:
    """Let the help of a command be formatted in the language spoken."""
    words = _words("help")
    name = "conventio" if context.parent is None else command.name
    command.help = words.get(name) or command.help
    if command.epilog is not None:
        command.epilog = words.get("epilog") or command.epilog
    for other in getattr(command, "commands", {}).values():
        other.help = words.get(other.name) or other.help
    for parameter in command.get_params(context):
        keys = (f"{name}.{parameter.name}", f"option.{parameter.name}")
        parameter.help = next(filter(None, map(words.get, keys)), parameter.help)
    formatter.write_heading = _headed(formatter.write_heading)
    formatter.write_dl = _listed(formatter.write_dl)


def write_usage(command: Any, context: Any, formatter: Any) -> None:
    """Write how a command is used."""
    pieces = " ".join(command.collect_usage_pieces(context))
    formatter.write_usage(context.command_path, pieces, prefix=f"{_words('usage').say('usage')} ")


def _headed(write: Callable[[str], None]) -> Callable[[str], None]:
    def heading(text: str) -> None:
        write(_words("usage").say(_HEADINGS[text]) if text in _HEADINGS else text)

    return heading


def _listed(write: Callable[..., None]) -> Callable[..., None]:
    def rows(given: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for name, text in given:
            yield name, told(text)

    def listed(given: list[tuple[str, str]], *words: Any, **how: Any) -> None:
        write(list(rows(given)), *words, **how)

    return listed
