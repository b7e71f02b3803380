"""The verb that looks at this computer: doctor."""

from __future__ import annotations

import argparse
import platform
import sys

from glance import __version__
from glance.system.language import in_language
from glance.system.packages import report


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add doctor."""
    parser = verbs.add_parser("doctor", help="say which packages are there, and whether each of them loads")
    parser.set_defaults(run=_doctor)


def _doctor(arguments: argparse.Namespace) -> int:
    return doctor()


def doctor() -> int:
    """Print how everything that GLANCE needs is; 0 when it can work, 1 when it cannot."""
    print(f"GLANCE {__version__}, Python {platform.python_version()} ({platform.machine()}), {platform.platform()}")
    print(f"{sys.maxsize.bit_length() + 1} bit, file names in {sys.getfilesystemencoding()}", flush=True)
    lines, works = report()
    print(in_language("\n".join(lines)))
    return 0 if works else 1
