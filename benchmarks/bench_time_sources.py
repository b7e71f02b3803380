"""How exactly a MIDI file is found in its own song: as it is, behind 83 ms, one bar later, at 48 kHz, played too fast.

    python -m benchmarks.bench_time_sources FOLDER

reads NAME.wav and NAME.mid of a folder, prints what is asked for, and the error in milliseconds. Songs whose notes are
known are those that their own MIDI file was rendered to (by FluidSynth, say).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.analysis import analyse
from glance.audio.decode import hear_sound
from glance.material.reader import read_material
from tests.support.song_files import write_wave

RATE = 44_100


def bounces(signal: NDArray[np.float32], bar_s: float) -> dict[str, tuple[NDArray[np.float32], int, float]]:
    """Return name -> (samples, rate, by how much the file's times lie too early in seconds)."""
    moments = np.arange(int(signal.size * 48_000 / RATE)) * RATE / 48_000
    return {
        "as it is": (signal, RATE, 0.0),
        "83 ms later": (np.pad(signal, (round(0.083 * RATE), 0)), RATE, 0.083),
        "a bar later": (np.pad(signal, (round(bar_s * RATE), 0)), RATE, bar_s),
        "0.5 s cut off": (signal[RATE // 2 :], RATE, -0.5),
        "at 48 kHz": (np.interp(moments, np.arange(signal.size), signal).astype(np.float32), 48_000, 0.0),
        "played as 48 kHz": (signal, 48_000, 0.0),
    }


def main(folder: Path) -> None:
    print(f"{'song':<14}{'bounce':<18}{'asked':<7}{'shift ms':>10}{'error ms':>10}{'stretch':>9}{'fits':>7}")
    with tempfile.TemporaryDirectory() as passing:
        for song in sorted(folder.glob("*.wav")):
            midi = song.with_suffix(".mid")
            if not midi.is_file():
                continue
            signal = hear_sound(song, RATE).signal
            tempo = read_material(midi).tempo
            bar_s = float(np.diff(tempo.grid(0.0, 60.0)[1])[0]) if tempo is not None else 2.0
            for name, (samples, rate, truth) in bounces(signal, bar_s).items():
                path = write_wave(Path(passing) / "song.wav", samples, rate)
                found = analyse(path, midi=midi).sources[0]
                error = found.shift_ms - 1000 * truth
                print(
                    f"{song.stem:<14}{name:<18}{'yes' if found.waits else 'no':<7}{found.shift_ms:>10.1f}{error:>10.1f}"
                    f"{found.stretch:>9.4f}{found.fit:>7.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
