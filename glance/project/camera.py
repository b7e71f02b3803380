"""What the camera does by itself: presets around the scene's subject, ways through poses, and a hand's sway.

Every one of them is a way with a beginning at the scene's start, out of which moves per frame are made. So it comes
back wherever the way does, at any frame rate; and where a scene grows out of the one before, without a cut that would
set the picture up anew, the camera is at home again when it begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from glance.camera.keeping import share_that_keeps
from glance.camera.move import CameraMove, Mode
from glance.camera.path import PATH_CHANNELS, moves_between, spline_poses
from glance.camera.presets import CAMERA_PRESETS, NEUTRAL, CameraPreset, on_beat
from glance.errors import ProjectError, ScheduleError
from glance.project.model import Point, Pose, Project, Scene
from glance.project.scenes import SceneTrack
from glance.schedule.curve import evaluate, resolve_time_s
from glance.schedule.expression import smooth, wander
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals

Curves = dict[str, NDArray[np.float64]]
#: Channel -> field of a camera move, where their names differ.
_FIELDS = {"angle": "angle_deg", "fov": "fov_deg", "transform_center_x": "center_x", "transform_center_y": "center_y"}
_FIELDS |= {name: f"{name}_deg" for name in ("rotation_3d_x", "rotation_3d_y", "rotation_3d_z")}
#: More poses than this in one scene are a mistake of a program.
_MOST_POSES = 500
#: Bars in which the camera goes home before a scene that grows out of this one; at most half of the scene.
_HOMING_BARS = 2.0
#: Sway of a hand at `handheld` = 1: channel -> (size of the way, waves a second). In 3D, degrees and units ...
_SWAY_3D = {
    "rotation_3d_y": (2.6, 0.55),
    "rotation_3d_x": (2.0, 0.65),
    "rotation_3d_z": (1.4, 0.4),
    "translation_x": (7.0, 0.35),
    "translation_y": (4.0, 0.45),
    "translation_z": (6.0, 0.25),
}
#: ... and in 2D, shares of the width, degrees, and the logarithm of the zoom.
_SWAY_2D = {"translation_x": (0.035, 0.5), "translation_y": (0.022, 0.6), "angle": (1.4, 0.4), "zoom": (0.03, 0.25)}
#: Seconds over which a hand's amount follows its channel, and over which it sets in and ends within scenes that grow.
_FOLLOW_S, _SETTLE_S = 0.15, 1.0


def mode_of(scene: Scene) -> Mode:
    """Return whether a scene's camera moves over a flat picture or through its depth."""
    return scene.camera_mode or ("3d" if scene.poses else CAMERA_PRESETS[scene.camera].mode)


def preset_moves(signals: Signals, track: SceneTrack, subjects: tuple[Point, ...], aspect: float) -> Curves:
    """Return channel -> (n,) deviation from the channel's neutral value: presets by their dials, and ways by poses.

    Args:
        signals: The song.
        track: The scenes on their frames.
        subjects: (x, y) of each scene's subject, which no preset goes so far as to lose.
        aspect: Width / height.
    """
    moves: Curves = {}
    for subject, (scene, start, end, homing) in zip(subjects, _stretches(signals, track), strict=True):
        for channel, curve in _of_scene(scene, signals.part(max(0, start - 1), end, start), subject, aspect).items():
            rates = _homed(curve, homing) if channel not in _LEVELS else curve
            # Zooms multiply: out of a way back to where it began, only exponents make a zoom back to where it began.
            rates = np.expm1(rates) if channel == "zoom" else rates
            moves.setdefault(channel, np.zeros(signals.n_frames))[start:end] += rates
    return moves


