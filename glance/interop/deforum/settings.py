"""What is in a Deforum settings file: names, defaults, old names, and which of them GLANCE has a counterpart for.

A settings file is one flat JSON object of about 250 entries; schedules are texts. The names and defaults are those of
the extension for the AUTOMATIC1111 WebUI of 2023 and 2024.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

#: Deforum's schedule -> channel.
SCHEDULES: Mapping[str, str] = MappingProxyType(
    {
        "strength_schedule": "strength",
        "cfg_scale_schedule": "cfg",
        "noise_schedule": "noise",
        "contrast_schedule": "contrast",
        "amount_schedule": "sharpen",
        "fov_schedule": "fov",
        "zoom": "zoom",
        "angle": "angle",
        "translation_x": "translation_x",
        "translation_y": "translation_y",
        "translation_z": "translation_z",
        "rotation_3d_x": "rotation_3d_x",
        "rotation_3d_y": "rotation_3d_y",
        "rotation_3d_z": "rotation_3d_z",
        "transform_center_x": "transform_center_x",
        "transform_center_y": "transform_center_y",
    }
)
#: Deforum's schedule -> (channel, switch that must be on for it to count).
SWITCHED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "perspective_flip_theta": ("perspective_flip_theta", "enable_perspective_flip"),
        "perspective_flip_phi": ("perspective_flip_phi", "enable_perspective_flip"),
        "perspective_flip_gamma": ("perspective_flip_gamma", "enable_perspective_flip"),
        "perspective_flip_fv": ("perspective_flip_fv", "enable_perspective_flip"),
        "steps_schedule": ("steps", "enable_steps_scheduling"),
        "subseed_schedule": ("subseed", "enable_subseed_scheduling"),
        "subseed_strength_schedule": ("subseed_strength", "enable_subseed_scheduling"),
        "sampler_schedule": ("sampler", "enable_sampler_scheduling"),
        "scheduler_schedule": ("scheduler", "enable_scheduler_scheduling"),
        "checkpoint_schedule": ("checkpoint", "enable_checkpoint_scheduling"),
        "clipskip_schedule": ("clip_skip", "enable_clipskip_scheduling"),
    }
)
#: Entries that the importer turns into something else than a curve, or that say nothing about the picture.
READ = frozenset(
    [
        "W",
        "H",
        "seed",
        "sampler",
        "scheduler",
        "steps",
        "batch_name",
        "seed_behavior",
        "seed_iter_N",
        "use_init",
        "init_image",
        "use_mask",
        "mask_file",
        "invert_mask",
        "mask_overlay_blur",
        "prompts",
        "animation_prompts",
        "animation_prompts_positive",
        "animation_prompts_negative",
        "positive_prompts",
        "negative_prompts",
        "animation_mode",
        "max_frames",
        "border",
        "padding_mode",
        "seed_schedule",
        "color_coherence",
        "color_force_grayscale",
        "diffusion_cadence",
        "optical_flow_cadence",
        "noise_type",
        "fps",
        "add_soundtrack",
        "soundtrack_path",
        "video_init_path",
        "use_looper",
        "init_images",
        "image_strength_schedule",
        "aspect_ratio_schedule",
        "tweening_frames_schedule",
        "blendFactorMax",
        "blendFactorSlope",
        "use_depth_warping",
        "aspect_ratio_use_old_formula",
        "parseq_manifest",
        "parseq_use_deltas",
        "parseq_non_schedule_overrides",
        "enable_perspective_flip",
        "enable_steps_scheduling",
        "enable_subseed_scheduling",
        "enable_sampler_scheduling",
        "enable_scheduler_scheduling",
        "enable_checkpoint_scheduling",
        "enable_clipskip_scheduling",
        "sd_model_name",
        "sd_model_hash",
        "deforum_git_commit_id",
        "resume_timestring",
        "timestring",
        "show_info_on_ui",
        *("scale", "fov", "subseed", "subseed_strength", "seed_enable_extras"),
        *("near_plane", "far_plane", "perlin_w", "perlin_h"),
        *("prompt", "n_batch", "n_samples", "make_grid", "grid_rows", "filename_format", "precision", "C", "f"),
        *("save_settings", "save_samples", "save_sample_per_step", "show_sample_per_step", "display_samples"),
    ]
)
#: Entries without a counterpart, and the value at which each of them changes nothing that GLANCE does.
NO_COUNTERPART: Mapping[str, Any] = MappingProxyType(
    {
        **dict.fromkeys(
            [
                *("tiling", "enable_hr", "override_these_with_webui", "from_img2img_instead_of_link"),
                *("init_latent", "init_sample", "init_c", "interpolate_key_frames"),
                "restore_faces",
                "use_alpha_as_mask",
                "motion_preview_mode",
                "use_noise_mask",
                "resume_from_timestring",
                "enable_ddim_eta_scheduling",
                "enable_ancestral_eta_scheduling",
                "overwrite_extracted_frames",
                "use_mask_video",
                "hybrid_generate_inputframes",
                "hybrid_motion_use_prev_img",
                "hybrid_flow_consistency",
                "hybrid_use_init_image",
                "hybrid_comp_mask_inverse",
                "hybrid_comp_mask_auto_contrast",
                "hybrid_comp_save_extra_frames",
                "skip_video_creation",
                "make_gif",
                "delete_imgs",
                "delete_input_frames",
                "r_upscale_video",
                "store_frames_in_ram",
                "frame_interpolation_slow_mo_enabled",
                "frame_interpolation_use_upscaled",
                "save_depth_maps",
            ],
            False,
        ),
        **dict.fromkeys(
            [
                "overlay_mask",
                "full_res_mask",
                "hybrid_use_first_frame_as_init_image",
                "strength_0_no_init",
                "r_upscale_keep_imgs",
                "frame_interpolation_keep_imgs",
                "enable_noise_multiplier_scheduling",
            ],
            True,
        ),
        **dict.fromkeys(
            [
                "optical_flow_redo_generation",
                "hybrid_generate_human_masks",
                "hybrid_motion",
                "hybrid_composite",
                "hybrid_comp_mask_type",
                "hybrid_comp_mask_equalize",
                "frame_interpolation_engine",
            ],
            "None",
        ),
        "strength": 0.8,
        "firstphase_width": 0,
        "firstphase_height": 0,
        "interpolate_x_frames": 4,
        "ddim_eta": 0.0,
        "seed_resize_from_w": 0,
        "seed_resize_from_h": 0,
        "mask_contrast_adjust": 1.0,
        "mask_brightness_adjust": 1.0,
        "fill": 0,
        "full_res_mask_padding": 4,
        "reroll_blank_frames": "ignore",
        "reroll_patience": 10.0,
        "near_schedule": "0: (200)",
        "far_schedule": "0: (10000)",
        "pix2pix_img_cfg_scale_schedule": "0:(1.5)",
        "mask_schedule": '0: ("{video_mask}")',
        "noise_mask_schedule": '0: ("{video_mask}")',
        "noise_multiplier_schedule": "0: (1.05)",
        "ddim_eta_schedule": "0: (0)",
        "ancestral_eta_schedule": "0: (1)",
        "kernel_schedule": "0: (5)",
        "sigma_schedule": "0: (1)",
        "threshold_schedule": "0: (0)",
        "color_coherence_image_path": "",
        "color_coherence_video_every_N_frames": 1,
        "legacy_colormatch": False,
        "cadence_flow_factor_schedule": "0: (1)",
        "redo_flow_factor_schedule": "0: (1)",
        "diffusion_redo": "0",
        "perlin_octaves": 4,
        "perlin_persistence": 0.5,
        "depth_algorithm": "Midas-3-Hybrid",
        "midas_weight": 0.2,
        "sampling_mode": "bicubic",
        "extract_nth_frame": 1,
        "extract_from_frame": 0,
        "extract_to_frame": -1,
        "video_mask_path": "https://deforum.github.io/a1/VM1.mp4",
        "hybrid_comp_alpha_schedule": "0:(0.5)",
        "hybrid_comp_mask_blend_alpha_schedule": "0:(0.5)",
        "hybrid_comp_mask_contrast_schedule": "0:(1)",
        "hybrid_comp_mask_auto_contrast_cutoff_high_schedule": "0:(100)",
        "hybrid_comp_mask_auto_contrast_cutoff_low_schedule": "0:(0)",
        "hybrid_flow_factor_schedule": "0:(1)",
        "hybrid_consistency_blur": 2,
        "hybrid_flow_method": "RAFT",
        "color_correction_factor": "0:(0)",
        "r_upscale_factor": "x2",
        "r_upscale_model": "realesr-animevideov3",
        "frame_interpolation_x_amount": 2,
        "frame_interpolation_slow_mo_amount": 2,
    }
)
#: Old names of entries.
_RENAMED = {"flip_2d_perspective": "enable_perspective_flip", "skip_video_for_run_all": "skip_video_creation"}
_RENAMED |= {"width": "W", "height": "H", "sampler_name": "sampler"}
#: Old entries with one number, and the schedules that took their place.
_SCALARS = {"scale": "cfg_scale_schedule", "fov": "fov_schedule"}
_SCALARS |= {"subseed": "subseed_schedule", "subseed_strength": "subseed_strength_schedule"}
#: Old values of entries.
_REVALUED: dict[str, dict[Any, Any]] = {
    "color_coherence": {f"Match Frame 0 {space}": space for space in ("HSV", "LAB", "RGB")},
    "hybrid_composite": {False: "None", True: "Normal"},
    "optical_flow_redo_generation": {False: "None", True: "DIS Fine"},
    "optical_flow_cadence": {False: "None", True: "DIS Fine"},
    "add_soundtrack": {False: "None", True: "File"},
}
#: Beginnings of entries, and the switch without which they say nothing.
_IDLE_WITHOUT = {
    "r_upscale_": "r_upscale_video",
    "frame_interpolation_": "frame_interpolation_engine",
    "video_mask_path": "use_mask_video",
    "hybrid_comp_": "hybrid_composite",
    "hybrid_flow_": "hybrid_motion",
    "hybrid_consistency_blur": "hybrid_flow_consistency",
    "noise_mask_schedule": "use_noise_mask",
    "mask_": "use_mask",
    "fill": "use_mask",
    "full_res_mask": "use_mask",
    "overlay_mask": "use_mask",
    "ddim_eta_schedule": "enable_ddim_eta_scheduling",
    "ancestral_eta_schedule": "enable_ancestral_eta_scheduling",
    "noise_multiplier_schedule": "enable_noise_multiplier_scheduling",
    "redo_flow_factor_schedule": "optical_flow_redo_generation",
    "cadence_flow_factor_schedule": "optical_flow_cadence",
    "color_correction_factor": "use_looper",
    "strength": "use_init",
}
#: ControlNet entries: only an enabled unit says something.
_UNIT_SWITCH = "cn_{}_enabled"
#: Entries of which every settings file has at least one.
MARKS = {"prompts", "animation_prompts", "max_frames", "animation_mode", "strength_schedule"}


def modernised(found: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a file's entries under today's names, and what was renamed, in sentences."""
    settings: dict[str, Any] = dict(found)
    notes: list[str] = []
    for old, new in _RENAMED.items():
        if old in settings and new not in settings:
            settings.setdefault(new, settings.pop(old))
            notes.append(f"`{old}` is another name of `{new}` and was read as that")
    for name, values in _REVALUED.items():
        value = settings.get(name)
        if isinstance(value, (str, bool)) and value in values:
            settings[name] = values[value]
            notes.append(f"`{name}` = {value} is the old form of {values[value]} and was read as that")
    for old, schedule in _SCALARS.items():
        value = settings.get(old)
        if isinstance(value, (int, float)) and schedule not in settings:
            settings[schedule] = f"0:({value})"
            notes.append(f"`{old}` is an old entry and was read as `{schedule}`")
    if settings.get("seed_enable_extras"):
        settings.setdefault("enable_subseed_scheduling", True)
    zoe = settings.pop("use_zoe_depth", None)
    if zoe is not None:
        settings.setdefault("depth_algorithm", "Zoe+AdaBins (old)" if zoe else "Midas+AdaBins (old)")
        notes.append(
            f"`use_zoe_depth` is an old entry and was read as `depth_algorithm` = {settings['depth_algorithm']}"
        )
    return settings, notes


