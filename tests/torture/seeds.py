"""Sound inputs of every kind, small, from which damaged ones are made."""

from __future__ import annotations

import json
from typing import Any

SCHEDULES = (
    ("zoom", "0:(1.0), 30:(1.02), 1:23.5:(1 + 0.1*sin(t/10), ease_in_out), 32b:(1.5), max_f:(1)"),
    ("strength", "0:(0.65), 12.5s:(0.7*rms), 9bar:(0.2)"),
    ("translation_z", "10*low + 5*where(t > 30, 1, 0)"),
    ("seed", "0:(s), 10:(s + t)"),
    ("angle", '"0":"0", "max_f/2":"(t%20)", "max_f-1":"2"'),
    ("sampler", '0:("Euler a"), 30:("DPM++ 2M, Karras"), 2bar:(UniPC)'),
    ("fov", ", ".join(f"{frame}:({frame / 7:.3f})" for frame in range(60))),
)

PROJECT: dict[str, Any] = {
    "format": 1,
    "song": {
        "path": "song.wav",
        "hash": "",
        "corrections": {"offset_ms": 10.0, "tempo_factor": "1", "downbeat_s": None, "taps_s": [0.5, 1.0, 1.5]},
        "stems": "",
        "lyrics": "",
        "tracker": "glance",
    },
    "title": "Night train",
    "theme": "a lighthouse that remembers the sea",
    "seed": 7,
    "scenes": [
        {
            "start": "0",
            "prompt": "a house `0.5 + low` by the sea --neg people",
            "style": "cubism",
            "effects": {"grain": 1.0},
        },
        {"start": "4b", "prompt": "(a ship:1.2) AND rain :0.5", "transition": "fade", "transition_beats": 2.0},
        {"start": "1bar", "prompt": "a <lora:sea:0.8> storm", "reactivity": "high", "motion": 1.5, "locked": True},
    ],
    "prompts": '{"0": "a house", "max_f/2": "a ship --neg sails"}',
    "prompts_blend": "fade",
    "curves": {"zoom": "0:(1.0), 10:(1.1*rms)", "sampler": '0:("Euler a")', "cadence": "0:(2)"},
    "reactions": [
        {"channel": "zoom", "map": {"envelope": "low", "attack_ms": 5.0, "silence": 1.0, "peak": 1.05}},
    ],
    "effects": [{"effect": "grain", "amount": 0.5}, {"effect": "kaleidoscope", "mask": "subject", "bypass": True}],
    "look": {
        "prompt_prefix": "film still of {prompt}",
        "negative_sets": ["quality", "safety"],
        "palette": ["#16324f", "#f2b880"],
        "seed_behavior": "iter",
        "seed_every": 2,
        "always_on": {"ControlNet": [{"enabled": True, "weight": 1.0}]},
    },
    "output": {"width": 64, "height": 64, "fps": "6", "crf": 17, "preset": "superfast", "upscale": 2.0},
}

DEFORUM: dict[str, Any] = {
    "W": 512,
    "H": 512,
    "seed": 42,
    "fps": 15,
    "max_frames": 60,
    "animation_mode": "3D",
    "border": "replicate",
    "angle": "0:(0), 30:(5*sin(t))",
    "zoom": "0: (1.0025+0.002*sin(1.25*3.14*t/30))",
    "translation_x": "0:(0)",
    "translation_z": "0:(1.75), 30:(-2)",
    "rotation_3d_y": "0:(0), max_f-1:(10)",
    "strength_schedule": "0: (0.65), 10: (0.45)",
    "cfg_scale_schedule": "0: (7)",
    "seed_behavior": "iter",
    "diffusion_cadence": 2,
    "prompts": {"0": "tiny cute bunny --neg nsfw", "30": "anthropomorphic clean cat `t`", "max_f/2": "a coconut"},
    "animation_prompts_positive": "best quality",
    "animation_prompts_negative": "blurry",
    "use_init": False,
    "init_image": "https://example.com/a.png",
    "use_looper": True,
    "init_images": '{"0": "a.png", "max_f-20": "b.png"}',
    "hybrid_motion": "None",
    "color_coherence": "LAB",
    "parseq_manifest": "",
}

PARSEQ: dict[str, Any] = {
    "options": {"output_fps": 20, "cadence": 2, "bpm": 120},
    "rendered_frames": [
        {
            "frame": number,
            "deforum_prompt": f"(a house:{1 - number / 5:.2f}) (a ship:{number / 5:.2f}) --neg rain",
            "seed": number * 1.0,
            "scale": 7,
            "strength": 0.5,
            "zoom": 1.0 + number,
            "zoom_delta": 1.0,
            "angle_delta": number / 3,
            "sampler_schedule": "Euler",
            "prompt_weight_1": 1,
        }
        for number in range(6)
    ],
}

