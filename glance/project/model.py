"""The project: what a person edits, and the only thing a plan is compiled from besides the song.

Every field has a default that works, so a project file may be as short as a song and one scene. Times in a project are
texts in the schedules' own form (`12.5s`, `1:23.5`, `32b` for the 32nd beat, `9bar`, or a bare frame number); they
become frames only in `glance.project.compile`, so that another frame rate or a corrected beat grid moves everything
with the music.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from glance.audio.corrections import BeatCorrections
from glance.schedule.prompts import Blend
from glance.schedule.reactions import AmplitudeMap

#: Version of the file format. A file of an older version is migrated when it is loaded (`glance.project.files`).
FORMAT = 1

Reactivity = Literal["none", "low", "medium", "high"]
Transition = Literal["cut", "fade", "hold"]
#: A point of the picture: shares of its width from the left and of its height from the top.
Point = tuple[float, float]
#: Share of each mapping's depth that a scene of this reactivity takes.
REACTIVITY: dict[str, float] = {"none": 0.0, "low": 0.4, "medium": 0.7, "high": 1.0}


class Song(msgspec.Struct, frozen=True, kw_only=True):
    """The song and what a person corrected in how it was heard.

    Attributes:
        path: The audio file; in a file, relative to the project's folder where it lies below it.
        hash: SHA-256 of the file, to notice that it was exchanged; empty until first heard.
        corrections: Beat corrections by a person.
        stems: Folder with drums, bass, vocals, other; or empty.
        lyrics: A file of words with times (.lrc, .srt, .vtt ...); or empty.
        tracker: Which beat tracker to use.
    """

    path: str
    hash: str = ""
    corrections: BeatCorrections = BeatCorrections()
    stems: str = ""
    lyrics: str = ""
    tracker: str = "glance"


class Pose(msgspec.Struct, frozen=True, kw_only=True):
    """Where the camera stands at one moment, and what it looks at.

    Attributes:
        at: When it is there.
        x: To the right of where the scene began, in units of `translation_x`; 200 are the depth of what is nearest.
        y: Above it, likewise.
        z: Further into the picture, likewise.
        look: The point of the scene's first picture that is looked at.
        roll: Degrees that the camera is rolled by, clockwise.
    """

    at: str
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    look: Point = (0.5, 0.5)
    roll: float = 0.0


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the video with one prompt. It ends where the next one starts.

    Attributes:
        start: When it starts; the first scene always starts the video.
        prompt: What is seen, without style words; where the project has `prompts`, those are seen instead.
        negative: Words to keep away, besides the negative sets.
        style: Id of a style; empty for none.
        picture: Name of its picture; scenes of the same name return to the same seed and look.
        camera: Name of a camera preset.
        camera_mode: `2d` or `3d`; empty for what the preset was made for.
        on_beat: Whether the camera surges on every beat, over the same way in all.
        motion: Dial for how far the camera preset goes, 0 to 3.
        subject: Where the subject is, which the camera keeps in the picture; nothing for what the prompt's composition
            asks for.
        poses: A way of the scene's own for the camera, besides the preset's; it moves smoothly from pose to pose.
        reactivity: How deeply the music reaches into this scene.
        transition: `cut` starts a new picture; `fade` cross-fades the prompts before the start; `hold` lets the new
            prompt grow into the old picture.
        transition_beats: Length of a fade in beats.
        locked: Whether a person wants it left alone by writers and directors.
    """

    start: str = "0"
    prompt: str = ""
    negative: str = ""
    style: str = ""
    picture: str = ""
    camera: str = "static"
    camera_mode: Literal["", "2d", "3d"] = ""
    on_beat: bool = False
    motion: float = 1.0
    subject: Point | None = None
    poses: tuple[Pose, ...] = ()
    reactivity: Reactivity = "medium"
    transition: Transition = "cut"
    transition_beats: float = 4.0
    locked: bool = False


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """The music moves a channel: its value leaves the curve by `y(x) - silence`, scaled by the scene's reactivity.

    Attributes:
        channel: Name of a number channel.
        map: Envelope, curve shape, and the channel's values in silence and at the peak.
        settle_s: Seconds in which the camera sinks back from where a hit has moved it; 0 lets it stay there.
    """

    channel: str
    map: AmplitudeMap
    settle_s: float = 0.0


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A picture pinned to a moment of the song.

    Attributes:
        at: When its pull is strongest.
        picture: The picture's file.
        amount: Its pull there, 0 to 1.
        shape: `swell` rises and falls around its moment; `hold` pulls evenly from its moment to the next picture's.
        reach_s: How many seconds before and after it begins to be felt, where it swells.
    """

    at: str
    picture: str
    amount: float = 0.5
    shape: Literal["swell", "hold"] = "swell"
    reach_s: float = 2.0


class Look(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"color_space": "colour_space", "color_reference": "colour_reference"},
):
    """What holds for the whole video's pictures.

    Attributes:
        prompt_prefix: Put before every scene's prompt, or around it: `{prompt}` in it stands for the prompt.
        prompt_suffix: Put after every scene's prompt and style.
        negative: Negative words for every scene.
        negative_sets: Names of the negative sets that are on.
        palette: Colors as `#rrggbb`, main color first.
        directed_styles: Picture -> the style that the director chose for it; where a scene still has it, another theme
            may bring another style.
        start_image: Picture the video starts from; empty for none.
        color_space: Where colors are matched.
        color_reference: `scene` matches each scene to its own first picture, `first` all to the video's first one,
            `start_image` all to that one.
        noise_type: Kind of noise put in before drawing.
        border: What enters at the picture's edge when the camera moves.
        cadence_hits: Whether hits of the music are always drawn, whatever the cadence.
        flow: Whether in-betweens follow the picture's own motion.
        depth: Where 3D moves take their depth from: `ground`, `floor` or `flat` need no model; any other name is a
            depth model's.
        seed_behavior: How the seed goes from frame to frame.
        seed_every: Drawn frames before the seed goes on, for `iter`.
        guides: Pictures pinned to moments.
        mask: Picture whose white may change; empty for everywhere.
        mask_invert: Whether its black may change instead.
        mask_feather_px: Blur of the mask's edge.
        allow_unsafe: Turns the check of prompts for unsafe words off.
        always_on: Values of the WebUI's always-on scripts (ControlNet, ADetailer ...) by title, as img2img's fields had
            them when they were taken over; other backends know none.
    """

    prompt_prefix: str = ""
    prompt_suffix: str = ""
    negative: str = ""
    negative_sets: tuple[str, ...] = ("quality", "border", "safety")
    palette: tuple[str, ...] = ()
    directed_styles: dict[str, str] = {}
    start_image: str = ""
    color_space: Literal["lab", "hsv", "rgb", "none"] = "lab"
    color_reference: Literal["scene", "first", "start_image"] = "scene"
    noise_type: Literal["uniform", "gaussian", "perlin"] = "perlin"
    border: Literal["reflect", "replicate", "wrap", "outpaint"] = "reflect"
    cadence_hits: bool = True
    flow: bool = True
    depth: str = "ground"
    seed_behavior: Literal["iter", "fixed", "random", "ladder", "alternate", "schedule"] = "iter"
    seed_every: int = 1
    guides: tuple[Guide, ...] = ()
    mask: str = ""
    mask_invert: bool = False
    mask_feather_px: float = 8.0
    allow_unsafe: bool = False
    always_on: dict[str, tuple[Any, ...]] = {}


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """The video file.

    Attributes:
        width: Pixels, a multiple of 8.
        height: Pixels, a multiple of 8.
        fps: Frames per second, such as `12`, `29.97` or `30000/1001`.
        crf: H.264 quality, 1 (best) to 51; 17 looks perfect.
        preset: The encoder's speed.
        upscaler: What enlarges the finished frames for the video: `Lanczos`, or a name of the WebUI's; empty for none.
        upscale: How many times as wide and high the video becomes then, 1 to 4.
    """

    width: int = 512
    height: int = 288
    fps: str = "12"
    crf: int = 17
    preset: str = "superfast"
    upscaler: str = ""
    upscale: float = 2.0


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A song's video, as a person edits it.

    Attributes:
        song: The song.
        format: Version of this file's format.
        title: Shown in the video's metadata.
        theme: What the video is about, in the person's own words.
        concept: The writer's idea for the whole video.
        writer: Who wrote the scenes: `offline`, a model's name, or empty for a person.
        seed: Decides everything that chance decides.
        scenes: In the order of their starts.
        prompts: Prompts with keys of their own (`glance.schedule.prompts`), for all scenes; empty for each scene's own.
            Cuts, styles, cameras and negative words stay those of the scenes.
        prompts_blend: Whether each of these prompts holds until the next one's key, or fades into it all the way.
        curves: Channel -> schedule text. A channel that is not named here follows its default.
        reactions: How the music moves channels.
        look: What holds for all pictures.
        output: The video file.
    """

    song: Song
    format: int = FORMAT
    title: str = ""
    theme: str = ""
    concept: str = ""
    writer: str = ""
    seed: int = 1
    scenes: tuple[Scene, ...] = (Scene(),)
    prompts: str = ""
    prompts_blend: Blend = "hold"
    curves: dict[str, str] = {}
    reactions: tuple[Reaction, ...] = ()
    look: Look = Look()
    output: Output = Output()
