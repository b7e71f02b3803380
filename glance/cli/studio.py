"""The verb that opens the page: studio."""

from __future__ import annotations

import argparse
from pathlib import Path

from glance.errors import ProjectError


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add studio."""
    parser = verbs.add_parser("studio", help="open GLANCE as a page in the browser")
    parser.add_argument("--folder", type=Path, help="where projects are kept; GLANCE in your home folder by default")
    parser.add_argument("--port", type=int, default=7861)
    parser.add_argument("--no-browser", action="store_true", help="only serve the page")
    parser.set_defaults(run=_studio)


def _studio(arguments: argparse.Namespace) -> int:
    from glance.app.studio import run_studio

    folder = (arguments.folder or _home() / "GLANCE").resolve()
    run_studio(folder, port=arguments.port, browser=not arguments.no_browser)
    return 0


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        raise ProjectError("--folder", "this account has no home folder; say where projects are to be kept") from None
