"""The one entry of the command line, and its one catch-all."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence

from glance import __version__
from glance.cli import analyse as song_verbs
from glance.cli import calibrate as calibrate_verb
from glance.cli import doctor as doctor_verb
from glance.cli import interop as file_verbs
from glance.cli import look as look_verb
from glance.cli import lyrics as lyrics_verb
from glance.cli import project as project_verbs
from glance.cli import publish as publish_verb
from glance.cli import render as render_verbs
from glance.cli import studio as studio_verb
from glance.cli import styles as word_verbs
from glance.errors import GlanceError
from glance.system.language import in_language
from glance.system.names import check_target
from glance.system.packages import with_command

_EPILOGUE = "A song is enough: `glance render song.mp3` makes a video. `glance VERB --help` explains each verb."

#: What a verb may be asked to make -> the option that names it.
_TARGETS = {"output": "-o", "run_folder": "--run", "plot": "--plot", "deforum": "--deforum", "sheet": "--sheet"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused with a reason, 2 wrong usage, 130 stopped."""
    _set_streams()
    verbose = False
    try:
        arguments = _parser().parse_args(argv)
        verbose = arguments.verbose
        logging.basicConfig(level=logging.DEBUG if verbose else logging.WARNING, format="%(message)s")
        for name, option in _TARGETS.items():
            check_target(option, getattr(arguments, name, None))
        status = int(arguments.run(arguments))
        sys.stdout.flush()
        return status
    except GlanceError as error:
        if verbose:
            logging.exception("the command was refused")
        print(f"glance: {in_language(str(error))}", file=sys.stderr)
        return 1
    except ImportError as error:
        logging.debug("a package does not load", exc_info=True)
        print(f"glance: {in_language(with_command(error))}", file=sys.stderr)
        print(in_language("`glance doctor` looks at all of them"), file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        # Where that matters, it was caught and said better; what is left is a full disk behind a pipe and the like.
        logging.debug("the command was refused by the system", exc_info=True)
        where = f" ({error.filename})" if error.filename else ""
        refused = f"this computer refused: {error.strerror or error}{where}"
        print(f"glance: {in_language(refused)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nglance: {in_language('stopped')}", file=sys.stderr)
        return 130
    except Exception:
        logging.exception("glance: this should not have happened. Please report it together with the lines below.")
        return 1


def _set_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another alphabet gets `\ub178` rather than no list of styles at all.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # Into a pipe or file go paths, tables and JSON, which have to be what they name.
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="glance", description="Turn a song into a music video that moves with it.", epilog=_EPILOGUE
    )
    parser.add_argument("--version", action="version", version=f"glance {__version__}")
    parser.add_argument("--verbose", action="store_true", help="say more, with tracebacks")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    songs = (render_verbs, publish_verb, song_verbs, lyrics_verb, project_verbs)
    for module in (*songs, word_verbs, look_verb, file_verbs, studio_verb, calibrate_verb, doctor_verb):
        module.add_verbs(verbs)
    _translate(parser)
    return parser


def _translate(parser: argparse.ArgumentParser) -> None:
    """Put the texts of a parser and of its verbs into the person's language."""
    parser.description = in_language(parser.description) if parser.description else None
    parser.epilog = in_language(parser.epilog) if parser.epilog else None
    for group in parser._action_groups:  # noqa: SLF001 - argparse offers no other way to its own texts
        group.title = in_language(group.title) if group.title else None
        group.description = in_language(group.description) if group.description else None
    for action in parser._actions:  # noqa: SLF001
        if action.help and action.help != argparse.SUPPRESS:
            action.help = in_language(action.help)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for choice in action._choices_actions:  # noqa: SLF001
                choice.help = in_language(choice.help) if choice.help else None
            for verb in action.choices.values():
                _translate(verb)