def without_counterpart(settings: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each entry that GLANCE has nothing for and that would have changed something.

    Entries at their defaults, or switched off, are counted in one sentence at the end.
    """
    notes, idle = [], 0
    for name, value in settings.items():
        if name in READ or name in SCHEDULES or name.startswith("cn_"):
            continue
        if name not in NO_COUNTERPART and name not in SWITCHED:
            notes.append(f"`{name}` = {_shown(value)} is not an entry that GLANCE knows and was left out")
        elif name in SWITCHED:
            idle += not _is_on(settings.get(SWITCHED[name][1]))
        elif value is None or _same(value, NO_COUNTERPART[name]) or _is_idle(settings, name):
            idle += 1
        else:
            notes.append(f"`{name}` = {_shown(value)} has no counterpart and was left out")
    notes += _control_units(settings)
    if idle:
        notes.append(f"{idle} more entries, switched off or at the value that changes nothing, were left out")
    return notes


def _is_idle(settings: Mapping[str, Any], name: str) -> bool:
    switches = [switch for start, switch in _IDLE_WITHOUT.items() if name.startswith(start) and name != switch]
    return any(not _is_on(settings.get(switch)) for switch in switches)


def _is_on(value: Any) -> bool:
    return str(value).strip().lower() not in ("none", "false", "", "0")


def _control_units(settings: Mapping[str, Any]) -> list[str]:
    units = sorted({name.split("_")[1] for name in settings if name.startswith("cn_") and name.count("_") > 1})
    return [
        f"ControlNet unit {unit} (`cn_{unit}_model` = {_shown(settings.get(f'cn_{unit}_model'))}) has no counterpart "
        "and was left out with all its entries"
        for unit in units
        if settings.get(_UNIT_SWITCH.format(unit))
    ]


def _same(value: Any, default: Any) -> bool:
    """Return whether a value is a default, however it is spelt: `0:(1)`, `0: (1.0)`, 1, 1.0 or "1"."""
    return _spelt(value) == _spelt(default)


def _spelt(value: Any) -> str:
    text = "".join(str(value).split())
    if text.startswith("0:"):
        text = text[2:].strip("()")
    try:
        return repr(float(text))
    except ValueError:
        return text


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
