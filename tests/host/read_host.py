"""What a WebUI's own source says of the names that GLANCE uses, read without running it:

    python -m tests.host.read_host PATH A1111 82a973c0 2024-07-27 > tests/host/sources/a1111.json

The stand-ins of the five hosts are made of these files, and `make hosts` compares them with a checkout, so that a name
which has moved over there is seen before a musician meets it.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: Constructors of what is drawn.
_PROCESSING = ("StableDiffusionProcessing", "StableDiffusionProcessingTxt2Img", "StableDiffusionProcessingImg2Img")
#: Files that hold samplers, where a host has them, in the order of its own list; the second word is their class.
_SAMPLERS = (
    ("modules/sd_samplers_kdiffusion.py", "KDiffusionSampler"),
    ("modules/sd_samplers_timesteps.py", "CompVisSampler"),
    ("modules/sd_samplers_lcm.py", "LCMSampler"),
    ("modules_forge/alter_samplers.py", "AlterSampler"),
    ("modules_forge/forge_alter_samplers.py", "AlterSampler"),
)
#: Modules of a host, and the names in them that GLANCE asks for.
ASKED_FOR = {
    "modules.shared": "opts cmd_opts state sd_model sd_upscalers prompt_styles OptionInfo",
    "modules.call_queue": "queue_lock",
    "modules.progress": "pending_tasks current_task",
    "modules.devices": "torch_gc NansException",
    "modules.processing": "StableDiffusionProcessingTxt2Img StableDiffusionProcessingImg2Img process_images",
    "modules.scripts": "scripts_txt2img scripts_img2img ScriptRunner Script",
    "modules.script_callbacks": "on_ui_tabs on_ui_settings on_app_started on_after_component",
    "modules.sd_models": "checkpoints_list checkpoint_aliases",
    "modules.sd_samplers": "all_samplers visible_samplers visible_sampler_names",
    "modules.sd_samplers_timesteps": "samplers_data_timesteps",
    "modules.sd_schedulers": "schedulers",
    "modules.sd_vae": "vae_dict restore_base_vae reload_vae_weights",
    "modules.sysinfo": "set_config",
    "modules.paths": "models_path",
    "modules.paths_internal": "data_path default_output_dir",
    "modules.infotext_utils": "register_paste_params_button ParamBinding",
    "modules.ui_components": "ToolButton",
    "modules_forge.forge_version": "version",
    "modules_forge.main_entry": "module_list",
}


def read_host(root: Path) -> dict[str, Any]:
    """Return what is told of a checkout: names of modules, constructor fields, samplers, schedulers, settings."""
    trees = {path: _parsed(root / path) for path in ("modules/processing.py", "modules/shared_options.py")}
    base, txt2img, img2img = (_fields(trees["modules/processing.py"], name) for name in _PROCESSING)
    version = _parsed(root / "modules_forge/forge_version.py").body
    return {
        "forge_version": next((_literal(node.value) for node in version if isinstance(node, ast.Assign)), None),
        "modules": {name: _known_of(root, name, names.split()) for name, names in ASKED_FOR.items()},
        "txt2img": {**base, **txt2img},
        "img2img": {**base, **img2img},
        "samplers": [entry for path, kind in _SAMPLERS for entry in _samplers(_parsed(root / path), kind)],
        "schedulers": list(_schedulers(_parsed(root / "modules/sd_schedulers.py"))),
        "options": dict(_options(trees["modules/shared_options.py"])),
        "output": _output_folder(root / "modules/paths_internal.py"),
    }


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8-sig")) if path.is_file() else ast.Module([], [])


def _literal(node: ast.AST | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None


def _fields(tree: ast.Module, name: str) -> dict[str, Any]:
    """Return a dataclass's constructor fields with their defaults, in order; properties without a field are none."""
    found: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            for each in node.body:
                if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
                    continue
                words = {word.arg: word.value for word in getattr(each.value, "keywords", ())}
                if "init" not in words or _literal(words["init"]) is not False:
                    found[each.target.id] = _literal(words.get("default", each.value))
    return found


def _known_of(root: Path, module: str, names: list[str]) -> list[str] | None:
    """Return those of the names that a module has; None where there is no such module."""
    source = root.joinpath(*module.split(".")).with_suffix(".py")
    return [name for name in names if name in _top_names(source)] if source.is_file() else None


def _top_names(source: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(_parsed(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.col_offset == 0:
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.For | ast.With):
            names |= {
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            }
    return names


def _samplers(tree: ast.Module, kind: str) -> Iterator[dict[str, Any]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 4 and isinstance(node.elts[2], ast.List):
            name, function, aliases, options = node.elts
            yield _entry(name, _name_of(function), aliases, options, kind)
        elif isinstance(node, ast.Call) and _name_of(node.func) == "SamplerData" and len(node.args) == 4:
            name, made, aliases, options = node.args
            if isinstance(made, ast.Call) and isinstance(_literal(name), str):
                words = [*map(_literal, made.args), *(_literal(word.value) for word in made.keywords)]
                yield _entry(name, str(next(iter(words), "")), aliases, options, kind)
        elif isinstance(node, ast.Call) and _name_of(node.func) == "create_cfg_pp_sampler":
            name, key = map(_literal, node.args)
            yield {"name": name, "class": kind, "function": key, "aliases": [key], "options": {}}


def _entry(name: ast.AST, function: str, aliases: ast.AST, options: ast.AST, kind: str) -> dict[str, Any]:
    shown = _literal(name) if not isinstance(name, ast.IfExp) else _literal(name.orelse)
    found = {"name": shown, "class": kind, "function": function}
    return {**found, "aliases": _literal(aliases) or [], "options": _literal(options) or {}}


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else str(_literal(node) or "")


def _schedulers(tree: ast.Module) -> Iterator[dict[str, Any]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node.func) == "Scheduler" and len(node.args) >= 3:
            words = {word.arg: _literal(word.value) for word in node.keywords}
            name, label = _literal(node.args[0]), _literal(node.args[1])
            yield {"name": name, "label": label, "aliases": words.get("aliases")}


def _options(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                made = value
                while isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute):  # OptionInfo(...).info(...)
                    made = made.func.value
                if isinstance(made, ast.Call) and _name_of(made.func) == "OptionInfo" and made.args:
                    yield str(_literal(key)), _literal(made.args[0])


def _output_folder(path: Path) -> str:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Assign) and _name_of(node.targets[0]) == "default_output_dir":
            return str(next(text for each in ast.walk(node.value) if isinstance(text := _literal(each), str)))
    return ""


def main(path: str, title: str, commit: str, date: str) -> None:
    """Write what a checkout says to the standard output, with what it is called and of which day it is."""
    found = {"title": title, "commit": commit, "date": date, **read_host(Path(path))}
    json.dump(found, sys.stdout, indent=None, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:5])
