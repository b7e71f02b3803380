"""Words get times, keep them in every form they are written in, and become envelopes."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from glance.audio.analysis import analyse
from glance.audio.lyrics.aligner import OnnxAligner, align_lines, best_path, open_aligner
from glance.audio.lyrics.placing import place_words, syllables
from glance.audio.lyrics.reader import parse_lyrics
from glance.audio.lyrics.section_tags import part_named, stanzas_of
from glance.audio.lyrics.writer import WRITERS, write_ass, write_lrc, write_srt
from glance.audio.types import LyricLine, SongAnalysis, SungWord
from glance.errors import AudioError
from tests.support.song_files import write_wave

SR = 22_050


def random_lines(chance: random.Random, *, words: bool) -> tuple[LyricLine, ...]:
    at, lines = chance.randrange(5000), []
    for _ in range(40):
        texts = chance.sample(["the", "river", "바다", "灯台", "don't", "l'été", "99"], 4)
        edges = [at]
        for _ in texts:
            edges.append(edges[-1] + chance.randrange(30, 900))
        times = [edge / 1000 for edge in edges]
        # Some words end before the next one begins.
        spans = [(a, b if chance.random() < 0.7 else round((a + b) / 2, 3)) for a, b in pairwise(times)]
        spans[-1] = (spans[-1][0], times[-1])
        sung = tuple(SungWord(*span, text) for span, text in zip(spans, texts, strict=True)) if words else ()
        lines.append(LyricLine(times[0], times[-1], " ".join(texts), sung))
        at = edges[-1] + chance.choice((0, chance.randrange(1, 3000)))
    return tuple(lines)


@pytest.mark.parametrize("seed", range(4))
def test_lrc_and_ass_give_back_every_word_and_srt_every_line(seed: int) -> None:
    lines = random_lines(random.Random(seed), words=True)
    assert parse_lyrics(write_lrc(lines)).lines == lines
    assert parse_lyrics(write_ass(lines)).lines == lines
    bare = random_lines(random.Random(seed), words=False)
    for write in (write_lrc, write_srt, write_ass):
        assert parse_lyrics(write(bare)).lines == bare
    assert set(WRITERS) == {".lrc", ".srt", ".ass"}


def test_lines_that_overlap_keep_their_ends() -> None:
    lines = (LyricLine(1.0, 4.0, "first line"), LyricLine(2.0, 3.0, "second line"))
    for write in (write_lrc, write_srt, write_ass):
        assert parse_lyrics(write(lines)).lines == lines


def voice_song(folder: Path, sung: list[tuple[float, float]], duration_s: float = 48.0) -> tuple[Path, Path]:
    """Write a song with a beat, louder from 16 s to 32 s, and a stem of a voice that sings syllables of 0.25 s."""
    time = np.arange(int(duration_s * SR)) / SR
    phase = time % 0.5
    beat = np.exp(-phase * 30) * np.sin(2 * np.pi * 60 * phase)
    pad = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.0)) * np.where(
        (time >= 16) & (time < 32), 0.2, 0.05
    )
    voice = np.zeros(time.size)
    for start, end in sung:
        inside = (time >= start) & (time < end)
        since = (time[inside] - start) % 0.25
        voice[inside] = 0.3 * np.sin(2 * np.pi * 330 * time[inside]) * np.minimum(1, since / 0.01) * (since < 0.21)
    stems = folder / "stems"
    stems.mkdir()
    write_wave(stems / "vocals.wav", voice, SR)
    return write_wave(folder / "song.wav", 0.3 * beat + pad + voice, SR), stems


@pytest.fixture(scope="module")
def sung_song(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return voice_song(tmp_path_factory.mktemp("voice"), [(8.5, 15.6), (16.5, 30.5)])


TEXT = {
    "en": """[Intro]

[Verse]
the river runs
a quiet sea

[Chorus]
sing it again with me now
over the water tonight we go
sing it again with me now
under the harbor light

[Outro]
""",
    "ko": """[인트로]

[벌스]
강물이 흘러가네
고요한 바다로

[후렴]
다시 한번 노래해요 지금
물 위를 건너 오늘 밤에 가요
다시 한번 노래해요 지금
항구의 불빛 아래

[아웃트로]
""",
    "ja": """【イントロ】

【Aメロ】
川が流れる
静かな海へ

【サビ】
もう一度歌おうよ今すぐに
水の上を今夜渡ろう
もう一度歌おうよ今すぐに
港の明かりの下

