"""The program `conventio` as it is started; `python -m conventio` starts it too."""

import signal


def main() -> None:
    """Run the command that was typed, and leave with its exit code.

    A request to end that comes while the program still loads is kept, and heard when it has.
    """
    early: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: early.append(number))
    from conventio.cli.app import main as run

    run(early)


if __name__ == "__main__":
    main()
