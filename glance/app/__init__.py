"""The application behind the page, the command line's songs and the API: projects, takes, tasks, routes."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.app.access import Access as Access
    from glance.app.access import passwords_of as passwords_of
    from glance.app.gradio_page import build as build
    from glance.app.host import Choices as Choices
    from glance.app.host import Defaults as Defaults
    from glance.app.host import Lora as Lora
    from glance.app.host import Progress as Progress
    from glance.app.host import PromptStyle as PromptStyle
    from glance.app.host import Suited as Suited
    from glance.app.http import Call as Call
    from glance.app.http import file_response as file_response
    from glance.app.openapi import add_paths as add_paths
    from glance.app.request_body import BodyError as BodyError
    from glance.app.request_body import body_of as body_of
    from glance.app.request_body import file_of as file_of
    from glance.app.request_body import pieces_of as pieces_of
    from glance.app.request_origin import names_other_site as names_other_site
    from glance.app.routes import attach as attach
    from glance.app.routes import mount_of as mount_of
    from glance.app.service import StudioService as StudioService
    from glance.app.studio import run_studio as run_studio
    from glance.app.takes import find_origin as find_origin
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "access": ("Access", "passwords_of"),
            "gradio_page": ("build",),
            "host": ("Choices", "Defaults", "Lora", "Progress", "PromptStyle", "Suited"),
            "http": ("Call", "file_response"),
            "openapi": ("add_paths",),
            "request_body": ("BodyError", "body_of", "file_of", "pieces_of"),
            "request_origin": ("names_other_site",),
            "routes": ("attach", "mount_of"),
            "service": ("StudioService",),
            "studio": ("run_studio",),
            "takes": ("find_origin",),
        },
    )
