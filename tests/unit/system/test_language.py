"""The terminal speaks the person's language: errors, notes and help, with the particles that fit."""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from glance.cli.main import _parser, main
from glance.system.language import FILES_ROOT, in_language, language, with_particles

_ROOT = Path(__file__).parents[3]
#: Modules whose errors tell a programmer of a wrong call; a musician never meets them.
_FOR_PROGRAMMERS = frozenset(
    [
        "app/http.py", "app/routes.py", "audio/beat_this_onnx.py", "audio/corrections.py", "backends/registry.py",
        "backends/sdapi/client.py", "camera/depth.py", "camera/transform.py", "camera/warping.py",
        "imaging/blend.py", "imaging/color.py", "imaging/noise.py", "interop/deforum/camera.py", "lazy.py",
        "media/images.py", "media/sync.py", "painter/backend.py", "render/job.py", "schedule/reactions.py",
        "story/llm_client.py", "story/styles.py", "system/files.py",
    ]
)  # fmt: skip


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def _errors() -> Iterator[tuple[str, str]]:
    """Yield (module, message with places filled in) of every error that is raised with a sentence."""
    for path in sorted((_ROOT / "glance").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = getattr(node.exc.func, "id", getattr(node.exc.func, "attr", ""))
                for told in (_template(part) for part in node.exc.args if name.endswith("Error")):
                    if told and told.count(" ") > 2:
                        yield path.relative_to(_ROOT / "glance").as_posix(), told


def _is_korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def test_the_errors_that_a_musician_meets_are_told_in_korean() -> None:
    """What is new may wait for its translation a little, as it stays English; most of it may not."""
    met = [told for module, told in _errors() if module not in _FOR_PROGRAMMERS]
    english = [told for told in met if not _is_korean(in_language(told, "ko"))]
    assert len(met) > 250
    assert len(english) < 0.06 * len(met), english


def test_help_of_the_command_line_is_told_in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLANCE_LANG", "ko")
    texts: list[str] = []

    def collect(parser: argparse.ArgumentParser) -> None:
        texts.extend(action.help for action in parser._actions if action.help and action.help != argparse.SUPPRESS)
        for action in parser._actions:
            for verb in action.choices.values() if isinstance(action, argparse._SubParsersAction) else ():
                collect(verb)

    collect(_parser())
    assert len(texts) > 60
    english = [text for text in texts if not _is_korean(text)]
    assert len(english) < 0.1 * len(texts), english


def test_the_language_is_what_the_person_asks_for_or_has(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GLANCE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert language() == "ko"
    monkeypatch.setenv("GLANCE_LANG", "en")
    assert language() == "en"
    assert in_language("there is no picture x.png") == "there is no picture x.png"


def test_what_is_not_known_stays_english() -> None:
    assert in_language("a sentence of nobody", "ko") == "a sentence of nobody"
    assert in_language("there is no picture x.png", "fr") == "there is no picture x.png"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("'노래'은(는) 없습니다", "'노래'는 없습니다"),
        ("'장면'이(가) 없습니다", "'장면'이 없습니다"),
        ("서울(으)로", "서울로"),
        ("부산(으)로", "부산으로"),
        ("3을(를)", "3을"),
        ("2을(를)", "2를"),
        ("1(으)로", "1로"),
        ("6(으)로", "6으로"),
        ("곰와(과) 새와(과)", "곰과 새와"),
        ("song.wav을(를)", "song.wav을(를)"),
    ],
)
def test_particles_fit_what_stands_before_them(text: str, told: str) -> None:
    assert with_particles(text) == told


def test_an_error_of_the_command_line_is_told_in_korean(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GLANCE_LANG", "ko")
    assert main(["prompt", "a house", "--reach", "3"]) == 1
    assert capsys.readouterr().err == "glance: --reach: 0에서 1 사이의 수를 적어 주세요 (지금: 3)\n"


def test_the_page_and_the_terminal_say_the_same(tmp_path: Path) -> None:
    messages = [told for _, told in _errors()]
    file = tmp_path / "messages.json"
    file.write_text(json.dumps(messages), "utf-8")
    done = subprocess.run(
        ["node", "tests/js/translate_messages.mjs", str(file)], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert (FILES_ROOT / "localizations" / "ko_KR.json").is_file()
    assert json.loads(done.stdout) == [in_language(told, "ko") for told in messages]
