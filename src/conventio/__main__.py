"""The program `conventio` as it is started; `python -m conventio` starts it too."""

import os
import signal
import sys
import time
from typing import NoReturn


def main() -> None:
    """Run the command that was typed, and leave with its exit code.

    A request to end that comes while the program still loads is kept, and heard when it has.
    """
    _open_streams()
    _leave_zone()
    early: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: early.append(number))
    from conventio.cli.app import main as run

    try:
        run(early)
    except SystemExit as leaving:
        _leave(leaving.code)


def _open_streams() -> None:
    """Let nothing that is opened take the place of a stream that was closed before we began."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))


def _leave_zone() -> None:
    """Take UTC, whatever time zone the system names: libraries ask for it, and it may be none.

    No answer depends on the zone: ours are of Brussels, which is asked for by its name.
    """
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()


def _leave(code: str | int | None) -> NoReturn:
    """Leave with an exit code, at once where nothing else has to be ended.

    All that was written is in its place by then. Taking apart what was loaded, piece by piece,
    takes a third of a second, in which nobody is served.
    """
    if isinstance(code, int) and "pyspark" not in sys.modules:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError as error:
            from conventio.cli.failures import left_unsaid

            code = code or left_unsaid(error)
        if (engine := sys.modules.get("conventio.folder.engine")) is not None:
            engine.remove_spills()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
