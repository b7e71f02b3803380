"""Camera moves with names that a musician understands, each a few readable curves.

Curves are expressions of the schedule language, one per channel, written for a motion dial of 1. Rates are per second
and divided by `fps`, so that a preset moves alike at any frame rate; 3D units do not depend on the picture's size.
Channels that a preset does not name stay neutral. Signs: x to the right, y up, z into the picture, for the camera.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from glance.camera.pose import Mode

#: What a channel that a preset moves is when the camera stands still; all others of them are 0.
NEUTRAL: Mapping[str, float] = MappingProxyType({"zoom": 1.0, "transform_center_x": 0.5, "transform_center_y": 0.5})
#: Fastest on each beat and still between two; its mean over a beat is 1, so the way travelled stays the same.
BEAT_SURGE = "(1 + cos(tau*beat_phase))**2/1.5"


@dataclass(frozen=True)
class CameraPreset:
    """One named way of moving.

    Attributes:
        name: Key in `PRESETS`.
        label: Name on buttons.
        help: What it looks like, in one sentence.
        mode: `2d` or `3d`.
        curves: Channel -> expression.
    """

    name: str
    label: str
    help: str
    mode: Mode
    curves: Mapping[str, str]


def on_beat(preset: CameraPreset) -> CameraPreset:
    """Return the preset with its speed tied to the beat: it surges on every beat, over the same way in all."""
    tied = {
        channel: text if channel.startswith("transform_center") else f"{_neutral(channel)} + ({change}) * {BEAT_SURGE}"
        for channel, text in preset.curves.items()
        for change in [f"({text}) - {_neutral(channel)}"]
    }
    return dataclasses.replace(preset, curves=MappingProxyType(tied))


def _neutral(channel: str) -> str:
    return f"{NEUTRAL.get(channel, 0.0):g}"


def _preset(label: str, help_text: str, mode: Mode, **curves: str) -> CameraPreset:
    name = label.lower().replace(" ", "_")
    return CameraPreset(name, label, help_text, mode, MappingProxyType(curves))


_ALL = (
    _preset("Static", "Stands still; only the picture itself changes.", "2d"),
    _preset("Slow push", "Goes in, slowly and steadily.", "2d", zoom="1 + 0.06/fps"),
    _preset("Pull back", "Goes out, slowly; the picture grows at its edges.", "2d", zoom="1 - 0.05/fps"),
    _preset("Pan left", "Glides to the left; near things pass faster than far ones.", "3d", translation_x="-24/fps"),
    _preset("Pan right", "Glides to the right; near things pass faster than far ones.", "3d", translation_x="24/fps"),
    _preset(
        "Orbit",
        "Walks around the middle of the picture, always looking at it.",
        "3d",
        translation_x="26/fps",
        rotation_3d_y="-3.7/fps",
        translation_z="6/fps",
    ),
    _preset("Spiral", "Turns while it goes in.", "2d", zoom="1 + 0.08/fps", angle="10/fps"),
    _preset(
        "Flight",
        "Flies forward over the ground in long, soft curves, faster when the bass plays.",
        "3d",
        translation_z="(22 + 26*low)/fps",
        translation_x="8*sin(tau*time/20)/fps",
        translation_y="4*sin(tau*time/33)/fps",
        rotation_3d_z="1.5*sin(tau*time/20)/fps",
    ),
    _preset(
        "Handheld",
        "Carried by hand: small, restless sway.",
        "3d",
        rotation_3d_y="(2.4*sin(tau*time*0.61) + 1.6*sin(tau*time*1.37 + 1))/fps",
        rotation_3d_x="(1.8*sin(tau*time*0.73 + 2) + 1.2*sin(tau*time*1.61))/fps",
        rotation_3d_z="1.2*sin(tau*time*0.47 + 3)/fps",
        translation_z="4/fps",
    ),
    _preset(
        "Drop",
        "Falls on every downbeat and floats up again through the bar.",
        "3d",
        translation_y="(35 - 128*((1 + cos(tau*(bar_phase - 0.05)))/2)**4)/fps",
        translation_z="40*((1 + cos(tau*(bar_phase - 0.05)))/2)**4/fps",
    ),
    _preset(
        "Breathe",
        "Goes in and out once a bar, deeper when it is loud.",
        "2d",
        zoom="1 + 0.2*rms*cos(tau*bar_phase)/fps",
    ),
    _preset(
        "Pendulum",
        "Swings from side to side, hung from above, once every four beats.",
        "2d",
        angle="14*cos(tau*beat/4)/fps",
        transform_center_y="-0.3",
    ),
    _preset("Pulse", "Jumps in on every beat and sinks back.", "2d", zoom=f"1 + (0.3*({BEAT_SURGE} - 1) + 0.005)/fps"),
    _preset(
        "Crane",
        "Rises while it looks down at the ground.",
        "3d",
        translation_y="14/fps",
        rotation_3d_x="-1.5/fps",
        translation_z="6/fps",
    ),
)
#: Every preset by its name.
PRESETS: Mapping[str, CameraPreset] = MappingProxyType({preset.name: preset for preset in _ALL})
