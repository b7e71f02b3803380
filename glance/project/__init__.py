"""Projects: the file a person edits, and the plan it is compiled into."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.project.analyses import AnalysisCache as AnalysisCache
    from glance.project.analyses import analyse_song as analyse_song
    from glance.project.camera import mode_of as mode_of
    from glance.project.camera import moves_of_preset as moves_of_preset
    from glance.project.channel_values import base_values as base_values
    from glance.project.channel_values import channel_texts as channel_texts
    from glance.project.channel_values import evaluate_channels as evaluate_channels
    from glance.project.channel_values import signals_of as signals_of
    from glance.project.channel_values import values_below as values_below
    from glance.project.compile import compile_plan as compile_plan
    from glance.project.compile import crop_plan as crop_plan
    from glance.project.compile import drawn_and_between as drawn_and_between
    from glance.project.compile import preview_plan as preview_plan
    from glance.project.director import DirectorOptions as DirectorOptions
    from glance.project.director import direct as direct
    from glance.project.director import picture_of as picture_of
    from glance.project.director import song_seed as song_seed
    from glance.project.director import story_sections as story_sections
    from glance.project.director import styles_of_pictures as styles_of_pictures
    from glance.project.effect_choice import with_chosen_effects as with_chosen_effects
    from glance.project.effect_choice import with_finish_of as with_finish_of
    from glance.project.file_names import file_text as file_text
    from glance.project.file_names import is_font_file as is_font_file
    from glance.project.file_names import path_of as path_of
    from glance.project.files import SUFFIX as SUFFIX
    from glance.project.files import load_project as load_project
    from glance.project.files import parse_project as parse_project
    from glance.project.files import project_json as project_json
    from glance.project.files import project_of as project_of
    from glance.project.files import read_json as read_json
    from glance.project.files import save_project as save_project
    from glance.project.files import with_absolute_paths as with_absolute_paths
    from glance.project.files import with_relative_paths as with_relative_paths
    from glance.project.frame_choices import frame_seeds as frame_seeds
    from glance.project.frame_prompts import FrameWords as FrameWords
    from glance.project.frame_prompts import Parts as Parts
    from glance.project.frame_prompts import PromptTimeline as PromptTimeline
    from glance.project.frame_prompts import PromptVariant as PromptVariant
    from glance.project.frame_prompts import frame_words as frame_words
    from glance.project.frame_prompts import mix_text as mix_text
    from glance.project.frame_prompts import prompt_timeline as prompt_timeline
    from glance.project.guides import LEAST_PULL as LEAST_PULL
    from glance.project.guides import guide_weights as guide_weights
    from glance.project.look_applying import look_of as look_of
    from glance.project.look_applying import with_look as with_look
    from glance.project.look_files import LOOK_SUFFIX as LOOK_SUFFIX
    from glance.project.look_files import PARTS as PARTS
    from glance.project.look_files import SharedLook as SharedLook
    from glance.project.look_files import find_look as find_look
    from glance.project.look_files import look_card as look_card
    from glance.project.look_files import look_json as look_json
    from glance.project.look_files import parse_look as parse_look
    from glance.project.look_files import parts_of as parts_of
    from glance.project.look_files import read_look as read_look
    from glance.project.look_files import shipped_looks as shipped_looks
    from glance.project.model import FORMAT as FORMAT
    from glance.project.model import NEW_VIDEO as NEW_VIDEO
    from glance.project.model import REACTIVITY as REACTIVITY
    from glance.project.model import EffectUse as EffectUse
    from glance.project.model import Guide as Guide
    from glance.project.model import Lettering as Lettering
    from glance.project.model import Look as Look
    from glance.project.model import Output as Output
    from glance.project.model import Pose as Pose
    from glance.project.model import Project as Project
    from glance.project.model import Reaction as Reaction
    from glance.project.model import ReactionPart as ReactionPart
    from glance.project.model import Scene as Scene
    from glance.project.model import SceneVersion as SceneVersion
    from glance.project.model import Song as Song
    from glance.project.overrides import laid_over as laid_over
    from glance.project.overrides import override_frames as override_frames
    from glance.project.plan import NO_ANCHOR as NO_ANCHOR
    from glance.project.plan import START_IMAGE as START_IMAGE
    from glance.project.plan import FrameSpec as FrameSpec
    from glance.project.plan import LookPlan as LookPlan
    from glance.project.plan import PaintSpec as PaintSpec
    from glance.project.plan import RenderPlan as RenderPlan
    from glance.project.plan import common_decisions as common_decisions
    from glance.project.plan import cost_text as cost_text
    from glance.project.plan import leaps as leaps
    from glance.project.redirect import moved_anew as moved_anew
    from glance.project.redirect import scene_sections as scene_sections
    from glance.project.scene_versions import version_of as version_of
    from glance.project.scene_versions import with_scene as with_scene
    from glance.project.scene_versions import with_version as with_version
    from glance.project.scenes import SceneTrack as SceneTrack
    from glance.project.scenes import lay_out as lay_out
    from glance.project.scenes import scene_starts as scene_starts
    from glance.project.story import first_project as first_project
    from glance.project.story import with_story as with_story
    from glance.project.validate import LANCZOS as LANCZOS
    from glance.project.validate import Problem as Problem
    from glance.project.validate import checked_size as checked_size
    from glance.project.validate import enlarged as enlarged
    from glance.project.validate import faults as faults
    from glance.project.validate import problems_of as problems_of
    from glance.project.validate import video_size as video_size
    from glance.project.validate import with_sound_curves as with_sound_curves
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "analyses": ("AnalysisCache", "analyse_song"),
            "camera": ("mode_of", "moves_of_preset"),
            "channel_values": ("base_values", "channel_texts", "evaluate_channels", "signals_of", "values_below"),
            "compile": ("compile_plan", "crop_plan", "drawn_and_between", "preview_plan"),
            "director": (
                "DirectorOptions",
                "direct",
                "picture_of",
                "song_seed",
                "story_sections",
                "styles_of_pictures",
            ),
            "effect_choice": ("with_chosen_effects", "with_finish_of"),
            "file_names": ("file_text", "is_font_file", "path_of"),
            "files": (
                "SUFFIX",
                "load_project",
                "parse_project",
                "project_json",
                "project_of",
                "read_json",
                "save_project",
                "with_absolute_paths",
                "with_relative_paths",
            ),
            "frame_choices": ("frame_seeds",),
            "frame_prompts": (
                "FrameWords",
                "Parts",
                "PromptTimeline",
                "PromptVariant",
                "frame_words",
                "mix_text",
                "prompt_timeline",
            ),
            "guides": ("LEAST_PULL", "guide_weights"),
            "look_applying": ("look_of", "with_look"),
            "look_files": (
                "LOOK_SUFFIX",
                "PARTS",
                "SharedLook",
                "find_look",
                "look_card",
                "look_json",
                "parse_look",
                "parts_of",
                "read_look",
                "shipped_looks",
            ),
            "model": (
                "EffectUse",
                "FORMAT",
                "Guide",
                "Lettering",
                "Look",
                "NEW_VIDEO",
                "Output",
                "Pose",
                "Project",
                "REACTIVITY",
                "Reaction",
                "ReactionPart",
                "Scene",
                "SceneVersion",
                "Song",
            ),
            "overrides": ("laid_over", "override_frames"),
            "plan": (
                "FrameSpec",
                "LookPlan",
                "NO_ANCHOR",
                "PaintSpec",
                "RenderPlan",
                "START_IMAGE",
                "common_decisions",
                "cost_text",
                "leaps",
            ),
            "redirect": ("moved_anew", "scene_sections"),
            "scene_versions": ("version_of", "with_scene", "with_version"),
            "scenes": ("SceneTrack", "lay_out", "scene_starts"),
            "story": ("first_project", "with_story"),
            "validate": (
                "LANCZOS",
                "Problem",
                "checked_size",
                "enlarged",
                "faults",
                "problems_of",
                "video_size",
                "with_sound_curves",
            ),
        },
    )
