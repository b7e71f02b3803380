"""What strength means: from how much of a picture may change to the noise that it is drawn from."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.backends.strength.calibration import PICTURES as PICTURES
    from glance.backends.strength.calibration import SUBJECT as SUBJECT
    from glance.backends.strength.calibration import Trial as Trial
    from glance.backends.strength.calibration import measure_model as measure_model
    from glance.backends.strength.calibration import trial_like as trial_like
    from glance.backends.strength.curves import ModelStrength as ModelStrength
    from glance.backends.strength.curves import Points as Points
    from glance.backends.strength.curves import StrengthCurve as StrengthCurve
    from glance.backends.strength.curves import meant_steps as meant_steps
    from glance.backends.strength.curves import rounded_ratio as rounded_ratio
    from glance.backends.strength.curves import steps_for as steps_for
    from glance.backends.strength.measured import BareModels as BareModels
    from glance.backends.strength.measured import MeasuredModels as MeasuredModels
    from glance.backends.strength.measured import keep_measured as keep_measured
    from glance.backends.strength.measured import measured_file as measured_file
    from glance.backends.strength.measured import model_key as model_key
    from glance.backends.strength.measured import read_measured as read_measured
    from glance.backends.strength.noise_levels import TIMESTEPS as TIMESTEPS
    from glance.backends.strength.noise_levels import NoiseScale as NoiseScale
    from glance.backends.strength.noise_levels import evenly_on as evenly_on
    from glance.backends.strength.noise_levels import level_at as level_at
    from glance.backends.strength.noise_levels import schedule as schedule
    from glance.backends.strength.noise_levels import share_at as share_at
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "calibration": ("PICTURES", "SUBJECT", "Trial", "measure_model", "trial_like"),
            "curves": ("ModelStrength", "Points", "StrengthCurve", "meant_steps", "rounded_ratio", "steps_for"),
            "measured": (
                "BareModels",
                "MeasuredModels",
                "keep_measured",
                "measured_file",
                "model_key",
                "read_measured",
            ),
            "noise_levels": ("NoiseScale", "TIMESTEPS", "evenly_on", "level_at", "schedule", "share_at"),
        },
    )
