"""Empty environments, each with the program as one kind of user gets it and with nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]


class Way(NamedTuple):
    """How the program is installed."""

    built: str
    extra: str = ""
    with_pip: bool = False
    resolution: str = "highest"


WAYS = {
    "wheel": Way("conventio-*.whl"),
    "sdist": Way("conventio-*.tar.gz", with_pip=True),
    "spark": Way("conventio-*.whl", extra="[spark]"),
    "lowest": Way("conventio-*.whl", extra="[spark]", resolution="lowest-direct"),
}
"""`lowest` has of each library the oldest version that pyproject.toml permits."""


class Ran(NamedTuple):
    """What a command printed, and how it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def data(self) -> Any:
        """The JSON that it printed."""
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Place:
    """One such environment, with a home and a folder to work in."""

    name: str
    folder: Path

    @property
    def way(self) -> Way:
        """How the program came here."""
        return WAYS[self.name]

    @property
    def work(self) -> Path:
        """The folder in which commands run."""
        return self.folder / "work"

    @property
    def programs(self) -> Path:
        """Where the environment keeps its programs."""
        return self.folder / "environment" / ("Scripts" if os.name == "nt" else "bin")

    def conventio(self, *words: object) -> Ran:
        """Run `conventio` as it is installed here."""
        return self.run(self.programs / "conventio", *words)

    def python(self, code: str) -> Ran:
        """Run a program in Python that uses the library."""
        return self.run(self.programs / "python", "-c", code)

    def run(self, *words: object) -> Ran:
        """Run a command that knows of nothing but this environment and the system."""
        kept = ("JAVA_HOME", "SYSTEMROOT", "TMPDIR")
        settings = {name: os.environ[name] for name in kept if name in os.environ}
        path = os.pathsep.join([str(self.programs), os.environ.get("PATH", os.defpath)])
        home = {"HOME": str(self.folder / "home"), "PATH": path, "LANG": "C.UTF-8"}
        ran = subprocess.run(
            [str(word) for word in words],
            cwd=self.work,
            env={**settings, **home},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)


def build(folder: Path) -> None:
    """Build the wheel and the source distribution from this checkout."""
    _do(sys.executable, "-m", "hatchling", "build", "-d", folder)


def install(name: str, built: Path, folder: Path) -> Place:
    """Make an empty environment, and install the program in it as users do."""
    place, way = Place(name, folder), WAYS[name]
    place.work.mkdir(parents=True)
    (folder / "home").mkdir()
    (package,) = built.glob(way.built)
    environment = folder / "environment"
    wish = f"{package}{way.extra}"
    _uv("venv", *(["--seed"] if way.with_pip else []), "--python", sys.executable, environment)
    if way.with_pip:
        # As a person does; only the bytecode of what is never imported is left out.
        pip = ("-m", "pip", "install", "--disable-pip-version-check", "--no-compile")
        _do(place.programs / "python", *pip, wish)
    else:
        python = ("--python", place.programs / "python")
        # Only what is asked for by name counts as direct, and what the wheel asks for is not.
        more = declared() if way.resolution != "highest" else []
        _uv("pip", "install", *python, "--resolution", way.resolution, wish, *more)
    return place


def declared() -> list[str]:
    """What the program asks for, with Spark, as pyproject.toml has it."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["spark"]]


def _uv(*words: object) -> None:
    _do(sys.executable, "-m", "uv", "--quiet", *words)


def _do(*words: object) -> None:
    """Run a command outside the checkout's Python path; what it says is shown where it fails."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if "PIP_INDEX_URL" in settings:
        settings.setdefault("UV_DEFAULT_INDEX", settings["PIP_INDEX_URL"])
    command = [str(word) for word in words]
    ran = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\n{ran.stdout}\n{ran.stderr}")
