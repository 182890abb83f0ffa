"""The progress of long work: told on a terminal, and to whoever stops it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from conventio.cli.screen import messages
from conventio.cli.speech import say, spoken

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


SOME = 0.01
"""The share from which on the pace can be told."""


class Tell:
    """Takes what is being done and the share of it that is done, from 0 to 1.

    `parts` are the parts of the work in their order, with what each costs, in any unit.
    """

    def __init__(self, parts: Mapping[str, float] | None = None) -> None:
        self.began = time.monotonic()
        self.doing, self.share = "", 0.0
        self.services: int | None = None
        """How many services the work is about, once that is known."""
        self.read = False
        """Whether they were read."""
        self.bar: Progress | None = None
        self._told, self._until = 0.0, 0.0
        self._parts = dict(parts or {})
        self._done: dict[str, float] = {}
        """The share of each part that will be done when what is done now is."""
        self._reach: Callable[[], float] | None = None

    def __call__(self, doing: str, share: float, until: float | None = None) -> None:
        """Tell it; `until` is the share that will be done when this is."""
        self.doing, self.share, self._reach = doing, share, None
        self._told, self._until = self.seconds, share if until is None else until
        if self.bar is not None:
            self.bar.update(self.bar.task_ids[0], description=doing)

    def part(self, part: str, reach: Callable[[], float] | None = None) -> None:
        """Tell that a part begins, and those before it ended; `reach` tells its share done."""
        names = list(self._parts)
        self._done = dict.fromkeys(names[: names.index(part)], 1.0)
        self.within(part, part, 0.0, 1.0)
        begun, length = self.share, self._until - self.share
        self._reach = reach and (lambda: begun + length * reach())

    def weigh(self, parts: Mapping[str, float]) -> None:
        """Take other costs of the parts, from the next on."""
        self._parts = dict(parts)

    def within(self, part: str, doing: str, done: float, until: float) -> None:
        """Tell what is done now in a part, and which share of the part is done, and will be then.

        Two parts may be done by turns.
        """
        self._done[part] = until
        total = sum(self._parts.values())
        then = sum(self._parts[name] * share for name, share in self._done.items())
        behind = then - (until - done) * self._parts[part]
        self(say(f"doing.{doing}"), behind / total, min(1.0, then / total))

    @property
    def seconds(self) -> float:
        """How long the work has lasted."""
        return time.monotonic() - self.began

    def look(self) -> None:
        """See how far the part at work is, where that can be seen."""
        if self._reach is not None and (share := self._reach()) > self.share:
            self.share, self._told = share, self.seconds

    @property
    def reached(self) -> float:
        """The share that should be done by now, at the pace so far."""
        self.look()
        total = self._total()
        return min(self._until, self.seconds / total) if total else self.share

    def left(self) -> str:
        """How long it may still last, at the pace so far; nothing before that can be told."""
        total = self._total()
        return "" if total is None else say("left", time=clock(total - self.seconds + 0.5))

    def rate(self) -> str:
        """How many services a second were dealt with so far."""
        total = self._total()
        if not self.services or total is None:
            return ""
        from conventio.wording.amounts import number

        return say("rate", services=number(int(self.services / total), spoken.get()))

    def _total(self) -> float | None:
        """The seconds that all of it may take; more where this takes longer than thought."""
        if not SOME <= self.share < 1:
            return None
        return max(self._told / self.share, self.seconds / self._until, 0.001)


_at_work: list[Tell] = []
"""The work that goes on: what is said of it when it is stopped."""


def stopped() -> str:
    """What was done of the work that was stopped; its bar is gone then."""
    if not _at_work:
        return say("stopped")
    work = _at_work[0]
    if work.bar is not None:
        with suppress(Exception):
            work.bar.stop()
    work.look()
    facts = {"time": clock(work.seconds), "share": f"{work.share:.0%}", "doing": work.doing}
    if work.services is None or not work.read:
        return say("stopped-at", **facts)
    from conventio.wording.amounts import number

    return say("stopped-deciding", **facts, services=number(work.services, spoken.get()))


def clock(seconds: float) -> str:
    """A length of time as minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@contextmanager
def shown_progress(parts: Mapping[str, float] | None = None) -> Iterator[Tell]:
    """A bar on stderr while the work lasts, with rate and time left; none where it is no terminal.

    What was done last stays known after an error, so that it can be said.
    """
    tell = Tell(parts)
    _at_work[:] = [tell]
    console = messages()
    if console.is_terminal:
        with _bar(console, tell) as tell.bar:
            yield tell
    else:
        yield tell
    _at_work.clear()


def _bar(console: Console, tell: Tell) -> Progress:
    """The bar of some work, what it tells beside it."""
    from rich.progress import Progress, ProgressColumn, Task, TimeElapsedColumn
    from rich.progress_bar import ProgressBar
    from rich.table import Column
    from rich.text import Text

    class Bar(ProgressColumn):
        """The share that is done, as a bar and in percent."""

        def render(self, task: Task) -> ProgressBar:
            return ProgressBar(total=1.0, completed=tell.reached, width=20)

    class Pace(ProgressColumn):
        """The share that is done, rate and time left, as the work tells them."""

        def render(self, task: Task) -> Text:
            parts = (f"{tell.reached:4.0%}", tell.rate(), tell.left())
            return Text("  ".join(part for part in parts if part))

    class Doing(ProgressColumn):
        """What is being done, cut short where the terminal is narrow."""

        def render(self, task: Task) -> Text:
            return Text(task.description, no_wrap=True, overflow="ellipsis")

    whole = [column(Column(no_wrap=True)) for column in (Bar, TimeElapsedColumn, Pace)]
    bar = Progress(*whole, Doing(), console=console, transient=True)
    bar.add_task("", total=None)
    return bar
