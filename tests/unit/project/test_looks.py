"""Looks: what is taken from one project arrives in another, part by part; a file holds neither paths nor surprises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from glance.cli.main import main
from glance.errors import ProjectError
from glance.limits import LOOK_BYTES
from glance.project.compile import compile_plan
from glance.project.files import load_project, save_project
from glance.project.look_applying import look_of, with_look
from glance.project.look_files import PARTS, look_json, parse_look, parts_of, read_look, shipped_looks
from glance.project.model import EffectUse, Look, Output, Project, Reaction, ReactionPart, Scene, Song
from glance.project.redirect import scene_sections
from glance.schedule.reactions import AmplitudeMap
from glance.story.styles import load_styles
from tests.conftest import heard

STYLES = load_styles()


def source() -> Project:
    return Project(
        song=Song(path="one.wav"),
        scenes=(
            Scene(style="super8", camera="slow_push", motion=0.5, effects={"grain": 0.4}),
            Scene(start="6s", style="golden_hour", camera="orbit", motion=1.4, effects={"grain": 1.0, "bloom": 0.8}),
            Scene(start="11s", style="super8", camera="slow_push", motion=0.7, effects={"grain": 0.6}),
        ),
        curves={"grain": "0:(0.5)", "noise": "0:(0.1)", "zoom": "0:(1), 5s:(1.1)", "cadence": "0:(2)"},
        reactions=(
            Reaction(channel="bloom", map=AmplitudeMap("kick", 0.2, 1.4), parts=(ReactionPart(at="3s", amount=2.0),)),
            Reaction(channel="strength", map=AmplitudeMap("kick", 0.8, 0.4), parts=(ReactionPart(at="1s"),)),
        ),
        effects=(
            EffectUse(effect="grain", amount=0.0, mask="picture", mask_picture="/home/me/secret.png"),
            EffectUse(effect="bloom", amount=0.0),
            EffectUse(effect="lut", file="/home/me/film.cube"),
        ),
        look=Look(palette=("#112233",), prompt_suffix="late sun", start_image="/home/me/cover.png"),
        output=Output(width=64, height=64, fps="6"),
    )


def target() -> Project:
    kept = (ReactionPart(at="2s", amount=0.3),)
    return Project(
        song=Song(path="two.wav"),
        title="Another song",
        scenes=(
            Scene(prompt="a house", style="cubism", camera="static"),
            Scene(start="5s", prompt="a ship", style="cubism", camera="static"),
            Scene(start="10.7s", prompt="a sea", style="cubism", camera="static", locked=True),
        ),
        reactions=(Reaction(channel="strength", map=AmplitudeMap("onset", 0.7, 0.3), parts=kept),),
        output=Output(width=64, height=64, fps="6"),
    )


def look() -> Any:
    return look_of(source(), scene_sections(source(), heard()), "Sun")


def applied(*parts: str) -> Project:
    new, notes = with_look(target(), look(), scene_sections(target(), heard()), STYLES, parts or PARTS)
    assert notes == []
    return new


def test_a_look_arrives_by_the_roles_of_the_songs_parts_and_locked_scenes_stay() -> None:
    new = applied()
    first, loud, locked = new.scenes
    assert (first.style, loud.style) == ("super8", "golden_hour")
    assert (first.camera, loud.camera) == ("slow_push", "orbit")
    assert (first.motion, loud.motion) == (0.6, 1.4)
    assert first.effects == {"grain": 0.5, "bloom": 0.0}
    assert loud.effects == {"grain": 1.0, "bloom": 0.8}
    assert locked == target().scenes[2]
    assert [use.effect for use in new.effects] == ["grain", "bloom"]
    assert [scene.prompt for scene in new.scenes] == ["a house", "a ship", "a sea"]
    assert (new.song, new.title) == (target().song, target().title)
    assert new.look.palette == ("#112233",)
    assert new.look.prompt_suffix == "late sun"
    assert compile_plan(new, heard(), STYLES).effects is not None


def test_what_belongs_to_a_song_does_not_travel() -> None:
    text = look_json(look())
    assert "/home/me" not in text
    assert "one.wav" not in text
    assert look().curves == {"grain": "0:(0.5)", "noise": "0:(0.1)"}
    strength = next(one for one in applied().reactions if one.channel == "strength")
    assert strength.map == AmplitudeMap("kick", 0.8, 0.4)
    assert strength.parts == target().reactions[0].parts
    assert [one.parts for one in applied().reactions if one.channel == "bloom"] == [()]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_alone_changes_only_that_part(part: str) -> None:
    changed = {
        "styles": {"scenes"},
        "palette": {"look"},
        "words": {"look"},
        "camera": {"scenes"},
        "reactions": {"reactions", "curves"},
        "effects": {"scenes", "effects", "curves", "reactions"},
    }
    new, old = applied(part), target()
    different = {name for name in Project.__struct_fields__ if getattr(new, name) != getattr(old, name)}
    assert different == changed[part]


def test_a_file_of_a_newer_glance_opens_with_what_is_known_and_says_the_rest() -> None:
    plain = json.loads(look_json(look()))
    plain |= {"glancelook": 9, "smell": "roses"}
    plain["effects"] += [{"effect": "hologram"}, {"effect": "vignette", "mask": "moon"}]
    plain["camera"]["presets"]["bridge"] = ["teleport"]
    plain["reactions"] += [{"channel": "smell", "map": {"envelope": "kick", "silence": 0, "peak": 1}}]
    plain["curves"] |= {"smell": "1", "grain": "0:(0.5)", "zoom": "0:(nonsense)"}
    opened = parse_look(json.dumps(plain))
    assert opened.effects == look().effects
    assert opened.reactions == look().reactions
    told = " ".join(opened.notes)
    for name in ("newer GLANCE", "smell", "hologram", "teleport"):
        assert name in told


def test_paths_and_what_needs_files_are_taken_out_of_a_file_from_outside() -> None:
    plain = json.loads(look_json(look()))
    plain["effects"] = [
        {"effect": "displace", "file": "/etc/passwd"},
        {"effect": "grain", "mask": "picture", "mask_picture": "//host/share/x.png"},
        {"effect": "lut", "file": "/etc/passwd"},
    ]
    uses = parse_look(json.dumps(plain)).effects
    assert [(use.effect, use.file, use.mask, use.mask_picture) for use in uses] == [
        ("displace", "", "", ""),
        ("grain", "", "", ""),
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"glancelook": true}', '{"glancelook": 0}', '{"glancelook": NaN}'])
def test_what_is_no_look_is_refused_in_words(text: str) -> None:
    with pytest.raises(ProjectError, match="look"):
        parse_look(text)


def test_a_look_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "big.glancelook"
    path.write_text(" " * (LOOK_BYTES + 1), encoding="utf-8")
    with pytest.raises(ProjectError, match="too large"):
        read_look(path)
    plain = {"glancelook": 1, "effects": [{"effect": "bloom"}] * 1000, "name": "x" * 100_000}
    opened = parse_look(json.dumps(plain))
    assert len(opened.effects) <= 64
    assert opened.name == ""


def test_twelve_looks_ship_whole_with_their_clips_and_suit_any_song() -> None:
    looks = shipped_looks()
    assert len(looks) == 12
    for one in looks.values():
        assert one.notes == ()
        assert set(one.styles) <= set(STYLES)
        assert {"styles", "palette", "camera", "reactions", "effects"} <= set(parts_of(one))
        assert (one.license, bool(one.about)) == ("CC0 1.0", True)
        assert one.clip_bytes[8:12] == b"WEBP"
        new, notes = with_look(target(), one, scene_sections(target(), heard()), STYLES)
        assert notes == []
        plan = compile_plan(new, heard(), STYLES)
        assert plan.effects is not None
        assert parse_look(look_json(one)) == one


def test_the_command_line_saves_applies_and_lists(
    tmp_path: Path, song: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = (tmp_path / f"{name}.glance.json" for name in ("one", "two"))
    plain = msgspec.structs.replace(
        source(), look=Look(), effects=(EffectUse(effect="bloom"),), song=Song(path=str(song))
    )
    save_project(msgspec.structs.replace(plain, title="One"), one)
    save_project(msgspec.structs.replace(target(), song=Song(path=str(song))), two)
    assert main(["look", "save", str(one), "--author", "me", "--license", "CC0", "--no-clip"]) == 0
    file = tmp_path / "one.glancelook"
    assert read_look(file).author == "me"
    assert main(["look", "save", str(one), "--no-clip"]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert main(["look", "apply", str(file), str(two), "--part", "effects"]) == 0
    assert [use.effect for use in load_project(two).effects] == ["bloom"]
    assert load_project(two).scenes[0].style == "cubism"
    assert main(["look", "apply", "night-drive", str(one), str(two)]) == 0
    assert load_project(two).scenes[0].style in ("synthwave", "cyberpunk")
    capsys.readouterr()
    assert main(["look", "list"]) == 0
    assert "night-drive" in capsys.readouterr().out
    assert main(["look", "apply", "night-driv", str(two)]) == 1
    assert "night-drive" in capsys.readouterr().err
