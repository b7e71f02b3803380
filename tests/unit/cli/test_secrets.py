"""A key for a language model is used, and written nowhere."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from glance.cli import main
from glance.story.llm_endpoints import KEY_VARIABLE
from tests.support.chat_server import chat_server, fail, say

SECRET = "sk-planted-0123456789abcdef"


@pytest.mark.parametrize("refused", [False, True])
def test_the_key_is_in_no_file_and_no_output(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    monkeypatch.setenv("GLANCE_CACHE", str(tmp_path / "cache"))
    logging.getLogger().setLevel(logging.DEBUG)
    scene = {"subject": "a red kite diving", "setting": "over a grey harbour", "composition": "wide shot"}
    answer = json.dumps({"concept": "c", "palette": ["#aa0000"], "scenes": [scene]})
    reply = fail(401, f"Incorrect API key provided: {SECRET}") if refused else say(answer)
    video = tmp_path / "video.mp4"
    with chat_server(reply, reply, reply) as chat:
        options = ["--llm", chat.url, "--model", "tiny", "--theme", "a kite", "--size", "64x64", "--fps", "2"]
        assert main(["--verbose", "render", str(song), "-o", str(video), *options]) == 0
    assert any(SECRET in str(headers) for headers in chat.headers), "the key was never used"
    told = capsys.readouterr()
    assert SECRET not in told.out + told.err
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert video in written
    assert any(path.suffix == ".png" for path in written)
    for path in written:
        assert SECRET.encode() not in path.read_bytes(), path
