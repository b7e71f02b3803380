"""`glance` and `python -m glance`: the command line, from its very first moment on."""

from __future__ import annotations

import os
import signal
import sys


def main() -> int:
    """Run the command line and return its exit status, see `glance.cli.main`; Ctrl-C while it loads gives 130."""
    before = signal.getsignal(signal.SIGINT)
    # A program that was started deaf to Ctrl-C, as under nohup, stays deaf.
    heard = before is signal.default_int_handler
    if heard:
        signal.signal(signal.SIGINT, _leave)
    try:
        from glance.cli import main as run
    except ImportError as error:
        return _unloaded(error)
    if heard:
        signal.signal(signal.SIGINT, before)
    return run()


def _unloaded(error: ImportError) -> int:
    """Say which package keeps the command line from loading; `doctor` works all the same."""
    from glance.system.packages import report, with_command

    if sys.argv[1:2] != ["doctor"]:
        sys.stderr.write(f"glance: {with_command(error)}\n`glance doctor` looks at all of them\n")
        return 1
    lines, _ = report()
    sys.stdout.write("\n".join(lines) + "\n")
    return 1


def _leave(number: int, frame: object) -> None:
    # Nothing is begun yet, so nothing is to be put in order. An exception would rise in the midst of some module, and
    # compiled ones make an ImportError of it.
    sys.stderr.write("\nglance: stopped\n")
    sys.stderr.flush()
    os._exit(130)


if __name__ == "__main__":
    sys.exit(main())