def around_subjects(
    values: Curves,
    moved: Curves,
    track: SceneTrack,
    subjects: tuple[Point, ...],
    aspect: float,
    own_center: bool = False,
) -> None:
    """Let what the camera does by itself and with the music happen around each scene's subject; changes `values`.

    In 2D, zooms and rolls leave the subject where it is. In 3D, the camera goes towards it and away from it.

    Args:
        values: Channel -> (n,), as they are so far.
        moved: Channel -> (n,), the part of them that comes from presets and reactions: a person's curves stay theirs.
        track: The scenes on their frames.
        subjects: (x, y) of each scene's subject.
        aspect: Width / height.
        own_center: Whether a person has said where the middle of 2D moves is.
    """
    nothing = np.zeros(track.scene_of.size)
    forward = moved.get("translation_z", nothing)
    turning = (moved.get("zoom", nothing) != 0) | (moved.get("angle", nothing) != 0)
    for index, (x, y) in enumerate(subjects):
        span = slice(int(track.starts[index]), track.end(index))
        if mode_of(track.scenes[index]) == "3d":
            reach = np.tan(np.radians(values["fov"][span]) / 2)
            values["translation_x"][span] += forward[span] * (2 * x - 1) * reach
            values["translation_y"][span] -= forward[span] * (2 * y - 1) * reach / aspect
        elif not own_center and turning[span].any():
            values["transform_center_x"][span] += x - 0.5
            # Where a preset hangs the picture from above, it stays hung.
            if not moved.get("transform_center_y", nothing)[span].any():
                values["transform_center_y"][span] += y - 0.5


