#!/usr/bin/env python3
"""Prepares this project's own Python environment and runs its tasks in it.

    python3 dev.py demo     the shipped example, checked, with its report
    python3 dev.py test     the tests, in parallel; further words go to pytest
    python3 dev.py all      everything the project asks of a change

Only Python 3.11 or later and a way to reach packages are needed. Libraries are installed, with
their hashes checked, into .venv beside this file: for `demo` those of requirements.lock, with which
the program runs; for every other task those of requirements-dev.lock, which holds them too.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TO_RUN = ROOT / "requirements.lock"
TO_WORK = ROOT / "requirements-dev.lock"
PROJECT = ROOT / "pyproject.toml"
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "conventio.stamp"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)

LOCKED = (
    "pip compile pyproject.toml --universal --generate-hashes --no-header --python-version 3.11"
)
"""What uv is told for either lock."""

Command = list[str]
Task = Callable[[Command], int]


class Trouble(Exception):
    """Something the person at the keyboard can put right; the message says how."""


def say(message: str) -> None:
    """Write one line for the person, apart from what the tasks themselves print."""
    print(f"dev.py: {message}", file=sys.stderr, flush=True)


def settings() -> dict[str, str]:
    """The settings under which commands run: the environment's programs first on PATH."""
    path = os.pathsep.join([str(PROGRAMS), os.environ.get("PATH", os.defpath)])
    own = {**os.environ, "VIRTUAL_ENV": str(ENVIRONMENT), "PATH": path}
    own.pop("PYTHONHOME", None)
    return own


def run(command: Command, *, cwd: Path = ROOT) -> int:
    """Run a command in the environment; answer its exit code."""
    sys.stdout.flush()
    return subprocess.run(command, cwd=cwd, env=settings(), check=False).returncode


def works(command: Command) -> bool:
    """Whether a command starts and ends well; nothing is shown."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


# --- the environment ---------------------------------------------------------------------


def find_uv() -> str | None:
    """The uv program, if there is one and it runs."""
    found = shutil.which("uv")
    return found if found and works([found, "--version"]) else None


def stamp(lock: Path) -> str:
    """What an environment is made from: lock, project and place."""
    digest = hashlib.sha256()
    for part in (lock.read_bytes(), PROJECT.read_bytes(), str(ROOT).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def is_current(lock: Path) -> bool:
    """Whether the environment holds what today's lock and project ask, here, and still runs."""
    made_from = STAMP.read_text(encoding="utf-8").strip() if STAMP.is_file() else None
    # What the program runs with is in both locks.
    enough = {stamp(lock), stamp(TO_WORK)}
    return made_from in enough and works([str(PYTHON), "-c", ""])


