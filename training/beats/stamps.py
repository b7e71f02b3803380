"""Stamps: the mel power of single notes and drum hits, from which `song` adds up whole songs.

Usage: python -m training.beats.stamps STAMPS.npz      (about 3 CPU-minutes, 100 MB)

A stamp is (frames, 64) power on GLANCE's own mel bands at its own frame rate, the attack on frame `LEAD`. The sounds,
where they come from and under which licenses: `training/README.md`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pretty_midi

from glance.audio.decode import SAMPLE_RATE, decode
from glance.audio.spectrum import HOP, analyse_spectrum
from training.beats.canvas import LEAD

#: Frames that each sound is given (2.6 s), and for how long its key is held.
_SLOT, _HELD_S, _HIT_S = 264, 2.0, 0.4
_AT_ONCE = 300
FONTS = {"fluid": "/usr/share/sounds/sf2/FluidR3_GM.sf2", "muse": "/usr/share/sounds/sf3/MuseScore_General.sf3"}
#: General MIDI program -> lowest and highest pitch; every semitone between, for harmony must be heard.
PROGRAMS = {
    0: (31, 96), 4: (36, 84), 6: (40, 84), 11: (53, 89), 12: (53, 89), 16: (40, 84), 21: (43, 84), 24: (40, 79),
    25: (40, 79), 27: (40, 79), 28: (40, 76), 29: (40, 76), 30: (38, 76), 32: (28, 55), 33: (28, 55), 34: (28, 55),
    36: (28, 55), 38: (28, 55), 39: (28, 55), 40: (55, 91), 42: (36, 67), 45: (40, 84), 46: (36, 88), 47: (36, 55),
    48: (36, 88), 50: (40, 84), 52: (48, 79), 53: (50, 79), 54: (50, 79), 56: (54, 82), 57: (40, 70), 58: (28, 52),
    61: (43, 79), 65: (50, 80), 68: (58, 86), 71: (50, 86), 73: (60, 94), 80: (48, 91), 81: (36, 91), 88: (40, 84),
    89: (40, 84), 90: (40, 84), 105: (48, 79), 13: (60, 91),
}  # fmt: skip
KITS = (0, 8, 16, 24, 25, 32, 40, 48)
#: Drum role -> General MIDI drum pitches (roles: see `bank.GAIN`).
ROLES = {
    "K": (35, 36), "S": (38, 40), "X": (37,), "C": (39,), "H": (42, 44), "O": (46,), "R": (51, 59, 53), "Y": (49, 57),
    "T": (41, 43, 45, 47, 48, 50), "P": (54, 56, 60, 61, 62, 63, 64, 67, 69, 70, 75, 76, 82),
}  # fmt: skip
#: Role of a lone sample by words in its file name, the first that fits.
_NAMES = (
    ("K", ("kick", "bd_", "bassdrum", "drum_bass")), ("S", ("snare", "sn_", "ss-")), ("C", ("clap",)),
    ("O", ("open", "pedal")), ("H", ("hhat", "hat", "closed")), ("Y", ("crash", "splash", "cymbal_hard")),
    ("R", ("ride", "cymbal_soft")), ("T", ("tom",)),
    ("P", ("cowbell", "tambourine", "shake", "triangle", "perc", "bell")),
)  # fmt: skip
_KIT_FOLDER, _SAMPLES = "/usr/share/hydrogen/data/drumkits/Audiophob", "/usr/share/sonic-pi/samples"
_ONE_SHOTS = ("drum_", "bd_", "sn_", "hat_", "perc_", "elec_hi_snare", "elec_snare")
#: (key, stamp); a key is kind|source|program or role|pitch or number.
Entry = tuple[str, np.ndarray]


def from_fonts(folder: Path) -> list[Entry]:
    """Return every note and drum of both sound fonts."""
    notes = [(program, False, pitch) for program, (low, high) in PROGRAMS.items() for pitch in range(low, high + 1)]
    roles = {pitch: role for role, pitches in ROLES.items() for pitch in pitches}
    hits = [(kit, True, pitch) for kit in KITS for pitch in sorted(roles)]
    entries = []
    for label, font in FONTS.items():
        for start in range(0, len(notes + hits), _AT_ONCE):
            part = (notes + hits)[start : start + _AT_ONCE]
            for (program, drum, pitch), stamp in zip(part, _rendered(font, part, folder), strict=True):
                key = f"D|{label}{program}|{roles[pitch]}|{pitch}" if drum else f"N|{label}|{program}|{pitch}"
                entries.append((key, stamp))
            print(label, start + len(part), "of", len(notes + hits), flush=True)
    return entries


def _rendered(font: str, part: list[tuple[int, bool, int]], folder: Path) -> list[np.ndarray]:
    """Return the stamps of (program or kit, whether a drum, pitch), each played in a slot of its own."""
    midi, instruments = pretty_midi.PrettyMIDI(resolution=960), {}
    for number, (program, drum, pitch) in enumerate(part):
        instrument = instruments.setdefault((program, drum), pretty_midi.Instrument(program, is_drum=drum))
        start = (number * _SLOT + LEAD) * HOP / SAMPLE_RATE
        instrument.notes.append(pretty_midi.Note(100, pitch, start, start + (_HIT_S if drum else _HELD_S)))
    midi.instruments = list(instruments.values())
    score, sound = str(folder / "notes.mid"), str(folder / "notes.wav")
    midi.write(score)
    command = ["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-r", str(SAMPLE_RATE), "-g", "0.6", "-F", sound]
    subprocess.run([*command, "-T", "wav", font, score], check=True, capture_output=True)
    signal, size = decode(Path(sound)), _SLOT * HOP
    signal = np.pad(signal, (0, max(0, len(part) * size - signal.size)))
    return [_stamp(signal[number * size : (number + 1) * size]) for number in range(len(part))]


def from_samples() -> list[Entry]:
    """Return the one-shot drum samples."""
    files = [
        *Path(_KIT_FOLDER).glob("*.*"),
        *(path for path in Path(_SAMPLES).glob("*.flac") if path.name.startswith(_ONE_SHOTS)),
    ]
    entries = []
    for number, path in enumerate(sorted(files)):
        role = next((role for role, words in _NAMES if any(word in path.name.lower() for word in words)), None)
        if role is not None and path.suffix in (".wav", ".flac"):
            entries.append((f"D|shot|{role}|{number}", _stamp(_from_attack(decode(path)))))
    return entries


def _from_attack(signal: np.ndarray) -> np.ndarray:
    """Return a sample whose attack, the first 5 ms louder than a tenth of the loudest, lies on frame `LEAD`."""
    signal = signal[: int(2.5 * SAMPLE_RATE)]
    blocks = np.abs(signal[: signal.size // 110 * 110]).reshape(-1, 110).max(axis=1)
    first = int(np.argmax(blocks > 0.1 * blocks.max())) * 110
    return _placed(signal[first:])


def from_waves(rng: np.random.Generator) -> list[Entry]:
    """Return drums made of plain waves, as drum machines make them."""
    time = np.arange(int(0.6 * SAMPLE_RATE)) / SAMPLE_RATE
    kinds = [("K", _kick)] * 24 + [("S", _snare)] * 16 + [("C", _clap)] * 12 + [("H", _hat), ("O", _open_hat)] * 16
    entries = []
    for number, (role, make) in enumerate(kinds):
        sound = make(rng, time)
        entries.append((f"D|wave|{role}|{number}", _stamp(_placed(0.5 * sound / np.abs(sound).max()))))
    return entries


def _kick(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    pitch, drop, decay = rng.uniform(38, 65), rng.uniform(0.5, 6), rng.uniform(5, 22)
    body = np.sin(2 * np.pi * (pitch * time + drop * (1 - np.exp(-time * rng.uniform(20, 60))))) * np.exp(-time * decay)
    return body + rng.uniform(0, 0.3) * rng.standard_normal(time.size) * np.exp(-time * 300)


def _snare(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    rattle = rng.uniform(0.3, 1) * rng.standard_normal(time.size) * np.exp(-time * rng.uniform(12, 35))
    return rattle + 0.5 * np.sin(2 * np.pi * rng.uniform(150, 260) * time) * np.exp(-time * 28)


def _clap(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    hands = sum(np.exp(-np.maximum(time - late, 0) * 120) * (time >= late) for late in (0, 0.011, 0.022))
    tail = 2 * np.exp(-time * rng.uniform(15, 40))
    return rng.standard_normal(time.size) * (hands + tail)


def _hat(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    return np.diff(rng.standard_normal(time.size), prepend=0) * np.exp(-time * rng.uniform(40, 120))


def _open_hat(rng: np.random.Generator, time: np.ndarray) -> np.ndarray:
    return np.diff(rng.standard_normal(time.size), prepend=0) * np.exp(-time * rng.uniform(6, 18))


def _placed(signal: np.ndarray) -> np.ndarray:
    """Return a sound in a slot, starting on frame `LEAD`."""
    signal = np.concatenate([np.zeros(LEAD * HOP), signal])[: _SLOT * HOP]
    return np.pad(signal, (0, _SLOT * HOP - signal.size))


def _stamp(signal: np.ndarray) -> np.ndarray:
    """Return the mel power of a slot, without the tail that is 60 dB below the peak."""
    mel = analyse_spectrum(signal.astype(np.float32), SAMPLE_RATE).mel[: _SLOT - 3]
    level = mel.sum(axis=1)
    loud = np.flatnonzero(level > level.max() * 1e-6)
    return mel[: loud[-1] + 1] if loud.size and level.max() > 1e-12 else mel[:0]


def main(out: Path) -> None:
    """Write all stamps."""
    with tempfile.TemporaryDirectory() as folder:
        entries = from_fonts(Path(folder))
    entries += from_samples() + from_waves(np.random.default_rng(5))
    entries = [(key, stamp) for key, stamp in entries if stamp.shape[0] > LEAD + 2]
    # square roots in 16 bits: 96 dB under the loudest are kept
    flat = np.sqrt(np.concatenate([stamp for _, stamp in entries])).astype(np.float16)
    lengths = np.array([stamp.shape[0] for _, stamp in entries])
    np.savez(out, keys=np.array([key for key, _ in entries]), lengths=lengths, flat=flat)
    print(len(entries), "stamps,", round(flat.nbytes / 1e6), "MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
