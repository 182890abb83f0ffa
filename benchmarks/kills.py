"""Checks that are killed at random moments: nothing half-written, and the next run succeeds.

python -m benchmarks.kills --times 300 [--parts 4]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from conventio.__main__ import main
from conventio.folder import engine, memory

SENT = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
EVERY = 10
"""How often the check is run again to its end after a kill."""


class Broken(Exception):
    """A kill left something that it should not have left."""


def run(*words: str) -> int:
    """Start `conventio` with some words in a process of its own; its id.

    The process is forked, so that what it needs is loaded already and the kill meets its work.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SENT)
    process = os.fork()
    if process:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SENT)
        return process
    for sent in SENT[1:]:  # until it hears them itself, they end it at once
        signal.signal(sent, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SENT)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.argv = ["conventio", *words]
    try:
        main()
    except SystemExit as ended:
        os._exit(ended.code if isinstance(ended.code, int) else 1)
    os._exit(0)


def ended(process: int) -> int:
    """Wait for a process; its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, without the report, which tells nothing more."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.suffix != ".html"}


def hidden(folder: Path) -> list[str]:
    """What a run keeps beside its output while it works."""
    return [file.name for file in folder.iterdir() if file.name.startswith(".out-")]


def preload() -> None:
    """Load what a check needs, once for all."""
    from conventio.law import shipped
    from conventio.wording.catalogue import LANGUAGES, sentences

    shipped()
    for language in LANGUAGES:
        sentences(language)


def kill(folder: Path, whole: dict[str, bytes], draw: random.Random, lasts: float) -> str:
    """Kill one check at a random moment, and look at what it left; what happened, in a word."""
    earlier, sent = draw.random() < 0.5, draw.choice(SENT)
    out = folder / "out"
    if not earlier:
        shutil.rmtree(out, ignore_errors=True)
    elif not out.exists():
        seconds(folder)
    before = set(hidden(folder))  # a run that was stopped early has not removed it yet
    process = run("check", str(folder), "--csv", "--force")
    time.sleep(draw.uniform(0, 1.1 * lasts))
    os.kill(process, sent)
    code = ended(process)
    aside = [name for name in hidden(folder) if "-old-" in name]
    if out.exists() and contents(out) != whole:
        raise Broken(f"{sent.name}: the answers are not whole")
    if earlier and not out.exists() and not aside:
        raise Broken(f"{sent.name}: the earlier answers are gone")
    if sent is not signal.SIGKILL and (left := set(hidden(folder)) - before):
        raise Broken(f"{sent.name}: {sorted(left)} is left")
    if code not in (0, -sent, 128 + sent):
        raise Broken(f"{sent.name}: ended with {code}")
    return f"{sent.name} {'after' if code == 0 else 'during'} the check"


def again(folder: Path, whole: dict[str, bytes], *, force: bool) -> None:
    """Run the check to its end; without --force only where there are no answers."""
    words = ("check", str(folder), "--csv", *(["--force"] if force else []))
    code = ended(run(*words))
    expected = 0 if force or code == 0 else 2
    if code != expected or contents(folder / "out") != whole or hidden(folder):
        raise Broken(f"the next run ended with {code} and leaves {hidden(folder)}")


def seconds(folder: Path) -> float:
    """How long a check takes that nobody kills."""
    began = time.monotonic()
    if code := ended(run("check", str(folder), "--csv", "--force")):
        raise Broken(f"a check that nobody killed ended with {code}")
    return time.monotonic() - began


def decide_in_parts(services: int, parts: int) -> None:
    """Let the checks that follow decide about so many parts of the patients one by one.

    So few services would never need it: they are made to look as if each took much memory.
    """
    engine.BYTES_OF_A_SERVICE = memory.LEAST * parts // services
    memory.MOST = memory.LEAST


def parts_written(out: Path) -> int:
    """How many parts the table of decisions was written in."""
    with pq.ParquetFile(out / "decisions.parquet") as table:
        return int(table.num_row_groups)


@contextmanager
def population(services: int) -> Iterator[Path]:
    """A folder with so many synthetic services, gone at the end."""
    with TemporaryDirectory(prefix="conventio-kills-") as place:
        folder = Path(place) / "population"
        code = ended(run("generate", "--services", str(services), "--seed", "1", str(folder)))
        if code:
            raise Broken(f"generate ended with {code}")
        yield folder


def kills(times: int, services: int, seed: int, parts: int) -> Counter[str]:
    """Kill so many checks; how often what happened. Raises Broken at the first fault."""
    preload()
    if parts > 1:
        decide_in_parts(services, parts)
    draw, seen = random.Random(seed), Counter[str]()
    with population(services) as folder:
        lasts = min(seconds(folder) for _ in range(3))
        whole = contents(folder / "out")
        if parts > 1 and parts_written(folder / "out") < parts:
            raise Broken(f"written in {parts_written(folder / 'out')} parts")
        for number in range(1, times + 1):
            seen[kill(folder, whole, draw, lasts)] += 1
            if number % EVERY == 0 or number == times:
                again(folder, whole, force=draw.random() < 0.5)
                seen["run again to its end"] += 1
                print(f"{number} of {times}", file=sys.stderr, flush=True)
    return seen


if __name__ == "__main__":
    wishes = argparse.ArgumentParser(description=__doc__)
    wishes.add_argument("--times", type=int, default=300)
    wishes.add_argument("--services", type=int, default=20_000)
    wishes.add_argument("--seed", type=int, default=1)
    wishes.add_argument("--parts", type=int, default=1, help="decide so many parts one by one")
    given = wishes.parse_args()
    seen = kills(given.times, given.services, given.seed, given.parts)
    for what, often in sorted(seen.items()):
        print(f"{often:6} {what}")
