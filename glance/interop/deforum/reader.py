"""Deforum settings files become projects.

The aim is the same picture, frame for frame, as far as the two programs share an idea, and a sentence for everything
else: `Imported.notes` is meant to be read by the person who imports. Schedules evaluate as Deforum evaluates them
(`glance.interop.deforum.schedule`); signs and units of the camera become ours (`glance.interop.deforum.camera`).

    deforum_file        the text                        deforum_settings   names, defaults, old names
    deforum_prompts     words, both ways
    deforum_entries     a file, ready to be read        deforum_guides     pinned pictures, both ways
    deforum_curves      schedules into curves           deforum_export     the way back
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from glance.errors import GlanceError, ProjectError
from glance.interop.deforum.camera import NOTES
from glance.interop.deforum.curves import Animation, Entries, read_curves
from glance.interop.deforum.guides import read_guides
from glance.interop.deforum.prompts import PromptVariant, place_words, read_words
from glance.interop.deforum.settings import without_counterpart
from glance.interop.deforum.settings_file import parse_settings
from glance.interop.parseq import ParseqFrames, read_parseq
from glance.limits import ANIMATION_FRAMES
from glance.project.file_names import file_text
from glance.project.model import EffectUse, Guide, Look, Output, Project, Song
from glance.schedule.curve import number_text
from glance.timing import parse_fps

_BORDERS: Mapping[str, Literal["reflect", "replicate", "wrap"]] = {
    "replicate": "replicate",
    "wrap": "wrap",
    "border": "replicate",
    "reflection": "reflect",
}
_SPACES: Mapping[str, Literal["lab", "hsv", "rgb"]] = {"lab": "lab", "hsv": "hsv", "rgb": "rgb"}
_BEHAVIORS = ("iter", "fixed", "random", "ladder", "alternate", "schedule")
_MODES = ("2D", "3D", "Interpolation")
_WEB = ("http:", "https:")
_DEFAULT_FRAMES, _DEFAULT_FPS = 120, 15
_LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Imported:
    """A project made from another program's file.

    Attributes:
        project: The project.
        notes: Sentences on what was read differently, or has no counterpart and was left out.
    """

    project: Project
    notes: tuple[str, ...]


def import_settings(text: str, song: str = "") -> Imported:
    """Read a Deforum settings file of any version, saved by its tab or by a run.

    Args:
        text: The file's text.
        song: Path of the song; empty for the file's own soundtrack.

    Raises:
        ProjectError: The text is no Deforum settings file.
    """
    return _imported(Entries(*parse_settings(text)), song)


def _imported(entries: Entries, song: str) -> Imported:
    animation, output = _animation(entries)
    words = read_words(entries.settings)
    if not (animation.parseq and animation.parseq.prompts):
        entries.notes.extend(words.notes)
    placed = place_words(animation, words)
    guides, strength = read_guides(animation)
    curves = read_curves(animation)
    gray = entries.flag("color_force_grayscale")
    project = Project(
        song=Song(path=song or _soundtrack(entries)),
        title=_title(entries),
        seed=animation.seed,
        scenes=placed.scenes,
        prompts=placed.prompts,
        prompts_blend=placed.blend,
        curves=curves | ({"guide_strength": strength} if strength else {}) | ({"saturation": "0"} if gray else {}),
        # Deforum draws in color, too, and takes the color out of what it shows.
        effects=(EffectUse(effect="saturation"),) if gray else (),
        look=_look(animation, words, guides),
        output=output,
    )
    _add_notes(animation, output)
    pictures = (project.look.start_image, project.look.mask, *(guide.picture for guide in guides))
    for address in dict.fromkeys(path for path in pictures if path.startswith(_WEB)):
        entries.notes.append(
            f"the picture {address} is a web address; download it and put the file's path in its place"
        )
    return Imported(project, (*entries.notes, *without_counterpart(entries.settings)))


def _animation(entries: Entries) -> tuple[Animation, Output]:
    n_frames = entries.whole("max_frames", _DEFAULT_FRAMES, most=ANIMATION_FRAMES + 1)
    if n_frames > ANIMATION_FRAMES:
        raise ProjectError(
            "max_frames",
            f"expected at most {ANIMATION_FRAMES:,} frames, which are hours of video, found more; correct the file",
        )
    seed = entries.whole("seed", -1, least=-1, most=_LARGEST_SEED)
    if seed < 0:
        seed = 1
        entries.notes.append("`seed` = -1 draws a new seed in every run; the project has seed 1 instead")
    mode = str(entries.settings.get("animation_mode", "2D"))
    size = _side(entries, "W"), _side(entries, "H")
    there = Animation(entries, mode, n_frames, seed, size, _parseq(entries))
    if there.overridden and there.parseq:
        there = replace(there, n_frames=there.parseq.n_frames)
    return there, Output(width=size[0], height=size[1], fps=_fps(there))


def _side(entries: Entries, name: str) -> int:
    pixels = entries.whole(name, 512, least=64, most=16_384)
    side = max(64, round(pixels / 8) * 8)
    if side != pixels:
        entries.notes.append(f"`{name}` = {pixels} is no multiple of 8; {side} was taken instead")
    return side


def _fps(animation: Animation) -> str:
    fps = animation.entries.settings.get("fps", _DEFAULT_FPS)
    if animation.overridden and animation.parseq and animation.parseq.fps:
        fps = animation.parseq.fps
    try:
        parse_fps(fps if isinstance(fps, (int, float)) else str(fps))
    except ValueError as error:
        animation.entries.notes.append(f"`fps`: {error}; {_DEFAULT_FPS} was taken instead")
        fps = _DEFAULT_FPS
    return number_text(float(fps)) if isinstance(fps, (int, float)) else str(fps)


def _parseq(entries: Entries) -> ParseqFrames | None:
    manifest = entries.text("parseq_manifest")
    if not manifest:
        return None
    if manifest.startswith(_WEB):
        entries.notes.append(
            f"the Parseq manifest {manifest} is a web address and was not read; import the file itself"
        )
        return None
    try:
        return read_parseq(manifest, entries.flag("parseq_use_deltas", True))
    except GlanceError as error:
        entries.notes.append(f"`parseq_manifest` cannot be read and was left out: {error}")
        return None


def _title(entries: Entries) -> str:
    title = re.sub(r"\{[^{}]*\}|_?\d{14}", "", entries.text("batch_name")).strip(" _-")
    return "" if title.lower() == "deforum" else title


def _soundtrack(entries: Entries) -> str:
    source = entries.text("add_soundtrack")
    named = entries.text("video_init_path" if source == "Init Video" else "soundtrack_path") if source else ""
    path = file_text(named) if named else ""
    if not path:
        entries.notes.append("the file names no soundtrack; set `song.path` to the song before rendering")
    elif path.startswith(_WEB):
        entries.notes.append(f"the soundtrack {path} is a web address; download it and set `song.path` to the file")
    return path


def _look(animation: Animation, words: PromptVariant, guides: tuple[Guide, ...]) -> Look:
    entries = animation.entries
    border_entry = "padding_mode" if animation.mode == "3D" else "border"
    border = entries.text(border_entry) or "replicate"
    if border not in _BORDERS:
        entries.notes.append(f"`{border_entry}` = {border} has no counterpart; edges are replicated instead")
    behavior = entries.text("seed_behavior") or "iter"
    if animation.parseq and "seed" in animation.parseq.curves:
        behavior = "schedule"
    start_image = entries.text("init_image") if entries.flag("use_init") else ""
    return Look(
        prompt_prefix=words.prefix,
        negative=words.negative,
        negative_sets=(),
        # Guided images start from the first of them, whatever the file says.
        start_image=guides[0].picture if guides else start_image,
        color_space=_SPACES.get(str(entries.settings.get("color_coherence", "LAB")).lower(), "none"),
        color_reference="first",
        noise_type="uniform" if entries.text("noise_type") == "uniform" else "perlin",
        border=_BORDERS.get(border, "replicate"),
        cadence_hits=False,
        flow=bool(entries.text("optical_flow_cadence")),
        depth="ground" if entries.flag("use_depth_warping", True) else "flat",
        seed_behavior=behavior if behavior in _BEHAVIORS else "iter",  # type: ignore[arg-type]
        seed_every=entries.whole("seed_iter_N", 1),
        guides=guides,
        mask=entries.text("mask_file") if entries.flag("use_mask") else "",
        mask_invert=entries.flag("invert_mask"),
        mask_feather_px=float(entries.whole("mask_overlay_blur", 4, least=0)),
    )


def _add_notes(animation: Animation, output: Output) -> None:
    entries, mode = animation.entries, animation.mode
    seconds = animation.n_frames / float(parse_fps(output.fps))
    coherence, noise = entries.text("color_coherence"), entries.text("noise_schedule")
    behavior = entries.text("seed_behavior") or "iter"
    checks = {
        f"the animation had {animation.n_frames} frames, {seconds:.2f} s; here the song's length decides, and `max_f` "
        "in formulas follows it": True,
        f"`animation_mode` = {mode} has no counterpart; 2D was taken instead": mode not in _MODES,
        "`animation_mode` = Interpolation draws every frame anew: strength is 0, prompts cross-fade, and of two "
        "negative prompts the heavier one's prompt counts": mode == "Interpolation",
        f"`color_coherence` = {coherence} has no counterpart": coherence in ("Video Input", "Image"),
        "`noise_schedule` keeps its amounts, but noise here does not drain contrast as Deforum's does": (
            bool(noise) and noise not in ("0: (0)", "0:(0)")
        ),
        f"`seed_behavior` = {behavior} has no counterpart; iter was taken instead": behavior not in _BEHAVIORS,
        "turns by `rotation_3d_z` and moves by `translation_z` have Deforum's pace at the depth of 1.44; there, near "
        "things turn faster than far ones": mode == "3D" and entries.flag("use_depth_warping", True),
    }
    entries.notes.extend(sentence for sentence, holds in checks.items() if holds)
    if entries.flag("enable_perspective_flip") and mode == "2D":
        entries.notes.extend((NOTES["flip_translation"], NOTES["flip_centre"]))


def import_parseq(text: str, song: str = "") -> Imported:
    """Read Parseq's rendered JSON (`rendered_frames`) as a project of its own.

    Raises:
        ProjectError: The text is no Parseq manifest.
    """
    frames = read_parseq(text, use_deltas=True)
    settings = {"animation_mode": "3D", "parseq_manifest": text, "max_frames": frames.n_frames, "seed": 1}
    return _imported(Entries(settings, []), song)


def is_parseq(text: str) -> bool:
    """Return whether a text looks like Parseq's rendered JSON rather than Deforum's settings."""
    return '"rendered_frames"' in text and '"strength_schedule"' not in text


def import_any(text: str, song: str = "") -> Imported:
    """Read a Deforum settings file or a Parseq manifest, whichever the text is.

    Raises:
        ProjectError: It is neither.
    """
    if not text.strip():
        raise ProjectError("", "expected a Deforum settings file or a Parseq manifest, found an empty file")
    return import_parseq(text, song) if is_parseq(text) else import_settings(text, song)