LYRICS = (
    (
        "a.lrc",
        "[ti:Night]\n[offset:+250]\n[00:01.50]The first line\n[00:04.20][00:09.10]twice <00:04.5>sung\n[01:02:03.4]a",
    ),
    ("a.srt", "1\n00:00:01,000 --> 00:00:03,000\nThe first\nline\n\n2\n00:00:04,500 --> 00:00:06,000\n<i>second</i>\n"),
    ("a.txt", "0:01 The first line\n0:04.5 the second\n\n[Chorus]\nwords without a time\n12.5 and a third"),
    ("b.lrc", "\n".join(f"[{n // 60:02d}:{n % 60:02d}.00]line {n}" for n in range(80))),
)

STYLES = (
    (
        "styles.csv",
        'name,prompt,negative_prompt\nOil,"oil painting of {prompt}, thick","photo"\nInk,ink,\n"--- head ---",,\n',
    ),
    (
        "fooocus.json",
        '[{"name": "Oil", "prompt": "oil {prompt}", "negative_prompt": "photo"}, {"name": "Ink", "prompt": "x"}]',
    ),
    (
        "own.json",
        '{"version": 1, "styles": [{"id": "mine", "name_en": "Mine", "name_ko": "내", "group": "own", "tags": ["ink"], '
        '"template": "{prompt}, ink", "negative": "", "palette": ["#101010"], "painter": [[0, 1.0]]}]}',
    ),
)

LOOK: dict[str, Any] = {
    "glancelook": 1,
    "glance": "0.2",
    "name": "Night drive",
    "author": "somebody",
    "license": "CC0 1.0",
    "styles": ["synthwave", "cyberpunk"],
    "palette": ["#120a2a", "#ff2e88"],
    "words": {"prefix": "", "suffix": "neon", "negative": "", "negative_sets": ["quality"]},
    "camera": {"presets": {"verse": ["flight"], "chorus": ["spiral"]}, "motion": {"verse": 0.9}, "handheld": 0.2},
    "reactions": [{"channel": "bloom", "map": {"envelope": "hit", "silence": 0.5, "peak": 1.5, "gate": 0.3}}],
    "curves": {"bloom": "0:(0.7)", "noise": "0:(0.05 + 0.02*sin(t))"},
    "effects": [{"effect": "bloom", "amount": 0.6, "mask": "bright"}, {"effect": "mirror", "amount": 0.0}],
    "doses": {"bloom": {"verse": 0.6, "chorus": 1.0}, "mirror": {"chorus": 1.0}},
    "clip": "UklGRhIAAABXRUJQVlA4TAYAAAAvQWxvAGs=",
}

CUBE = 'TITLE "warm"\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\nLUT_3D_SIZE 2\n' + "\n".join(
    f"{r} {g * 0.9} {b * 0.8}" for b in (0, 1) for g in (0, 1) for r in (0, 1)
)

#: (address below `/glance/v1/`, body); `project` stands for the saved project.
BODIES: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "alternatives",
        {"words": "a red house", "seed": 3, "reach": 0.5, "writer": {"server": "", "model": "", "key": ""}},
    ),
    ("projects/ID/save", {"project": None, "channels": ["zoom", "strength"], "tab": "t"}),
    ("projects/ID/save", {"project": None, "channels": ["zoom"], "tab": "t"}),
    ("projects/ID/story", {"project": None, "writer": {"server": ""}}),
    ("projects/ID/story/request", {"project": None, "writer": {"server": ""}}),
    ("projects/ID/styles", {"project": None, "styles": ["cubism", "baroque"], "subject": "a violin", "sampler": ""}),
    ("projects/ID/preview", {"project": None, "span": [0.5, 1.5]}),
    ("projects/ID/render", {"project": None}),
    ("projects/ID/movement", {"project": None}),
    ("projects/ID/effects", {"project": None}),
    ("projects/ID/look", {"project": None, "look": "night-drive", "parts": ["styles", "effects"]}),
    ("projects/ID/look", {"project": None, "file": json.dumps(LOOK), "parts": ["camera", "reactions"]}),
    ("projects/ID/takes/1/effects", {"project": None}),
    ("projects/ID/takeover", {"project": None, "live": {"prompt": "a"}}),
    ("projects/ID/takes/1/upscale", {"upscaler": "Lanczos", "scale": 2.0}),
    ("projects/ID/takes/1/resume", {}),
    ("tasks/none/stop", {}),
)
