"""Deforum's settings files, read and written."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.interop.deforum.export import export_settings as export_settings
    from glance.interop.deforum.export import is_own_export as is_own_export
    from glance.interop.deforum.reader import import_any as import_any
    from glance.interop.deforum.schedule import schedule_text as schedule_text
    from glance.interop.deforum.settings_file import refuse_document as refuse_document
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "export": ("export_settings", "is_own_export"),
            "reader": ("import_any",),
            "schedule": ("schedule_text",),
            "settings_file": ("refuse_document",),
        },
    )
