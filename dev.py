#!/usr/bin/env python3
"""Prepares this project's own Python environment and runs its tasks in it.

    python3 dev.py demo     the shipped example, checked, with its report
    python3 dev.py test     the tests, in parallel; further words go to pytest
    python3 dev.py all      everything the project asks of a change

Only Python 3.11 or later and a way to reach packages are needed: the libraries named in
requirements.lock are installed, with their hashes checked, into .venv beside this file.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "conventio.stamp"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)

LOCK_COMMAND = (
    "pip compile pyproject.toml --group dev --universal --generate-hashes --no-header "
    "--python-version 3.11 -o requirements.lock"
)

Command = list[str]


class Trouble(Exception):
    """Something the person at the keyboard can put right; the message says how."""


def say(message: str) -> None:
    """Write one line for the person, apart from what the tasks themselves print."""
    print(f"dev.py: {message}", file=sys.stderr, flush=True)


def run(command: Command, *, cwd: Path = ROOT) -> int:
    """Run a command with the environment's programs first on PATH; answer its exit code."""
    settings = dict(os.environ)
    settings["VIRTUAL_ENV"] = str(ENVIRONMENT)
    settings["PATH"] = os.pathsep.join([str(PROGRAMS), settings.get("PATH", os.defpath)])
    settings.pop("PYTHONHOME", None)
    sys.stdout.flush()
    return subprocess.run(command, cwd=cwd, env=settings, check=False).returncode


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


def wanted_stamp() -> str:
    """What the environment should have been made from: lock, project, Python and place."""
    digest = hashlib.sha256()
    for part in (LOCK.read_bytes(), PROJECT.read_bytes(), str(ROOT).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the environment was made from today's lock and project, here, and still runs."""
    made_from = STAMP.read_text(encoding="utf-8").strip() if STAMP.is_file() else None
    return made_from == wanted_stamp() and works([str(PYTHON), "-c", ""])


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


def install_with_uv(uv: str) -> bool:
    """Install the locked libraries and the project with uv; whether it went well."""
    # Bytecode at once, as pip makes it: a first start would take seconds more.
    install = [uv, "pip", "install", "--compile-bytecode", "--python", str(PYTHON)]
    if not sys.stderr.isatty():
        install.append("--quiet")
    return (
        run([*install, "--require-hashes", "-r", str(LOCK)]) == 0
        and run([*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]) == 0
    )


def install_with_pip() -> bool:
    """Install the locked libraries and the project with pip; whether it went well."""
    if not works([str(PYTHON), "-m", "pip", "--version"]) and not works(
        [str(PYTHON), "-m", "ensurepip"]
    ):
        return False
    install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return (
        run([*install, "--require-hashes", "-r", str(LOCK)]) == 0
        and run([*install, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]) == 0
    )


def prepare() -> None:
    """Bring .venv up to date; nothing is done when it already is."""
    if is_current():
        return
    uv = find_uv()
    make_environment(uv)
    STAMP.unlink(missing_ok=True)
    say(f"installing what requirements.lock names, with {'uv' if uv else 'pip'}")
    done = uv is not None and install_with_uv(uv)
    if uv is not None and not done:
        say("uv could not install it; trying pip, which reads its own settings")
    if not done and not install_with_pip():
        raise Trouble(
            "the libraries could not be installed; the lines above say why. Behind a mirror, "
            "set its address for pip (PIP_INDEX_URL or pip.conf) or uv (UV_DEFAULT_INDEX)."
        )
    STAMP.write_text(wanted_stamp() + "\n", encoding="utf-8")


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


def docs(words: Command) -> int:
    """Build the documentation; a warning or a broken reference is an error."""
    out = ROOT / "docs" / "_build" / "html"
    return run(module("sphinx", "-W", "-n", "--keep-going", "-q", *words, "docs", str(out)))


def cluster(words: Command) -> int:
    """Check a population on DuckDB and on Spark, and compare the answers; asks for Java."""
    return run(module("benchmarks.cluster", *words))


def law_page(words: Command) -> int:
    """Write the pages of the law in docs/law again, from its data and its cases."""
    return run(module("docs.law_pages", *words))


def lock(words: Command) -> int:
    """Work out requirements.lock again from pyproject.toml (asks for uv); `--upgrade` renews."""
    uv = find_uv()
    if uv is None:
        raise Trouble("`lock` works with uv, and there is no uv on PATH: install it first.")
    return run([uv, *LOCK_COMMAND.split(), "--quiet", *words])


def everything(words: Command) -> int:
    """Run all checks, the tests last; every one runs, and the first bad exit code is answered."""
    codes = []
    for task in (lint, types, layers, docs, test):
        print(f"== {task.__name__}", flush=True)
        start = time.monotonic()
        code = task(words if task is test else [])
        seconds = time.monotonic() - start
        outcome = "passed" if code == 0 else f"FAILED (exit code {code})"
        print(f"== {task.__name__} {outcome}, {seconds:.1f} s\n", flush=True)
        codes.append(code)
    return codes[-1] or next((code for code in codes if code), 0)


TASKS = {
    "demo": demo,
    "test": test,
    "lint": lint,
    "types": types,
    "layers": layers,
    "docs": docs,
    "cluster": cluster,
    "law-page": law_page,
    "lock": lock,
    "all": everything,
}


def main() -> int:
    """Read the task from the command line and run it in the project's environment."""
    parser = argparse.ArgumentParser(
        prog="dev.py",
        description="Prepares the project's own Python environment and runs a task in it.",
        epilog="\n".join(f"  {name:8}{task.__doc__}" for name, task in TASKS.items()),
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
            prepare()
        return TASKS[chosen.task](chosen.words)
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
