"""How a command ends that can't do its work: a message for a person, and an exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from conventio.cli.plain import harmless
from conventio.cli.speech import say, spoken

FAILED = 1
UNUSABLE = 2
BY_SIGNAL = 128
"""Added to the number of the signal that ended a command."""

HASTE = 0.25
"""Seconds in which a command that was told to end can do so by itself."""
LONGEST = 10.0
"""Seconds that it may take to say so."""
OF_A_PATH = (
    errno.EACCES,
    errno.EINVAL,
    errno.EISDIR,
    errno.ELOOP,
    errno.ENAMETOOLONG,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
)
"""What the system says of a path that can't be used."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

SHOWN = 20
"""How many faults of a law are said."""


class Refused(Exception):
    """What was asked can't be done with what was given; the message says what to do instead."""


class Told(KeyboardInterrupt):
    """The person or the system told this process to end."""


_ending = threading.Lock()
"""Taken, for good, by whoever says that the command was stopped."""
_said = threading.Event()
"""Set when that has been said."""
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
        raise tamed(error)
    if _told or isinstance(error, KeyboardInterrupt):
        if (write := sys.modules.get("conventio.folder.write")) is not None:
            write.remove_unfinished()
        _say_stopped()
        return BY_SIGNAL + (_told[0] if _told else signal.SIGINT)
    if isinstance(error, BrokenPipeError):
        _close_stdout()
        return FAILED if written() is None else 0
    if debug:
        _say("".join(traceback.format_exception(error)).rstrip())
    if isinstance(error, OSError) and (place := written()) is not None:
        return unsaid(error, place)
    if (lacking := _lacking(error)) is not None:
        _say(lacking)
        return FAILED
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
    _say(say("failed", error=f"{name}: {first}"))
    return FAILED


_OF_USAGE = frozenset(
    {
        "BadArgumentUsage",
        "BadOptionUsage",
        "BadParameter",
        "MissingParameter",
        "NoSuchCommand",
        "NoSuchOption",
        "UsageError",
    }
)
"""The library's errors that are said in one sentence."""


def tamed(error: BaseException) -> BaseException:
    """An error of usage, said in the language that is spoken, so that it steers no terminal."""
    if isinstance(said := getattr(error, "message", None), str):
        error.message = harmless(said)  # type: ignore[attr-defined]
    if spoken.get() != "en" and type(error).__name__ in _OF_USAGE:
        from conventio.cli import usage

        error.show = lambda file=None: usage.show(error)  # type: ignore[attr-defined]
    return error


def written() -> Path | None:
    """The output that this command has put in its place; None where there is none."""
    write = sys.modules.get("conventio.folder.write")
    placed: list[Path] = getattr(write, "placed", [])
    return placed[-1] if placed and placed[-1].exists() else None


def unsaid(error: OSError, place: Path) -> int:
    """Say that the answers are there, though not all that was to be said of them could be."""
    _close_stdout()
    _say(say("unsaid", place=place, error=error.strerror or str(error)))
    return 0


def left_unsaid(error: OSError) -> int:
    """The exit code where what was printed last can't be: its answers are there, or are not."""
    place = written()
    if place is not None:
        return 0 if isinstance(error, BrokenPipeError) else unsaid(error, place)
    if not isinstance(error, BrokenPipeError):
        _say(say("unsaid-all", error=error.strerror or str(error)))
    return FAILED


def stop_when_told(early: Sequence[int] = ()) -> None:
    """Let Ctrl-C, or a request to end, end the program soon: nothing is left half-written.

    It passes through the program as an exception. An engine that is busy does not hear it, so a
    thread tells the engine; and if that does not help in time, it ends the process itself.
    What came `early`, before this was called, is heard at once.
    """
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    threading.Thread(target=_hurry, args=(read,), daemon=True).start()

    def stop(number: int, frame: FrameType | None) -> None:
        for other in (signal.SIGINT, signal.SIGTERM):
            signal.signal(other, signal.SIG_IGN)
        _told.append(number)
        # It may come where Python lets nothing out and would say so, such as in a destructor.
        sys.unraisablehook = lambda ignored: None
        raise Told

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if early:
        signal.raise_signal(early[0])


def leave_if_stopped(early: Sequence[int] = ()) -> None:
    """Where the command was stopped, end the process now: what Python clears up takes a while.

    That it was stopped is said, where that came before or after its work.
    """
    if not (told := [*_told, *early]):
        return
    _say_stopped()
    if (engine := sys.modules.get("conventio.folder.engine")) is not None:
        engine.remove_spills()
    with suppress(OSError):  # whoever read it went away
        sys.stdout.flush()
    os._exit(BY_SIGNAL + told[0])


def _say_stopped() -> None:
    """Say once for all that the command was stopped."""
    if _ending.acquire(blocking=False):
        _say(_stopped())
        sys.stderr.flush()
        _said.set()
    else:
        _said.wait(LONGEST)  # another thread is saying it


def _hurry(read: int) -> None:
    """Wait for a signal; interrupt the engines, then end the process if nobody else does."""
    numbers = os.read(read, 1)
    while numbers and numbers[0] not in (signal.SIGINT, signal.SIGTERM):
        numbers = os.read(read, 1)
    if not numbers:
        return
    try:
        _end_in_haste()
    finally:
        os._exit(BY_SIGNAL + numbers[0])


def _end_in_haste() -> None:
    """Interrupt the engines for a while; then remove what is unfinished, and say so."""
    # What is only half loaded has made nothing yet that could be stopped or removed.
    loaded = ("engine", "write", "spark_program")
    engine, write, spark = (sys.modules.get(f"conventio.folder.{name}") for name in loaded)
    interrupt, placing = getattr(engine, "interrupt", None), getattr(write, "placing", None)
    kill = getattr(spark, "kill", None)
    until = time.monotonic() + HASTE
    while time.monotonic() < until:
        if interrupt is not None:
            interrupt()
        time.sleep(0.05)
    if kill is not None:
        kill()
    # While output is put in its place, earlier answers may stand aside in what is unfinished.
    if write is not None and placing is not None and placing.acquire(timeout=HASTE):
        write.remove_unfinished()
    _say_stopped()


def _stopped() -> str:
    """What was done until the work was stopped, and whether anything was written."""
    from conventio.cli.progress import stopped

    write = sys.modules.get("conventio.folder.write")
    if write is not None and write.placed and write.placed[-1].exists():
        return say("stopped-after", place=write.placed[-1])
    return stopped()


def _lacking(error: BaseException) -> str | None:
    """What to say where the machine has no room or memory left; None where that is not it."""
    from conventio.folder.engine import NoMemory, NoSpace

    first = next(iter(str(error).splitlines()), "")
    if isinstance(error, NoMemory | MemoryError):
        return say("no-memory", error=first)
    if isinstance(error, NoSpace):
        return say("no-space", error=first)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return say("no-space", error=error.strerror)
    return None


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
        return [*shown, say("faults", faults=len(error.faults))]
    if isinstance(error, Unusable):
        words = Catalogue.read(error.language)
        problems = [problem.message(words) for problem in error.first]
        if error.total > len(problems):
            rest = error.total - len(problems)
            problems.append(say("more-problems", rest=rest))
        return [*problems, say("nothing-decided")]
    if isinstance(error, OSError) and error.errno in OF_A_PATH and error.filename:
        return [f"{error.filename}: {error.strerror}"]
    return None


def _say(sentence: str) -> None:
    with suppress(OSError, ValueError):  # nobody can be told
        print(harmless(sentence), file=sys.stderr)


def _close_stdout() -> None:
    """Whoever read the output went away; that is no failure worth a message."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
