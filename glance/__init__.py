"""GLANCE: a song and a project become a music video, in step with the music.

    from glance import Destination, analyse, compile_plan, direct, make_video, open_backend

    analysis = analyse(song := Path("song.mp3"))
    project = direct(analysis, song)
    plan = compile_plan(project, analysis)
    with closing(open_backend("painter", project)) as painter:
        make_video(project, plan, [painter], Destination(Path("song.mp4"), Path("song.run")))

Importing this package loads nothing: every room (audio, schedule, camera, ...) is loaded when something of it is used.
`docs/python.md` shows the way from a song to a video.
"""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.audio.analysis import analyse as analyse
    from glance.audio.types import SongAnalysis as SongAnalysis
    from glance.backends.registry import open_backend as open_backend
    from glance.backends.registry import register_backend as register_backend
    from glance.errors import GlanceError as GlanceError
    from glance.project.compile import compile_plan as compile_plan
    from glance.project.compile import crop_plan as crop_plan
    from glance.project.compile import preview_plan as preview_plan
    from glance.project.director import DirectorOptions as DirectorOptions
    from glance.project.director import direct as direct
    from glance.project.files import load_project as load_project
    from glance.project.files import save_project as save_project
    from glance.project.model import Project as Project
    from glance.project.plan import RenderPlan as RenderPlan
    from glance.project.validate import problems_of as problems_of
    from glance.render.backend import FrameBackend as FrameBackend
    from glance.render.job import Destination as Destination
    from glance.render.job import MadeVideo as MadeVideo
    from glance.render.job import make_video as make_video
    from glance.story.styles import load_styles as load_styles
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "audio.analysis": ("analyse",),
            "audio.types": ("SongAnalysis",),
            "backends.registry": ("open_backend", "register_backend"),
            "errors": ("GlanceError",),
            "project.compile": ("compile_plan", "crop_plan", "preview_plan"),
            "project.director": ("DirectorOptions", "direct"),
            "project.files": ("load_project", "save_project"),
            "project.model": ("Project",),
            "project.plan": ("RenderPlan",),
            "project.validate": ("problems_of",),
            "render.backend": ("FrameBackend",),
            "render.job": ("Destination", "MadeVideo", "make_video"),
            "story.styles": ("load_styles",),
        },
    )
    __all__ = sorted([*__all__, "SOFTWARE", "__version__"])

__version__ = "0.1.0"
#: What files that GLANCE writes say of their origin.
SOFTWARE = f"GLANCE {__version__}"
