"""Running commands as a person would, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from conventio.cli.app import app
from conventio.cli.demo import example


@dataclass(frozen=True)
class Ran:
    """What a command printed, and how it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def data(self) -> Any:
        """The JSON that it printed."""
        return json.loads(self.stdout)


def conventio(*words: object, env: dict[str, str] | None = None) -> Ran:
    """Run `conventio` with some words."""
    result = CliRunner().invoke(app, [str(word) for word in words], env=env)
    return Ran(result.exit_code, result.stdout, result.stderr)


def example_in(folder: Path) -> Path:
    """The shipped example as a folder of tables."""
    folder.mkdir(parents=True)
    for name, text in example().items():
        (folder / name).write_bytes(text)
    return folder


def files_in(folder: Path) -> set[str]:
    """The names in a folder, hidden ones too."""
    return {file.name for file in folder.iterdir()}
