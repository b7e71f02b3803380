"""Camera moves with names that a musician understands, each a few readable curves.

Curves are expressions of the schedule language, one per channel, written for a motion dial of 1. A preset is a way that
begins where the scene does (`bar`, `beat` and `time` are 0 there) and stays within bounds: sideways moves come back in
four bars, pushes in eight, rolls keep within 8 degrees at a dial of 1.2, whatever the tempo. `change` makes moves per
frame out of places on the way, so a preset goes alike at any frame rate; 3D units do not depend on the picture's size.
Channels that a preset does not name stay neutral. Signs: x to the right, y up, z into the picture, for the camera.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from glance.camera.move import Mode

#: What a channel that a preset moves is when the camera stands still; all others of them are 0.
NEUTRAL: Mapping[str, float] = MappingProxyType({"zoom": 1.0, "transform_center_x": 0.5, "transform_center_y": 0.5})
#: Fastest on each beat and still between two; its mean over a beat is 1, so the way travelled stays the same.
BEAT_SURGE = "(1 + cos(tau*beat_phase))**2/1.5"


@dataclass(frozen=True)
class CameraPreset:
    """One named way of moving.

    Attributes:
        name: Key in `CAMERA_PRESETS`.
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


#: Places on a way, from 0 at the scene's start; `change` makes moves of them, so that whatever goes out comes back.
_ASIDE = "(1 - cos(tau*bar/4))/2"
_SWAY = "sin(tau*bar/4)"
#: In for six bars, and out again in two: before a push has used the picture up, it turns into another move on a bar.
_PUSH = "where(bar/8 % 1 < 0.75, ease_in_out_sine(bar/8 % 1/0.75), ease_in_out_sine((1 - bar/8 % 1)/0.25))"
#: Down fast just after the downbeat, up slowly for the rest of the bar.
_FALL = " + ".join(
    f"{size}*sin({times}*tau*(bar_phase - 0.05))" for times, size in ((1, 17.8), (2, 4.46), (3, 0.85), (4, 0.08))
)

_ALL = (
    _preset("Static", "Stands still; only the picture itself changes.", "2d"),
    _preset(
        "Slow push",
        "Goes in for six bars, slowly and steadily, and back in two.",
        "2d",
        zoom=f"1 + change(0.17*{_PUSH})",
    ),
    _preset(
        "Pull back",
        "Goes out for six bars, slowly, and in again in two; the picture grows at its edges.",
        "2d",
        zoom=f"1 - change(0.2*{_PUSH})",
    ),
    _preset(
        "Pan left",
        "Glides to the left and back in four bars; near things pass faster than far ones.",
        "3d",
        translation_x=f"change(-25*{_ASIDE})",
        rotation_3d_y=f"change(-4.2*{_ASIDE})",
    ),
    _preset(
        "Pan right",
        "Glides to the right and back in four bars; near things pass faster than far ones.",
        "3d",
        translation_x=f"change(25*{_ASIDE})",
        rotation_3d_y=f"change(4.2*{_ASIDE})",
    ),
    _preset(
        "Orbit",
        "Swings around the subject, right and left in four bars, always looking at it.",
        "3d",
        translation_x=f"change(60*{_SWAY})",
        rotation_3d_y=f"change(-9.3*{_SWAY})",
    ),
    _preset(
        "Spiral",
        "Turns to and fro while it goes in and out.",
        "2d",
        zoom=f"1 + change(0.15*{_PUSH})",
        angle=f"change(6*{_SWAY})",
    ),
    _preset(
        "Flight",
        "Flies forward in long, soft curves, further when the bass plays, and climbs back every eighth bar.",
        "3d",
        translation_z=f"change((30 + 16*smooth(low, 1))*{_PUSH})",
        translation_x="change(10*sin(tau*bar/4))",
        translation_y="change(6*sin(tau*bar/8))",
        rotation_3d_z="change(2*sin(tau*bar/4))",
    ),
    _preset("Handheld", "Carried by hand: small, restless sway that never repeats.", "3d", handheld="1"),
    _preset(
        "Drop",
        "Falls on every downbeat and floats up again through the bar.",
        "3d",
        translation_y=f"change(-({_FALL}))",
        translation_z=f"change(0.3*({_FALL}))",
    ),
    _preset(
        "Breathe",
        "Goes in and out once a bar, deeper when it is loud.",
        "2d",
        zoom="1 + change(0.065*smooth(rms, 1)*sin(tau*bar_phase))",
    ),
    _preset(
        "Pendulum",
        "Swings from side to side, hung from above, once every four beats.",
        "2d",
        angle="change(4.5*sin(tau*beat/4))",
        transform_center_y="-0.3",
    ),
    _preset(
        "Pulse",
        "Jumps in on every beat and sinks back.",
        "2d",
        zoom="1 + change(0.032*sin(tau*beat_phase) + 0.004*sin(2*tau*beat_phase))",
    ),
    _preset(
        "Crane",
        "Rises for two bars while it looks down, and sinks again.",
        "3d",
        translation_y=f"change(22*{_ASIDE})",
        rotation_3d_x=f"change(-1.2*{_ASIDE})",
        translation_z=f"change(12*{_ASIDE})",
    ),
)
#: Every preset by its name.
CAMERA_PRESETS: Mapping[str, CameraPreset] = MappingProxyType({preset.name: preset for preset in _ALL})
