"""The project: what a person edits, and the only thing a plan is compiled from besides the song.

Every field has a default that works, so a project file may be as short as a song and one scene. Times in a project are
texts in the schedules' own form (`12.5s`, `1:23.5`, `32b` for the 32nd beat, `9bar`, or a bare frame number); they
become frames only in `glance.project.compile`, so that another frame rate or a corrected beat grid moves everything
with the music.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from glance.audio.corrections import BeatCorrections
from glance.audio.time_sources import TimeChoice
from glance.effects.masks import Kind
from glance.fields import about
from glance.limits import FRAME_PIXELS
from glance.schedule.prompts import Blend
from glance.schedule.reactions import AmplitudeMap

#: Version of the file format. A file of an older version is migrated when it is loaded (`glance.project.files`).
FORMAT = 1

Reactivity = Literal["none", "low", "medium", "high"]
Transition = Literal["cut", "fade", "hold"]
OverrideMode = Literal["set", "add", "scale"]
OverrideShape = Literal["flat", "fall", "rise", "swell", "soft"]
#: A point of the picture: shares of its width from the left and of its height from the top.
Share = Annotated[float, about("A share of a length", 0, 1)]
Point = tuple[Share, Share]
#: Share of each mapping's depth that a scene of this reactivity takes.
REACTIVITY: dict[str, float] = {"none": 0.0, "low": 0.4, "medium": 0.7, "high": 1.0}


class Song(msgspec.Struct, frozen=True, kw_only=True):
    """The song and what a person corrected in how it was heard."""

    path: Annotated[str, about("The audio file; in a file, relative to the project's folder where it lies below it.")]
    hash: Annotated[str, about("SHA-256 of the file, to notice that it was exchanged; empty until first heard.")] = ""
    corrections: Annotated[BeatCorrections, about("Beat corrections by a person.")] = BeatCorrections()
    stems: Annotated[str, about("Folder with drums, bass, vocals, other, or a zip of them; or empty.")] = ""
    stem_names: Annotated[
        dict[str, str],
        about(
            "File name of a stem, without its ending -> its name in formulas, where a person chose it; `-` for none."
        ),
    ] = {}
    lyrics: Annotated[str, about("A file of words, with times (.lrc, .srt, .vtt ...) or without; or empty.")] = ""
    aligner: Annotated[str, about("A CTC model (.onnx) that hears where words without times are sung; or empty.")] = ""
    midi: Annotated[str, about("A MIDI file of the song: its grid, its notes and its controllers; or empty.")] = ""
    markers: Annotated[
        str,
        about("A DAW's project, a DJ program's collection, labels, or a sound file with marks: grid, parts; or empty."),
    ] = ""
    time: Annotated[TimeChoice, about("Where beats, bars and sections are taken from.")] = TimeChoice()
    table: Annotated[str, about("A CSV file whose columns are envelopes; or empty.")] = ""
    features: Annotated[tuple[str, ...], about("Of `pitch` and `chroma`, the envelopes that librosa adds.")] = ()
    tracker: Annotated[str, about("Which beat tracker to use: glance, beat_this, or its .onnx file.")] = "glance"


class Pose(msgspec.Struct, frozen=True, kw_only=True):
    """Where the camera stands at one moment, and what it looks at."""

    at: Annotated[str, about("When it is there.")]
    x: Annotated[
        float,
        about(
            "To the right of where the scene began, in units of `translation_x`; 200 are the depth of what is nearest.",
            -10_000,
            10_000,
        ),
    ] = 0.0
    y: Annotated[float, about("Above it, likewise.", -10_000, 10_000)] = 0.0
    z: Annotated[float, about("Further into the picture, likewise.", -10_000, 10_000)] = 0.0
    look: Annotated[Point, about("The point of the scene's first picture that is looked at.")] = (0.5, 0.5)
    roll: Annotated[float, about("How far the camera is rolled, clockwise.", -360, 360, unit="degrees")] = 0.0


class SceneVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One of the ways a scene was drawn; to choose it is to give the scene its words, style and seed again."""

    seed: Annotated[int | None, about("Its seed; nothing for the project's own.")] = None
    prompt: Annotated[str, about("What is seen.")] = ""
    negative: Annotated[str, about("Words to keep away.")] = ""
    style: Annotated[str, about("Id of a style; empty for none.")] = ""
    drawn: Annotated[int, about("Number of the folder in `versions` with its pictures; 0 for none.", 0, 1_000_000)] = 0


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the video with one prompt. It ends where the next one starts."""

    start: Annotated[str, about("When it starts; the first scene always starts the video.")] = "0"
    prompt: Annotated[
        str, about("What is seen, without style words; where the project has `prompts`, those are seen instead.")
    ] = ""
    negative: Annotated[str, about("Words to keep away, besides the negative sets.")] = ""
    style: Annotated[str, about("Id of a style; empty for none.")] = ""
    picture: Annotated[str, about("Name of its picture; scenes of the same name return to the same seed and look.")] = (
        ""
    )
    camera: Annotated[str, about("Name of a camera preset.")] = "static"
    camera_mode: Annotated[Literal["", "2d", "3d"], about("`2d` or `3d`; empty for what the preset was made for.")] = ""
    on_beat: Annotated[bool, about("Whether the camera surges on every beat, over the same way in all.")] = False
    motion: Annotated[float, about("Dial for how far the camera preset goes.", 0, 3)] = 1.0
    subject: Annotated[
        Point | None,
        about(
            "Where the subject is, which the camera keeps in the picture; nothing for what the prompt's composition "
            "asks for."
        ),
    ] = None
    poses: Annotated[
        tuple[Pose, ...],
        about("A way of the scene's own for the camera, besides the preset's; it moves smoothly from pose to pose."),
    ] = ()
    reactivity: Annotated[Reactivity, about("How deeply the music reaches into this scene.")] = "medium"
    transition: Annotated[
        Transition,
        about(
            "`cut` starts a new picture; `fade` cross-fades the prompts before the start; `hold` lets the new prompt "
            "grow into the old picture."
        ),
    ] = "cut"
    transition_beats: Annotated[float, about("Length of a fade.", 0, 1000, unit="beats")] = 4.0
    backwards: Annotated[
        bool,
        about(
            "Whether it is drawn from its end to its start and shown forwards: a push-in is then drawn as a pull-out, "
            "and the model fills edges instead of magnifying. It and the next scene have to begin with a cut."
        ),
    ] = False
    effects: Annotated[
        dict[str, float],
        about("Effect -> how far it works in this scene, 0 to 1; one that is not named works as the project says."),
    ] = {}
    locked: Annotated[bool, about("Whether a person wants it left alone by writers and directors.")] = False
    seed: Annotated[int | None, about("A seed of its own, where it was drawn again; nothing for the project's.")] = None
    versions: Annotated[
        tuple[SceneVersion, ...],
        about("How it was drawn so far, to choose from; the one whose words, style and seed it has is the chosen one."),
    ] = ()


class ReactionPart(msgspec.Struct, frozen=True, kw_only=True):
    """How a reaction goes from one moment of the song to its next part's: usually a section, or a few bars of one."""

    at: Annotated[str, about("When it begins, in the song's sections: no scene that is moved takes it along.")] = "0"
    amount: Annotated[float, about("Factor on the reaction's depth; 1 is as deep as its map says.", 0, 10)] = 1.0
    attack_ms: Annotated[
        float | None, about("Time constant of the rise; nothing for the map's own.", 0, 600_000, unit="ms")
    ] = None
    release_ms: Annotated[
        float | None, about("Time constant of the fall; nothing for the map's own.", 0, 600_000, unit="ms")
    ] = None
    bend: Annotated[float | None, about("Exponent on the amplitude; nothing for the map's own.", 0, 100, ends="(]")] = (
        None
    )
    gate: Annotated[
        float | None,
        about(
            "Amplitude up to which nothing happens; nothing for the map's own. Of a reaction with a rest, hits up to "
            "this height are passed over.",
            0,
            1,
            ends="[)",
        ),
    ] = None
    accent: Annotated[
        float, about("Height of a hit at the very beginning, whatever the song does; 0 for none.", 0, 1)
    ] = 0.0
    every_bars: Annotated[
        float,
        about("Where no hit came for so many bars, one is put on the bar; 0 puts none.", 0, 1000, unit="bars"),
    ] = 0.0


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """The music moves a channel: its value leaves the curve by `y(x) - silence`, scaled by the scene's reactivity."""

    channel: Annotated[str, about("Name of a number channel.")]
    map: Annotated[AmplitudeMap, about("Envelope, curve shape, and the channel's values in silence and at the peak.")]
    settle_s: Annotated[
        float,
        about(
            "In what time the camera sinks back from where a hit has moved it; 0 lets it stay there.",
            0,
            60,
            unit="seconds",
        ),
    ] = 0.0
    rest_beats: Annotated[
        float,
        about(
            "0 follows the envelope. Above 0, single hits of it are answered, of which no two are closer than this; "
            "the strongest win.",
            0,
            1000,
            unit="beats",
        ),
    ] = 0.0
    parts: Annotated[
        tuple[ReactionPart, ...],
        about(
            "How it differs along the song, in the order of their times; before the first of them, and without any, it "
            "is as its map says."
        ),
    ] = ()


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants of one channel in one stretch of the song, laid over curve, camera and music."""

    channel: Annotated[str, about("Name of a number channel.")]
    start: Annotated[str, about("When it begins.")]
    end: Annotated[
        str, about("When it is over; that moment is no part of it. Empty for the one frame at its start.")
    ] = ""
    mode: Annotated[
        OverrideMode,
        about(
            "`set` takes the place of what is there, `add` is added to it, `scale` is a factor on its distance from "
            "rest (1 for `zoom`, else 0)."
        ),
    ] = "set"
    value: Annotated[float, about("The value, offset or factor.", -1e10, 1e10)] = 0.0
    curve: Annotated[
        str, about("Schedule text that gives the value in each frame instead, in the song's own time; or empty.")
    ] = ""
    shape: Annotated[
        OverrideShape,
        about(
            "How much of it counts along the way: `flat` all, `fall` all at its start and less and less after, `rise` "
            "the other way round, `swell` most in the middle, `soft` all but for a quarter at either end."
        ),
    ] = "flat"


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """A moment of the song with a name, to find it again; no frame depends on it."""

    at: Annotated[str, about("When it is.")]
    name: Annotated[str, about("What a person calls it.")] = ""


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A picture pinned to a moment of the song."""

    at: Annotated[str, about("When its pull is strongest.")]
    picture: Annotated[str, about("The picture's file.")]
    amount: Annotated[float, about("Its pull there.", 0, 1)] = 0.5
    shape: Annotated[
        Literal["swell", "hold"],
        about("`swell` rises and falls around its moment; `hold` pulls evenly from its moment to the next picture's."),
    ] = "swell"
    reach_s: Annotated[
        float,
        about("How long before and after it begins to be felt, where it swells.", 0, 3600, unit="seconds"),
    ] = 2.0


