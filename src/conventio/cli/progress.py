"""The progress of long work: told on a terminal, and to whoever stops it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conventio.cli.screen import messages
from conventio.cli.speech import say, spoken

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

READING, WRITING = 0.22, 0.88
"""The share that is done when reading ends, and when writing begins, as seen on large folders."""


class Tell:
    """Takes what is being done and the share of it that is done, from 0 to 1."""

    def __init__(self, bar: Progress | None = None, task: TaskID | None = None) -> None:
        self.began = time.monotonic()
        self.doing, self.share = "", 0.0
        self.services: int | None = None
        """How many services the work is about, once that is known."""
        self._bar, self._task = bar, task

    def __call__(self, doing: str, share: float) -> None:
        """Tell it."""
        self.doing, self.share = doing, share
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=doing, completed=share)

    @property
    def seconds(self) -> float:
        """How long the work has lasted."""
        return time.monotonic() - self.began

    def left(self) -> str:
        """How long it may still last, at the pace so far; nothing before that can be told."""
        if not 0 < self.share < 1:
            return ""
        return say("left", time=clock(self.seconds * (1 - self.share) / self.share))

    def rate(self) -> str:
        """How many services a second were dealt with so far."""
        if not self.services or not self.share:
            return ""
        from conventio.wording.amounts import number

        pace = int(self.services * self.share / max(self.seconds, 0.001))
        return say("rate", services=number(pace, spoken.get()))


_at_work: list[Tell] = []
"""The work that goes on: what is said of it when it is stopped."""


def stopped() -> str:
    """What was done of the work that was stopped."""
    if not _at_work:
        return say("stopped")
    work = _at_work[0]
    share = f"{work.share:.0%}"
    return say("stopped-at", time=clock(work.seconds), share=share, doing=work.doing)


def clock(seconds: float) -> str:
    """A length of time as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@contextmanager
def shown_progress() -> Iterator[Tell]:
    """A bar on stderr while the work lasts, with rate and time left; none where it is no terminal.

    What was done last stays known after an error, so that it can be said.
    """
    console = messages()
    _at_work.clear()
    if not console.is_terminal:
        tell = Tell()
        _at_work.append(tell)
        yield tell
        _at_work.clear()
        return
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        Task,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.text import Text

    class Pace(ProgressColumn):
        """Rate and time left, as the work tells them."""

        def render(self, task: Task) -> Text:
            return Text("  ".join(part for part in (tell.rate(), tell.left()) if part))

    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        Pace(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        tell = Tell(bar, bar.add_task("", total=1.0))
        _at_work.append(tell)
        yield tell
        _at_work.clear()
