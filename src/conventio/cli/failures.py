"""How a command ends that can't do its work: a message for a person, and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from types import FrameType

FAILED = 1
UNUSABLE = 2
INTERRUPTED = 130

SHOWN = 20
"""How many faults of a law are said."""


class Refused(Exception):
    """What was asked can't be done with what was given; the message says what to do instead."""


class Told(BaseException):
    """The system told this process to end."""


def ended(error: BaseException, *, debug: bool = False) -> int:
    """Say on stderr what went wrong, and answer the exit code."""
    usage = _usage(error)
    if usage is not None:
        raise error
    if isinstance(error, KeyboardInterrupt | Told):
        _say("stopped; nothing was written")
        return INTERRUPTED
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
    name = type(error).__name__
    first = next(iter(str(error).splitlines()), "")
    _say(f"conventio failed ({name}: {first}). `conventio --debug ...` shows where it was.")
    return FAILED


def stop_when_told() -> None:
    """Let a request to end pass through the program, so that nothing is left half-written."""

    def tell(number: int, frame: FrameType | None) -> None:
        raise Told

    signal.signal(signal.SIGTERM, tell)


def _usage(error: BaseException) -> BaseException | None:
    """The error where it is about what was typed: Typer shows those itself."""
    ours = not type(error).__module__.startswith(("typer.", "click."))
    return None if ours else error


def _sentences(error: BaseException) -> list[str] | None:
    """What to say where the input was unusable; None where the failure is our own."""
    from conventio.folder.problems import Unusable
    from conventio.law import LawError

    if isinstance(error, Refused):
        return [str(error)]
    if isinstance(error, LawError):
        shown = [str(fault) for fault in error.faults[:SHOWN]]
        return [*shown, f"The law can't be used: {len(error.faults)} faults in all."]
    if isinstance(error, Unusable):
        problems = [problem.message() for problem in error.first]
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