class Look(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"color_space": "colour_space", "color_reference": "colour_reference"},
):
    """What holds for the whole video's pictures."""

    prompt_prefix: Annotated[
        str, about("Put before every scene's prompt, or around it: `{prompt}` in it stands for the prompt.")
    ] = ""
    prompt_suffix: Annotated[str, about("Put after every scene's prompt and style.")] = ""
    negative: Annotated[str, about("Negative words for every scene.")] = ""
    negative_sets: Annotated[tuple[str, ...], about("Names of the negative sets that are on.")] = (
        "quality",
        "border",
        "safety",
    )
    palette: Annotated[tuple[str, ...], about("Colors as `#rrggbb`, main color first.")] = ()
    directed_styles: Annotated[
        dict[str, str],
        about(
            "Picture -> the style that the director chose for it; where a scene still has it, another theme may bring "
            "another style."
        ),
    ] = {}
    start_image: Annotated[str, about("Picture the video starts from; empty for none.")] = ""
    color_space: Annotated[Literal["lab", "hsv", "rgb", "none"], about("Where colors are matched.")] = "lab"
    color_reference: Annotated[
        Literal["scene", "first", "start_image"],
        about(
            "`scene` matches each scene to its own first picture, `first` all to the video's first one, `start_image` "
            "all to that one."
        ),
    ] = "scene"
    noise_type: Annotated[Literal["uniform", "gaussian", "perlin"], about("Kind of noise put in before drawing.")] = (
        "perlin"
    )
    drift_limit: Annotated[
        float,
        about(
            "How many times the contrast and the detail of its scene's early frames a frame may have, or a part of "
            "that; 0 lets them go where they go.",
            0,
            4,
            unit="times",
        ),
    ] = 0.0
    border: Annotated[
        Literal["reflect", "replicate", "wrap", "outpaint"],
        about("What enters at the picture's edge when the camera moves."),
    ] = "reflect"
    cadence_hits: Annotated[bool, about("Whether hits of the music are always drawn, whatever the cadence.")] = True
    flow: Annotated[bool, about("Whether in-betweens follow the picture's own motion.")] = True
    depth: Annotated[
        str,
        about(
            "Where 3D moves take their depth from: `ground`, `floor` or `flat` need no model; any other name is a "
            "depth model's."
        ),
    ] = "ground"
    seed_behavior: Annotated[
        Literal["iter", "fixed", "random", "ladder", "alternate", "schedule"],
        about("How the seed goes from frame to frame."),
    ] = "iter"
    seed_every: Annotated[int, about("Drawn frames before the seed goes on, for `iter`.", 1, 1_000_000)] = 1
    guides: Annotated[tuple[Guide, ...], about("Pictures pinned to moments.")] = ()
    mask: Annotated[str, about("Picture whose white may change; empty for everywhere.")] = ""
    mask_invert: Annotated[bool, about("Whether its black may change instead.")] = False
    mask_feather_px: Annotated[float, about("Blur of the mask's edge.", 0, 512, unit="px")] = 8.0
    allow_unsafe: Annotated[bool, about("Turns the check of prompts for unsafe words off.")] = False
    always_on: Annotated[
        dict[str, tuple[Any, ...]],
        about(
            "Values of the WebUI's always-on scripts (ControlNet, ADetailer ...) by title, as img2img's fields had "
            "them when they were taken over; other backends know none."
        ),
    ] = {}


