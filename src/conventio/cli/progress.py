"""The progress bar of long work, on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from conventio.cli.screen import messages

Tell = Callable[[str, float], None]
"""Takes what is being done and the share of it that is done, from 0 to 1."""

READING, WRITING = 0.22, 0.88
"""The share that is done when reading ends, and when writing begins, as seen on large folders."""


@contextmanager
def shown_progress() -> Iterator[Tell]:
    """A bar on stderr while the work lasts; nothing where stderr is no terminal."""
    console = messages()
    if not console.is_terminal:
        yield lambda what, done: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, done: bar.update(task, description=what, completed=done)
