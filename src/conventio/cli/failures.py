"""How a command ends that can't do its work: a message for a person, and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

FAILED = 1
UNUSABLE = 2
BY_SIGNAL = 128
"""Added to the number of the signal that ended a command."""

SHOWN = 20
"""How many faults of a law are said."""


class Refused(Exception):
    """What was asked can't be done with what was given; the message says what to do instead."""


class Told(KeyboardInterrupt):
    """The person or the system told this process to end."""


_told: list[int] = []
"""The signal that told it: an engine in the middle of a query hides who interrupted it."""


@contextmanager
def put_in(language: str) -> Iterator[None]:
    """Let what is wrong with an input that is read here be said in a language."""
    from conventio.folder.problems import Unusable

    try:
        yield
    except Unusable as error:
        error.language = language
        raise


def ended(error: BaseException, *, debug: bool = False) -> int:
    """Say on stderr what went wrong, and answer the exit code."""
    if type(error).__module__.startswith(("typer.", "click.")):
        raise error
    if _told or isinstance(error, KeyboardInterrupt):
        _say("stopped; nothing is left half-written")
        return BY_SIGNAL + (_told[0] if _told else signal.SIGINT)
    if isinstance(error, BrokenPipeError):
        _close_stdout()
        return FAILED
    if debug:
        traceback.print_exception(error)
    sentences = _sentences(error)
    if sentences is not None:
        for sentence in sentences:
            _say(sentence)
        return UNUSABLE
    from conventio.folder.engine import EngineFailed

    if isinstance(error, EngineFailed):
        _say(str(error))
        return FAILED
    name = type(error).__name__
    first = next(iter(str(error).splitlines()), "")
    _say(f"conventio failed ({name}: {first}). `conventio --debug ...` shows where it was.")
    return FAILED


def stop_when_told() -> None:
    """Let Ctrl-C, or a request to end, pass through the program: nothing is left half-written."""

    def stop(number: int, frame: FrameType | None) -> None:
        for other in (signal.SIGINT, signal.SIGTERM):
            signal.signal(other, signal.SIG_IGN)
        _told.append(number)
        raise Told

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _sentences(error: BaseException) -> list[str] | None:
    """What to say where the input was unusable; None where the failure is our own."""
    from conventio.folder.engine import EngineMissing
    from conventio.folder.problems import Unusable
    from conventio.law import LawError
    from conventio.wording.catalogue import Catalogue

    if isinstance(error, Refused | EngineMissing):
        return [str(error)]
    if isinstance(error, LawError):
        shown = [str(fault) for fault in error.faults[:SHOWN]]
        return [*shown, f"The law can't be used: {len(error.faults)} faults in all."]
    if isinstance(error, Unusable):
        words = Catalogue.read(error.language)
        problems = [problem.message(words) for problem in error.first]
        if error.total > len(problems):
            rest = error.total - len(problems)
            problems.append(f"... and {rest} more: --problems FILE writes all of them.")
        return [*problems, "Nothing was decided."]
    if isinstance(error, PermissionError | FileNotFoundError | IsADirectoryError):
        return [f"{error.filename}: {error.strerror}"] if error.filename else None
    return None


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _close_stdout() -> None:
    """Whoever read the output went away; that is no failure worth a message."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
