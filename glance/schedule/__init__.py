"""Schedules: text of keyframes and expressions becomes one value per frame."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.schedule.channels import CHANNELS as CHANNELS
    from glance.schedule.channels import clamp as clamp
    from glance.schedule.curve import Curve as Curve
    from glance.schedule.curve import Key as Key
    from glance.schedule.curve import PlainKeys as PlainKeys
    from glance.schedule.curve import evaluate as evaluate
    from glance.schedule.curve import evaluate_text as evaluate_text
    from glance.schedule.curve import frame_of as frame_of
    from glance.schedule.curve import is_number as is_number
    from glance.schedule.curve import number_text as number_text
    from glance.schedule.easing import EASINGS as EASINGS
    from glance.schedule.expression import Scope as Scope
    from glance.schedule.expression import compile_expression as compile_expression
    from glance.schedule.expression import smooth as smooth
    from glance.schedule.expression import wander as wander
    from glance.schedule.key_times import key_frame as key_frame
    from glance.schedule.parse import format_schedule as format_schedule
    from glance.schedule.parse import parse_schedule as parse_schedule
    from glance.schedule.prompts import Blend as Blend
    from glance.schedule.prompts import PromptTrack as PromptTrack
    from glance.schedule.prompts import format_prompts as format_prompts
    from glance.schedule.prompts import is_prompt_schedule as is_prompt_schedule
    from glance.schedule.prompts import lay_out_prompts as lay_out_prompts
    from glance.schedule.prompts import parse_prompts as parse_prompts
    from glance.schedule.prompts import place_in as place_in
    from glance.schedule.prompts import split_negative as split_negative
    from glance.schedule.prompts import texts_over_time as texts_over_time
    from glance.schedule.pulses import Pulses as Pulses
    from glance.schedule.pulses import Rule as Rule
    from glance.schedule.pulses import choose as choose
    from glance.schedule.pulses import on_the_bar as on_the_bar
    from glance.schedule.pulses import rises as rises
    from glance.schedule.reactions import AmplitudeMap as AmplitudeMap
    from glance.schedule.reactions import apply as apply
    from glance.schedule.reference import channels_as_text as channels_as_text
    from glance.schedule.reference import formulas_as_text as formulas_as_text
    from glance.schedule.reference import table as table
    from glance.schedule.reference import with_parts as with_parts
    from glance.schedule.signals import STEM_NAMES as STEM_NAMES
    from glance.schedule.signals import Signals as Signals
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "channels": ("CHANNELS", "clamp"),
            "curve": ("Curve", "Key", "PlainKeys", "evaluate", "evaluate_text", "frame_of", "is_number", "number_text"),
            "easing": ("EASINGS",),
            "expression": ("Scope", "compile_expression", "smooth", "wander"),
            "key_times": ("key_frame",),
            "parse": ("format_schedule", "parse_schedule"),
            "prompts": (
                "Blend",
                "PromptTrack",
                "format_prompts",
                "is_prompt_schedule",
                "lay_out_prompts",
                "parse_prompts",
                "place_in",
                "split_negative",
                "texts_over_time",
            ),
            "pulses": ("Pulses", "Rule", "choose", "on_the_bar", "rises"),
            "reactions": ("AmplitudeMap", "apply"),
            "reference": ("channels_as_text", "formulas_as_text", "table", "with_parts"),
            "signals": ("STEM_NAMES", "Signals"),
        },
    )
