"""Stems: a song's parts as files of their own, and Demucs, where a person has it, to make them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance._names import own_entries
from glance.audio.analysis import Onsets
from glance.audio.decode import SAMPLE_RATE, decode
from glance.audio.envelopes import follow, robust_scale
from glance.audio.onsets import fine_energy, pick_onsets, spectral_flux
from glance.audio.spectrum import analyse_spectrum
from glance.errors import AudioError

_ENDINGS = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff"}
_DEMUCS_MODEL = "htdemucs"


def stem_files(folder: Path, taken: frozenset[str] = frozenset()) -> dict[str, Path]:
    """Return the stems in a folder, name -> file, sorted by name.

    A stem is named as its file, in lower case with `_` for what is no letter or digit; where an envelope of that name
    exists already (`taken`), `stem_` is put before it.

    Raises:
        AudioError: The folder is missing or holds no audio file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise AudioError(f"{folder}: expected a folder of stems (drums.wav, bass.wav, vocals.wav ...), found none.")
    found = {}
    for path in own_entries(folder):
        if path.is_file() and path.suffix.lower() in _ENDINGS:
            name = re.sub(r"\W+", "_", unicodedata.normalize("NFC", path.stem).lower()).strip("_") or "stem"
            found[f"stem_{name}" if name in taken else name] = path
    if not found:
        raise AudioError(f"{folder}: expected stems such as drums.wav or vocals.mp3, found no audio file in it.")
    return found


def listen_to_stem(path: Path, count: int) -> tuple[NDArray[np.float32], NDArray[np.float32], Onsets]:
    """Return a stem's loudness and onset envelopes, each (count,) in [0, 1] at the song's rate, and its onsets.

    Raises:
        AudioError: The file cannot be read.
    """
    signal = decode(path)
    spectrum, fine = analyse_spectrum(signal, SAMPLE_RATE), fine_energy(signal, SAMPLE_RATE)
    del signal
    flux = spectral_flux(spectrum)
    loudness = follow(np.sqrt(spectrum.loudness), spectrum.rate_hz, 10.0, 120.0)
    attack = follow(flux.total, spectrum.rate_hz, 0.0, 80.0)
    curves = [_fitted(robust_scale(curve, flux.active), count) for curve in (loudness, attack)]
    onsets = pick_onsets(flux.total, flux, fine)
    return curves[0], curves[1], onsets


def separate(path: Path, out: Path, device: str = "cpu") -> Path:
    """Split a song into drums, bass, vocals and other with Demucs, and return the folder of the stems.

    Raises:
        AudioError: Demucs is not installed, or did not deliver.
    """
    try:
        from demucs.separate import main as demucs
    except ImportError:
        raise AudioError(
            "Splitting a song into stems needs Demucs, which is not installed here. Install it (pip install demucs), "
            "or split the song with another tool and name the folder of its stems."
        ) from None
    arguments = ["-n", _DEMUCS_MODEL, "-d", device, "--filename", "{stem}.{ext}", "-o", str(out), str(path)]
    try:
        demucs(arguments)
    except (SystemExit, OSError, RuntimeError) as error:
        raise AudioError(f"{Path(path).name}: Demucs could not split it ({error}). See its output above.") from error
    folder = Path(out) / _DEMUCS_MODEL
    stem_files(folder)
    return folder


def _fitted(curve: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return a curve cut or filled with zeros to `count` values."""
    return np.pad(curve[:count], (0, max(0, count - curve.size)))