def make_environment(uv: str | None) -> None:
    """Make .venv, unless it is there and runs; without pip where uv does the installing."""
    if works([str(PYTHON), "-c", ""]):
        return
    if uv is None and importlib.util.find_spec("ensurepip") is None:
        raise Trouble(
            "this Python comes without ensurepip, so it cannot make an environment with pip. "
            "Install it (on Debian and Ubuntu: apt-get install python3-venv), or install uv, "
            "and run this again."
        )
    say("making .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
    if run([*command, "--without-pip"] if uv else command) != 0:
        raise Trouble(f"could not make {ENVIRONMENT.name}; the lines above say why.")


# Neither makes bytecode for every module of every library, which would take longer than all else:
# what a task imports is kept from its first time on.


def install_with_uv(uv: str, lock: Path) -> bool:
    """Install the locked libraries and the project with uv; whether it went well."""
    install = [uv, "pip", "install", "--python", str(PYTHON)]
    if not sys.stderr.isatty():
        install.append("--quiet")
    return (
        run([*install, "--require-hashes", "-r", str(lock)]) == 0
        and run([*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]) == 0
    )


def install_with_pip(lock: Path) -> bool:
    """Install the locked libraries and the project with pip; whether it went well."""
    if not works([str(PYTHON), "-m", "pip", "--version"]) and not works(
        [str(PYTHON), "-m", "ensurepip"]
    ):
        return False
    install = [str(PYTHON), "-m", "pip", "install", "--no-compile", "--disable-pip-version-check"]
    return (
        run_telling([*install, "--progress-bar", "off", "--require-hashes", "-r", str(lock)]) == 0
        and run([*install, "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)]) == 0
    )


def run_telling(command: Command) -> int:
    """Run pip; a terminal is told in one line what it is at, and a log is spared it."""
    if not sys.stderr.isatty():
        return run([*command, "--quiet"])
    wide = shutil.get_terminal_size().columns - 1
    with subprocess.Popen(
        command, cwd=ROOT, env=settings(), stdout=subprocess.PIPE, text=True
    ) as working:
        for line in working.stdout or ():
            at = line.strip()
            if at.startswith(("Collecting ", "Downloading ", "Installing ", "Using cached ")):
                print(f"\r\033[K{f'  {at}'[:wide]}", end="", file=sys.stderr, flush=True)
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    return working.returncode


def how_many(lock: Path) -> int:
    """How many libraries a lock names."""
    names = (line.partition("==")[0] for line in lock.read_text(encoding="utf-8").splitlines())
    return len({name for name in names if name and name[0].isalnum()})


def announce(lock: Path, uv: str | None) -> None:
    """Say what is going to be installed, and how long it may take."""
    first = "" if PYTHON.exists() else "this is the first run; the next ones start at once. "
    tool = "uv" if uv else "pip"
    what = f"{how_many(lock)} libraries of {lock.name} with {tool}"
    size = "about 150 MB, up to a minute" if lock == TO_RUN else "about 700 MB, a few minutes"
    say(f"{first}Installing {what} into .venv ({size})")


def prepare(lock: Path) -> None:
    """Bring .venv up to date; nothing is done when it already is."""
    if is_current(lock):
        return
    start = time.monotonic()
    uv = find_uv()
    announce(lock, uv)
    make_environment(uv)
    STAMP.unlink(missing_ok=True)
    done = uv is not None and install_with_uv(uv, lock)
    if uv is not None and not done:
        say("uv could not install it; trying pip, which reads its own settings")
    if not done and not install_with_pip(lock):
        raise Trouble(
            "the libraries could not be installed; the lines above say why. Behind a mirror, "
            "set its address for pip (PIP_INDEX_URL or pip.conf) or uv (UV_DEFAULT_INDEX)."
        )
    STAMP.write_text(stamp(lock) + "\n", encoding="utf-8")
    say(f"installed, after {time.monotonic() - start:.0f} s")


# --- the tasks ---------------------------------------------------------------------------


def module(name: str, *words: str) -> Command:
    """A command that runs a module of the environment."""
    return [str(PYTHON), "-m", name, *words]


def program(name: str, *words: str) -> Command:
    """A command that runs a program the environment installed."""
    return [str(PROGRAMS / (f"{name}.exe" if os.name == "nt" else name)), *words]


def demo(words: Command) -> int:
    """Check the shipped example from nothing and write its report."""
    return run(program("conventio", "demo", *words), cwd=Path.cwd())


def test(words: Command) -> int:
    """Run the tests in parallel and in random order; further words go to pytest."""
    return run(module("pytest", "-n", "auto", "--dist", "loadgroup", *words))


def lint(words: Command) -> int:
    """Check style and layout with ruff."""
    places = words or ["."]
    style = run(module("ruff", "check", *places))
    return run(module("ruff", "format", "--check", *places)) or style


def types(words: Command) -> int:
    """Check types with mypy, strictly."""
    return run(module("mypy", *words))


def layers(words: Command) -> int:
    """Check that each floor imports only those below it."""
    return run(program("lint-imports", *words))


def dependencies(words: Command) -> int:
    """Check with deptry that every library the program imports is declared, and no other."""
    return run(program("deptry", *(words or ["src"])))


def docs(words: Command) -> int:
    """Build the documentation; a warning or a broken reference is an error."""
    out = ROOT / "docs" / "_build" / "html"
    return run(module("sphinx", "-W", "-n", "--keep-going", "-q", *words, "docs", str(out)))


def cluster(words: Command) -> int:
    """Check a population on DuckDB and on Spark, and compare the answers; asks for Java."""
    return run(module("benchmarks.cluster", *words))


def installed(words: Command) -> int:
    """Install the wheel and the source distribution as users do, and run every command there."""
    many = ("-n", "2", "--dist", "loadgroup", "-m", "installed")
    return run(module("pytest", *many, "tests/install", *words))


def law_page(words: Command) -> int:
    """Write the pages of the law in docs/law again, from its data and its cases."""
    return run(module("docs.law_pages", *words))


def lock(words: Command) -> int:
    """Work out both locks again from pyproject.toml (asks for uv); `--upgrade` renews."""
    uv = find_uv() or shutil.which("uv", path=str(PROGRAMS))
    if uv is None:
        raise Trouble(
            "`lock` works with uv, and there is none yet: `python3 dev.py lint` brings it."
        )
    command = [uv, *LOCKED.split(), "--quiet", *words]
    # The smaller one is a part of the larger one, version by version.
    return run([*command, "--group", "dev", "-o", TO_WORK.name]) or run(
        [*command, "--group", "build", "-c", TO_WORK.name, "-o", TO_RUN.name]
    )


def everything(words: Command) -> int:
    """Run all checks, the tests last; every one runs, and the first bad exit code is answered."""
    codes = []
    for task in (lint, types, layers, dependencies, docs, test):
        print(f"== {task.__name__}", flush=True)
        start = time.monotonic()
        code = task(words if task is test else [])
        seconds = time.monotonic() - start
        outcome = "passed" if code == 0 else f"FAILED (exit code {code})"
        print(f"== {task.__name__} {outcome}, {seconds:.1f} s\n", flush=True)
        codes.append(code)
    return codes[-1] or next((code for code in codes if code), 0)


TASKS: dict[str, Task] = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "types": types,
    "layers": layers,
    "dependencies": dependencies,
    "docs": docs,
    "cluster": cluster,
    "installed": installed,
    "law-page": law_page,
    "lock": lock,
    "all": everything,
}


def main() -> int:
    """Read the task from the command line and run it in the project's environment."""
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Prepares the project's own Python environment and runs a task in it.",
        epilog="\n".join(f"  {name:14}{task.__doc__}" for name, task in TASKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("task", choices=TASKS, help="what to do")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="passed on to the task")
    chosen = parser.parse_args()
    try:
        if sys.version_info < OLDEST:
            found = ".".join(map(str, sys.version_info[:3]))
            raise Trouble(f"this is Python {found}; Python 3.11 or later is needed.")
        if chosen.task != "lock":
            prepare(TO_RUN if chosen.task == "demo" else TO_WORK)
        return TASKS[chosen.task](chosen.words)
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