class EffectUse(msgspec.Struct, frozen=True, kw_only=True):
    """An effect that a project has; its numbers are the channels of that name, its place in the list is its turn."""

    effect: Annotated[str, about("Name of an effect.")]
    amount: Annotated[
        float, about("How far it works in scenes that say nothing of it; 0 only in those that name it.", 0, 1)
    ] = 1.0
    bypass: Annotated[bool, about("Whether it is left out for now.")] = False
    mask: Annotated[
        Kind,
        about(
            "Where it works: everywhere, in what is `bright` or `dark`, around the `subject`, in the `background`, or "
            "where a `picture` is white."
        ),
    ] = ""
    mask_picture: Annotated[str, about("The picture of that mask; empty for none.")] = ""
    file: Annotated[str, about("The .cube file or the picture that the effect works with; empty for none.")] = ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """The video file."""

    width: Annotated[
        int,
        about("Of the frames, which have at most 7680x4320 pixels in all.", 64, FRAME_PIXELS // 64, unit="px", step=8),
    ] = 512
    height: Annotated[
        int,
        about("Of the frames, which have at most 7680x4320 pixels in all.", 64, FRAME_PIXELS // 64, unit="px", step=8),
    ] = 288
    fps: Annotated[str, about("Frames per second, such as `12`, `29.97` or `30000/1001`.")] = "12"
    crf: Annotated[int, about("H.264 quality; less is better and larger, 17 looks perfect.", 1, 51)] = 17
    preset: Annotated[str, about("The encoder's speed.")] = "superfast"
    upscaler: Annotated[
        str,
        about("What enlarges the finished frames for the video: `Lanczos`, or a name of the WebUI's; empty for none."),
    ] = ""
    upscale: Annotated[float, about("How many times as wide and high the video becomes then.", 1, 4, unit="times")] = (
        2.0
    )
    flashes: Annotated[
        Literal["effects", "limit", "report"],
        about(
            "Whether frames that flash more than people can bear are brought back: where `effects` are at work, in "
            "every video (`limit`), or never (`report`, which only tells of them)."
        ),
    ] = "effects"


class Lettering(msgspec.Struct, frozen=True, kw_only=True):
    """Words over the finished video. They are laid over frames that are there, so that changing them redraws none."""

    lyrics: Annotated[
        Literal["off", "lines", "words"],
        about("Whether the lyrics are shown: not at all, line by line, or filling up word by word as in karaoke."),
    ] = "off"
    font: Annotated[
        str, about("Part of the name of a font of this machine, or a font's file; empty for one that suits the style.")
    ] = ""
    size: Annotated[float, about("Height of the letters, as a share of a 16:9 picture's height.", 0.02, 0.2)] = 0.06
    place: Annotated[Literal["bottom", "middle", "top"], about("Where the lyrics stand.")] = "bottom"
    color: Annotated[str, about("Color of the letters, as `#rrggbb`.")] = "#ffffff"
    sung: Annotated[str, about("Color of what has been sung, where words fill up.")] = "#ffd24a"
    outline: Annotated[str, about("Color of the letters' outline and shadow.")] = "#101014"
    title: Annotated[bool, about("Whether the title and the artist stand at the beginning.")] = False
    artist: Annotated[str, about("Whose song it is; also written into the file.")] = ""
    credits: Annotated[str, about("What stands at the end, line by line.")] = ""
    logo: Annotated[str, about("A picture in the upper right corner of the whole video; or empty.")] = ""
    fade_in_s: Annotated[float, about("How long the picture takes to come out of black.", 0, 10, unit="s")] = 0.0
    fade_out_s: Annotated[float, about("How long it takes to go into black at the end.", 0, 10, unit="s")] = 0.0


#: The video of a new project. A file that does not say how many frames a second it has keeps `Output`'s own.
NEW_VIDEO = Output(fps="24", flashes="limit")


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A song's video, as a person edits it."""

    song: Annotated[Song, about("The song.")]
    format: Annotated[int, about("Version of this file's format.")] = FORMAT
    title: Annotated[str, about("Shown in the video's metadata.")] = ""
    theme: Annotated[str, about("What the video is about, in the person's own words.")] = ""
    concept: Annotated[str, about("The writer's idea for the whole video.")] = ""
    writer: Annotated[str, about("Who wrote the scenes: `offline`, a model's name, or empty for a person.")] = ""
    seed: Annotated[int, about("Decides everything that chance decides.")] = 1
    scenes: Annotated[tuple[Scene, ...], about("In the order of their starts.")] = (Scene(),)
    prompts: Annotated[
        str,
        about(
            "Prompts with keys of their own (`glance.schedule.prompts`), for all scenes; empty for each scene's own. "
            "Cuts, styles, cameras and negative words stay those of the scenes."
        ),
    ] = ""
    prompts_blend: Annotated[
        Blend, about("Whether each of these prompts holds until the next one's key, or fades into it all the way.")
    ] = "hold"
    curves: Annotated[
        dict[str, str], about("Channel -> schedule text. A channel that is not named here follows its default.")
    ] = {}
    reactions: Annotated[tuple[Reaction, ...], about("How the music moves channels.")] = ()
    effects: Annotated[
        tuple[EffectUse, ...], about("What is done to the pictures, one after the other, besides drawing them.")
    ] = ()
    overrides: Annotated[
        tuple[Override, ...],
        about(
            "Changes to single stretches, over everything else; where two meet, the later one is laid over the other."
        ),
    ] = ()
    markers: Annotated[tuple[Marker, ...], about("Moments with names, shown on the timeline.")] = ()
    look: Annotated[Look, about("What holds for all pictures.")] = Look()
    output: Annotated[Output, about("The video file.")] = Output()
    lettering: Annotated[Lettering, about("Words over the finished video.")] = Lettering()
