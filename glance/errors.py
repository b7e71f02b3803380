"""Everything GLANCE can refuse, as one tree.

GlanceError
├── ProjectError      a field of a project, or a project file, is wrong
├── ScheduleError     a schedule's text is wrong (channel, text, column, hint)
├── AudioError        a song cannot be read or listened to
│   └── NotAudioError             ... because the file is whole, and no audio
├── BackendError      a frame cannot be drawn
│   ├── BackendMemoryError        ... because the device ran out of memory
│   └── BackendInterruptedError   ... because a person stopped it half-way
├── VideoError        a video cannot be read or written
├── RunError          a run folder cannot be used or continued
└── WriterError       the language model did not deliver

Every message is a sentence for a musician: where, what was expected, what was found, what to do.
One catch-all, at the CLI's or the tab's edge, logs the traceback; nothing below it catches `Exception`.
"""

from __future__ import annotations


class GlanceError(Exception):
    """Base of all errors that GLANCE raises on purpose. `str(error)` is fit to be shown to a person."""


class ProjectError(GlanceError):
    """A project's field or file is wrong.

    Args:
        field: Path of the field as a person would name it, for example `scenes[2].start`.
        message: What was expected, what was found and what to do.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(f"{field}: {message}" if field else message)


class ScheduleError(GlanceError):
    """A schedule's text cannot be understood, or gives no defined value.

    Args:
        channel: Name of the channel, for example `zoom`; empty where none is known.
        text: The whole text that was read.
        column: 0-based index into `text` of the first character at fault.
        hint: What was expected there, what was found, and the nearest valid form.
        length: How many characters are at fault, at least 1.
    """

    _CONTEXT = 60

    def __init__(self, channel: str, text: str, column: int, hint: str, length: int = 1) -> None:
        self.channel = channel
        self.text = text
        self.column = column
        self.hint = hint
        self.length = max(1, length)
        super().__init__(self._message())

    def _message(self) -> str:
        start = max(0, self.column - self._CONTEXT)
        end = min(len(self.text), self.column + self.length + self._CONTEXT)
        shown = self.text[start:end].replace("\n", " ").replace("\t", " ")
        before = "…" if start else ""
        after = "…" if end < len(self.text) else ""
        underline = " " * (len(before) + self.column - start) + "^" * min(self.length, self._CONTEXT)
        where = f"{self.channel}, column {self.column + 1}" if self.channel else f"column {self.column + 1}"
        return f"{where}: {self.hint}\n  {before}{shown}{after}\n  {underline}"


class AudioError(GlanceError):
    """A song cannot be opened, decoded or listened to."""


class NotAudioError(AudioError):
    """A file can be read, and the decoder found that it is no audio."""


class BackendError(GlanceError):
    """A backend cannot draw the frame it was asked for."""


class BackendMemoryError(BackendError):
    """The drawing device ran out of memory; a smaller size may work."""


class BackendInterruptedError(BackendError):
    """A person stopped the backend in the middle of a frame; what was half drawn is thrown away."""


class VideoError(GlanceError):
    """A video cannot be read, written or put together with its song."""


class RunError(GlanceError):
    """A run folder belongs to another plan, is damaged, or its disk is full."""


class WriterError(GlanceError):
    """A language model could not be reached, refused, or never answered in the form asked for."""
