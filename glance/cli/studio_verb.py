"""The verb that opens the page: studio."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add studio."""
    parser = verbs.add_parser("studio", help="open GLANCE as a page in the browser")
    parser.add_argument("--folder", type=Path, default=Path.home() / "GLANCE", help="where projects are kept")
    parser.add_argument("--port", type=int, default=7861)
    parser.add_argument("--no-browser", action="store_true", help="only serve the page")
    parser.set_defaults(run=_studio)


def _studio(arguments: argparse.Namespace) -> int:
    from glance.ui.studio import run_studio

    run_studio(arguments.folder, port=arguments.port, browser=not arguments.no_browser)
    return 0
