"""The command line: `glance VERB ...`."""

from glance.cli.main import main

__all__ = ["main"]