【アウトロ】
""",
}


@pytest.fixture(scope="module")
def heard(sung_song: tuple[Path, Path]) -> SongAnalysis:
    return analyse(sung_song[0], stems=sung_song[1])


@pytest.mark.parametrize("language", sorted(TEXT))
def test_tags_in_three_languages_name_the_sections_and_are_never_sung(heard: SongAnalysis, language: str) -> None:
    placed = place_words(stanzas_of(TEXT[language]), heard)
    assert [hint.role for hint in placed.hints] == ["intro", "verse", "chorus", "outro"]
    starts = [hint.start_s for hint in placed.hints]
    assert starts[0] == 0
    assert abs(starts[1] - 8) <= 2.1
    assert abs(starts[2] - 16) <= 0.6
    assert 29 <= starts[3] <= 34
    assert len(placed.lines) == 6
    assert all("[" not in line.text and "【" not in line.text for line in placed.lines)


def test_lines_without_times_are_guessed_where_somebody_sings_and_say_how_sure(heard: SongAnalysis) -> None:
    placed = place_words(stanzas_of(TEXT["en"]), heard)
    assert abs(placed.lines[0].start_s - 8.5) < 0.3
    assert abs(placed.lines[2].start_s - 16.5) < 0.3
    assert placed.lines[-1].end_s < 32
    assert all(0.3 < (line.confidence or 0) <= 0.95 for line in placed.lines)
    assert all(b.start_s >= a.start_s for a, b in zip(placed.lines, placed.lines[1:], strict=False))
    assert "guessed" in placed.notes[0]


def test_words_become_envelopes_and_plain_words_sections(sung_song: tuple[Path, Path], tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text(TEXT["en"])
    made = analyse(sung_song[0], stems=sung_song[1], lyrics=words)
    values = made.envelopes.values
    rate = made.envelopes.rate_hz
    assert values["vocals_active"][round(4 * rate)] == 0
    assert values["vocals_active"][round(18 * rate)] == 1
    assert made.envelopes.exact["line_start"].times_s.size == 6
    assert made.envelopes.exact["word_hit"].times_s.size == sum(len(line.text.split()) for line in made.lyrics)
    assert [section.role for section in made.sections] == ["intro", "verse", "chorus", "outro"]
    assert {source.source for source in made.sources if source.used and source.of == "sections"} == {"tags"}


@pytest.mark.parametrize(
    ("tag", "role"),
    [
        *(("Guitar solo", "break"), ("Instrumental", "break"), ("Verse 2", "verse"), ("Pre-Chorus", "pre-chorus")),
        *(("마지막 후렴", "chorus"), ("2절", "verse"), ("간주", "break"), ("브릿지", "bridge"), ("기타 솔로", "break")),
        *(("ラスサビ", "chorus"), ("大サビ", "chorus"), ("間奏", "break"), ("Bメロ", "verse"), ("ギターソロ", "break")),
        *(("Beat drop", "drop"), ("Big Finish", "outro"), ("whispered", "")),
    ],
)
def test_parts_are_named_in_the_words_of_three_languages(tag: str, role: str) -> None:
    assert part_named(tag) == role


def test_syllables_are_counted_in_the_scripts_that_songs_are_sung_in() -> None:
    assert [syllables(text) for text in ("the river runs", "강물이 흘러가네", "川が流れる", "…")] == [4, 7, 5, 1]


class SpokenSigns:
    """Stands in for a CTC network: each sign of a text is said for 0.1 s from its own moment on."""

    signs: ClassVar[dict[str, int]] = {
        "<pad>": 0,
        "|": 1,
        **{sign: 2 + place for place, sign in enumerate("abcdefghijklmnopqrstuvwxyz")},
    }
    blank = 0

    def __init__(self, said: list[tuple[float, str]], begin_s: float = 0.0) -> None:
        self.said = said

    def scores(self, signal: NDArray[np.float32]) -> NDArray[np.float32]:
        frames = np.full((len(signal) // 320, len(self.signs)), -8.0, dtype=np.float32)
        frames[:, 0] = -0.01
        marks = np.flatnonzero(signal > 0.5)  # the song ticks at each sign, so the window's place is heard
        for place, tick in enumerate(marks[::1]):
            frame = min(len(frames) - 1, tick // 320)
            frames[frame] = -8.0
            frames[frame, self.signs[self.said[place][1]]] = -0.01
        return frames


def test_an_aligner_puts_each_word_where_its_signs_are_heard(tmp_path: Path) -> None:
    said = [(2.0, "s"), (2.2, "e"), (2.4, "a"), (3.0, "o"), (3.2, "n")]
    signal = np.zeros(6 * 16_000)
    for time, _ in said:
        signal[round(time * 16_000)] = 1.0
    song = write_wave(tmp_path / "song.wav", signal, 16_000)
    (line,) = align_lines(SpokenSigns(said), song, [LyricLine(2.5, 3.5, "Sea on", (), 0.3)])
    assert [(word.text, round(word.start_s, 2)) for word in line.words] == [("Sea", 2.0), ("on", 3.0)]
    assert line.start_s == pytest.approx(2.0, abs=0.02)
    assert (line.confidence or 0) > 0.9
    (kept,) = align_lines(SpokenSigns(said), song, [LyricLine(2.5, 3.5, "바다", (), 0.3)])
    assert kept == LyricLine(2.5, 3.5, "바다", (), 0.3)


def test_the_best_path_parts_a_sign_that_comes_twice_and_needs_frames_enough() -> None:
    scores = np.log(np.array([[0.1, 0.9], [0.8, 0.2], [0.1, 0.9], [0.5, 0.5]], dtype=np.float32))
    assert best_path(scores, [1, 1], 0) == [0, 2]
    assert best_path(scores[:2], [1, 1], 0) is None
    network = OnnxAligner({"a": 1}, 0, lambda sound: np.zeros((1, sound.shape[1] // 100, 2), dtype=np.float32))
    np.testing.assert_allclose(np.exp(network.scores(np.ones(400, dtype=np.float32))), 0.5)


def test_an_aligner_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"vocab\.json"):
        open_aligner(tmp_path / "model.onnx")
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "vocab.json").write_text('{"a": 1}')
    with pytest.raises(AudioError, match="onnxruntime"):
        open_aligner(tmp_path / "model.onnx")
