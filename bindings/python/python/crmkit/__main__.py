"""The command `crmkit`: `python -m crmkit`, and what the package puts on the path."""

from __future__ import annotations

import signal
import sys

from ._crmkit import run_command


def main() -> None:
    """Runs the command with the words of this program's command line, and ends with what it ended with."""
    # Ctrl-C ends it at once: Python would wait until the command comes back.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run_command(["crmkit", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