def sway(values: Curves, signals: Signals, track: SceneTrack, width: int) -> None:
    """Add the sway of a hand, as much as the channel `handheld` says; changes `values`.

    Args:
        values: Channel -> (n,), `handheld` among them.
        signals: Times and the project's seed, which decides the way.
        track: The scenes; sway sets in and ends softly where one grows out of another.
        width: The picture's width in pixels, for moves in 2D.
    """
    if not values["handheld"].any():
        return
    fps = float(signals.fps)
    amount = np.asarray(smooth(values["handheld"], _FOLLOW_S, fps))
    flat = np.array([mode_of(scene) == "2d" for scene in track.scenes])[track.scene_of]
    soft = np.ones(signals.n_frames)
    for index, scene in enumerate(track.scenes):
        start, end = int(track.starts[index]), track.end(index)
        n_soft = min(int(_SETTLE_S * fps), (end - start) // 2)
        rise = np.arange(n_soft) / max(n_soft, 1)
        if index and scene.transition != "cut":
            soft[start : start + n_soft] *= rise
        if index + 1 < len(track.scenes) and track.scenes[index + 1].transition != "cut":
            soft[end - n_soft : end] *= rise[::-1]
    for mode_is_flat, table in ((True, _SWAY_2D), (False, _SWAY_3D)):
        share = amount * soft * (flat == mode_is_flat)
        for number, (channel, (size, waves)) in enumerate(table.items()):
            scale = size * (width if mode_is_flat and channel.startswith("translation") else 1.0)
            way = share * scale * wander(signals.times_s * waves, signals.seed * 16 + number + 8 * mode_is_flat)
            moves = np.diff(way, prepend=way[:1])
            values[channel] += np.expm1(moves) if channel == "zoom" else moves


def camera_move(mode: Mode, value: Mapping[str, float]) -> CameraMove:
    """Return one frame's move from its channels' values; channels that no move has are passed over."""
    fields = {_FIELDS.get(name, name): number for name, number in value.items()}
    flips = {f"{name}_deg": fields.pop(name) for name in list(fields) if name.startswith("perspective_flip")}
    known = CameraMove.__dataclass_fields__
    return CameraMove(mode, **{name: number for name, number in (fields | flips).items() if name in known})


def moves_of_preset(preset: CameraPreset, signals: Signals) -> list[CameraMove]:
    """Return a preset's moves at a dial of 1 about the picture's middle, one for each frame of a song."""
    scene = Scene(camera=preset.name)
    track = SceneTrack((scene,), np.zeros(1, np.int64), np.zeros(signals.n_frames, np.int64))
    moves = preset_moves(signals, track, ((0.5, 0.5),), 16 / 9)
    values = {name: NEUTRAL.get(name, 0.0) + moves.get(name, np.zeros(signals.n_frames)) for name in _MOVED}
    sway(values, signals, track, 512)
    columns = {name: column.tolist() for name, column in values.items()}
    return [
        camera_move(preset.mode, {name: column[frame] for name, column in columns.items()})
        for frame in range(signals.n_frames)
    ]


_MOVED: tuple[str, ...] = ("zoom", "angle", "translation_x", "translation_y", "translation_z", "handheld")
_MOVED += ("rotation_3d_x", "rotation_3d_y", "rotation_3d_z", "transform_center_x", "transform_center_y")
#: Channels that say where or how much, not how far per frame.
_LEVELS = frozenset({"transform_center_x", "transform_center_y", "handheld"})


def _stretches(signals: Signals, track: SceneTrack) -> Iterator[tuple[Scene, int, int, NDArray[np.float64] | None]]:
    """Yield (scene, first frame, frame after its last, share of the way that is kept in each of its frames)."""
    for index, scene in enumerate(track.scenes):
        start, end = int(track.starts[index]), track.end(index)
        grows = index + 1 < len(track.scenes) and track.scenes[index + 1].transition != "cut"
        yield scene, start, end, _homing(signals, start, end) if grows else None


def _homing(signals: Signals, start: int, end: int) -> NDArray[np.float64]:
    bars = signals.grid.bar_at(np.arange(start, end) / float(signals.fps))
    last = float(signals.grid.bar_at(end / float(signals.fps)))
    length = min(_HOMING_BARS, (last - float(bars[0])) / 2)
    left = np.clip((last - bars) / max(length, 1e-9), 0.0, 1.0)
    kept = left * left * (3 - 2 * left)
    kept[-1] = 0.0
    return np.asarray(kept)


def _of_scene(scene: Scene, part: Signals, subject: Point, aspect: float) -> Curves:
    """Return a scene's curves; `part` has one frame more in front, from which the first frame's change is counted."""
    preset = on_beat(CAMERA_PRESETS[scene.camera]) if scene.on_beat else CAMERA_PRESETS[scene.camera]
    n_before = (part.origin or 0) - part.first
    curves: Curves = {}
    for channel, text in preset.curves.items():
        curve = evaluate(parse_schedule(f"0:({text})", channel), part)[n_before:] - NEUTRAL.get(channel, 0.0)
        curves[channel] = curve if channel.startswith("transform_center") else curve * scene.motion
    share = share_that_keeps(curves, subject, aspect)
    curves = {channel: curve if channel in _LEVELS else curve * share for channel, curve in curves.items()}
    if scene.poses:
        moves = moves_between(_through_poses(scene, part), aspect=aspect)
        moves = np.vstack([np.zeros((1 - n_before, 6)), moves])
        for channel, column in zip(PATH_CHANNELS, moves.T, strict=True):
            curves[channel] = curves.get(channel, 0.0) + column
    return curves


def _through_poses(scene: Scene, part: Signals) -> NDArray[np.float64]:
    times = [_moment(pose, part) for pose in scene.poses]
    order = np.argsort(times, kind="stable")
    keys = np.array([(p.x, p.y, p.z, p.look[0], p.look[1], p.roll) for p in scene.poses])[order]
    return spline_poses(np.array(times)[order], keys, part.times_s)


def _homed(rates: NDArray[np.float64], kept: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return moves whose way ends where it began, as the last bars' share of it goes down to nothing."""
    return rates if kept is None else np.diff(np.cumsum(rates, dtype=np.float64) * kept, prepend=0.0)


def check_poses(project: Project, signals: Signals) -> None:
    """Raise ProjectError for poses without a moment, too many of them, or two at once: nobody is at two places."""
    for index, scene in enumerate(project.scenes):
        where = f"scenes[{index}].poses"
        if len(scene.poses) > _MOST_POSES:
            raise ProjectError(where, f"expected at most {_MOST_POSES} poses in a scene, found {len(scene.poses)}")
        moments: dict[float, str] = {}
        for number, pose in enumerate(scene.poses):
            try:
                moment = _moment(pose, signals)
            except ScheduleError as error:
                raise ProjectError(f"{where}[{number}].at", str(error)) from None
            if moment in moments:
                raise ProjectError(
                    f"{where}[{number}].at",
                    f"this scene has a pose at {moments[moment]} already, the same moment as {pose.at}; "
                    "move one of them, or take it out",
                )
            moments[moment] = pose.at


def _moment(pose: Pose, signals: Signals) -> float:
    return round(resolve_time_s(pose.at, signals.grid, signals.fps, signals.first + signals.n_frames), 6)
