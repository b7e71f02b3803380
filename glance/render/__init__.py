"""Rendering: the loop that draws a plan, and the folder that remembers it."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.render.backend import FrameBackend as FrameBackend
    from glance.render.backend import FrameRequest as FrameRequest
    from glance.render.backend import FrameUpscaler as FrameUpscaler
    from glance.render.backend import fingerprint as fingerprint
    from glance.render.clip import Part as Part
    from glance.render.clip import make_clip as make_clip
    from glance.render.clip import part_of_scene as part_of_scene
    from glance.render.clip import scenes_that_differ as scenes_that_differ
    from glance.render.disk import disk_error as disk_error
    from glance.render.eta import EtaClock as EtaClock
    from glance.render.events import Event as Event
    from glance.render.events import FlashesMeasured as FlashesMeasured
    from glance.render.events import FrameDone as FrameDone
    from glance.render.events import FramePublished as FramePublished
    from glance.render.events import FrameRepeated as FrameRepeated
    from glance.render.events import FrameUpscaled as FrameUpscaled
    from glance.render.events import PublishingStarted as PublishingStarted
    from glance.render.events import RunFinished as RunFinished
    from glance.render.events import RunStarted as RunStarted
    from glance.render.events import RunStopped as RunStopped
    from glance.render.events import UpscalingStarted as UpscalingStarted
    from glance.render.feedback import REROLLS as REROLLS
    from glance.render.feedback import Drawn as Drawn
    from glance.render.feedback import draw_frames as draw_frames
    from glance.render.feedback import groups as groups
    from glance.render.finishing import Finisher as Finisher
    from glance.render.finishing import guard_of as guard_of
    from glance.render.frame_check import CheckedBackend as CheckedBackend
    from glance.render.frame_check import Hit as Hit
    from glance.render.frame_check import NudeNetDetector as NudeNetDetector
    from glance.render.frame_links import has_origin as has_origin
    from glance.render.frame_links import links_of as links_of
    from glance.render.job import Destination as Destination
    from glance.render.job import MadeVideo as MadeVideo
    from glance.render.job import make_video as make_video
    from glance.render.lock import run_lock as run_lock
    from glance.render.look_clips import with_clip as with_clip
    from glance.render.manifest import NAME as NAME
    from glance.render.manifest import is_known_by as is_known_by
    from glance.render.manifest import is_manifest as is_manifest
    from glance.render.manifest import own_manifest as own_manifest
    from glance.render.manifest import read_manifest as read_manifest
    from glance.render.metadata import START as START
    from glance.render.metadata import STEPS_TAKEN as STEPS_TAKEN
    from glance.render.metadata import PictureSettings as PictureSettings
    from glance.render.metadata import fingerprint_of as fingerprint_of
    from glance.render.metadata import frame_text as frame_text
    from glance.render.metadata import frame_to_send as frame_to_send
    from glance.render.metadata import plain_settings as plain_settings
    from glance.render.metadata import read_settings_text as read_settings_text
    from glance.render.metadata import video_text as video_text
    from glance.render.noise_journey import CarriedNoise as CarriedNoise
    from glance.render.noise_journey import all_new_noise as all_new_noise
    from glance.render.ownership import is_own_picture as is_own_picture
    from glance.render.ownership import may_replace_video as may_replace_video
    from glance.render.ownership import video_fingerprint as video_fingerprint
    from glance.render.parallel import draw_side_by_side as draw_side_by_side
    from glance.render.run_contents import is_for_song as is_for_song
    from glance.render.run_folder import RunFolder as RunFolder
    from glance.render.run_folder import are_frames_discarded as are_frames_discarded
    from glance.render.run_folder import discard_frames as discard_frames
    from glance.render.run_folder import is_begun as is_begun
    from glance.render.run_folder import open_run as open_run
    from glance.render.style_previews import SUBJECT as SUBJECT
    from glance.render.style_previews import PreviewLook as PreviewLook
    from glance.render.style_previews import draw_previews as draw_previews
    from glance.render.style_previews import draw_sheet as draw_sheet
    from glance.render.taking_over import are_drawn as are_drawn
    from glance.render.upscaling import opened_upscaling as opened_upscaling
    from glance.render.video import Target as Target
    from glance.render.video import render as render
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "backend": ("FrameBackend", "FrameRequest", "FrameUpscaler", "fingerprint"),
            "clip": ("Part", "make_clip", "part_of_scene", "scenes_that_differ"),
            "disk": ("disk_error",),
            "eta": ("EtaClock",),
            "events": (
                "Event",
                "FlashesMeasured",
                "FrameDone",
                "FramePublished",
                "FrameRepeated",
                "FrameUpscaled",
                "PublishingStarted",
                "RunFinished",
                "RunStarted",
                "RunStopped",
                "UpscalingStarted",
            ),
            "feedback": ("Drawn", "REROLLS", "draw_frames", "groups"),
            "finishing": ("Finisher", "guard_of"),
            "frame_check": ("CheckedBackend", "Hit", "NudeNetDetector"),
            "frame_links": ("has_origin", "links_of"),
            "job": ("Destination", "MadeVideo", "make_video"),
            "lock": ("run_lock",),
            "look_clips": ("with_clip",),
            "manifest": ("NAME", "is_known_by", "is_manifest", "own_manifest", "read_manifest"),
            "metadata": (
                "PictureSettings",
                "START",
                "STEPS_TAKEN",
                "fingerprint_of",
                "frame_text",
                "frame_to_send",
                "plain_settings",
                "read_settings_text",
                "video_text",
            ),
            "noise_journey": ("CarriedNoise", "all_new_noise"),
            "ownership": ("is_own_picture", "may_replace_video", "video_fingerprint"),
            "parallel": ("draw_side_by_side",),
            "run_contents": ("is_for_song",),
            "run_folder": ("RunFolder", "are_frames_discarded", "discard_frames", "is_begun", "open_run"),
            "style_previews": ("PreviewLook", "SUBJECT", "draw_previews", "draw_sheet"),
            "taking_over": ("are_drawn",),
            "upscaling": ("opened_upscaling",),
            "video": ("Target", "render"),
        },
    )
