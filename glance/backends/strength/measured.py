"""Models that were measured, and what strength means for each: kept in one small file in GLANCE's folder.

    strength.json
      {"format": 1, "models": {"dreamshaper_8": {"points": [[0.1, 0.13], ...], "steps": 20, "date": "2026-12-01", ...}}}

A model is known by its file's name, without folder, ending and hash: so it is the same in every host.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import msgspec

from glance.backends.strength.curves import ModelStrength, Points, StrengthCurve
from glance.errors import RunError
from glance.limits import MEASURED_BYTES, MEASURED_MODELS
from glance.system.files import reason, write_text

_log = logging.getLogger(__name__)
_NAME = "strength.json"
_FORMAT = 1


class MeasuredModel(msgspec.Struct, frozen=True, kw_only=True):
    """One model's measurement.

    Attributes:
        points: Its curve, see `StrengthCurve`.
        amounts: (share of the timesteps, amount of change) as measured, from which the curve was made.
        steps: Steps of a full denoise that it was measured with.
        sampler: The sampler, as the host spells it.
        host: What drew it.
        date: The day, as `2026-12-01`.
    """

    points: Points
    amounts: Points = ()
    steps: int = 0
    sampler: str = ""
    host: str = ""
    date: str = ""


class _File(msgspec.Struct, frozen=True):
    models: dict[str, MeasuredModel] = {}
    format: int = _FORMAT


@dataclass(frozen=True)
class MeasuredModels:
    """All models that were measured, by name."""

    models: dict[str, MeasuredModel] = field(default_factory=dict)

    def points_of(self, name: str) -> Points:
        """Return a model's curve; empty where it was not measured."""
        found = self.models.get(model_key(name))
        return found.points if found is not None else ()

    def strength(self, name: str, otherwise: ModelStrength) -> ModelStrength:
        """Return what strengths mean for a model: as measured, else as `otherwise` says."""
        points = self.points_of(name)
        return replace(otherwise, curve=StrengthCurve(points)) if points else otherwise


@dataclass(frozen=True)
class BareModels(MeasuredModels):
    """For measuring: every model's strengths are the bare shares of the timesteps."""

    def points_of(self, name: str) -> Points:
        """Return the straight line."""
        return ((0.0, 0.0), (1.0, 1.0))


def model_key(name: str) -> str:
    """Return what a model is known by: its name without folder, ending and hash, in small letters."""
    bare = re.split(r"[/\\]", name.split(" [")[0])[-1]
    return re.sub(r"\.(safetensors|ckpt|pt|gguf|sft)$", "", bare).lower()


def measured_file(folder: Path) -> Path:
    """Return the file in GLANCE's folder."""
    return folder / _NAME


def read_measured(path: Path) -> MeasuredModels:
    """Return what was measured; nothing where there is no file, or one that cannot be read."""
    try:
        if path.stat().st_size > MEASURED_BYTES:
            raise ValueError(f"more than {MEASURED_BYTES} bytes")
        found = msgspec.json.decode(path.read_bytes(), type=_File)
        sound = {name: model for name, model in found.models.items() if _is_curve(model.points)}
    except FileNotFoundError:
        return MeasuredModels()
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        _log.warning("%s cannot be read (%s): strengths are as for models that were not measured", path, error)
        return MeasuredModels()
    return MeasuredModels(sound)


def _is_curve(points: Points) -> bool:
    rising = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(points))
    return len(points) > 1 and rising and all(0 <= value <= 1 for point in points for value in point)


def keep_measured(path: Path, name: str, model: MeasuredModel) -> None:
    """Add a model to the file, in place of what was known of it; of too many, those measured first go.

    Raises:
        RunError: The file cannot be written.
    """
    models = {**read_measured(path).models}
    models.pop(model_key(name), None)
    models[model_key(name)] = model
    kept = dict(list(models.items())[-MEASURED_MODELS:])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, msgspec.json.format(msgspec.json.encode(_File(kept)), indent=1).decode())
    except OSError as error:
        raise RunError(f"what was measured cannot be kept in {path}: {reason(error)}") from None
