"""A song split into stems on this machine: by Demucs where a person has it, else by demucs-onnx, which needs no torch.

demucs-onnx (MIT, Python 3.11 and up) fetches its weights from a hub when they are first needed. Nothing is fetched
unasked: where they are not here yet, `consent` is told what would come from where, and decides.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

from glance.audio.stems import find_stems, separate_with_demucs
from glance.errors import AudioError
from glance.system.telemetry import silence

#: Told what would be fetched; returns whether it may be.
Consent = Callable[[str], bool]
_MODEL, _REPOSITORY, _FILE = "htdemucs", "StemSplitio/htdemucs-onnx", "htdemucs_fp16weights.onnx"
_OFFER = (
    f"demucs-onnx would fetch its weights once ({_FILE}, about 80 MB, from the Hugging Face repository {_REPOSITORY})."
)


def separate(path: Path, out: Path, consent: Consent) -> Path:
    """Split a song into drums, bass, vocals and other, and return the folder of the stems.

    Args:
        path: The song.
        out: A folder for the stems.
        consent: Asked before weights are fetched.

    Raises:
        AudioError: Neither separator is installed, weights may not be fetched, or the separator did not deliver.
    """
    if importlib.util.find_spec("demucs") is not None or importlib.util.find_spec("demucs_onnx") is None:
        return separate_with_demucs(path, out)
    return _with_onnx(path, out, consent)


def _with_onnx(path: Path, out: Path, consent: Consent) -> Path:
    silence()
    import demucs_onnx

    if not _weights_are_here() and not consent(_OFFER):
        raise AudioError(
            f"{Path(path).name}: not split into stems, for the weights of demucs-onnx are not on this machine and may "
            "not be fetched. Allow it, or split the song with another tool and name the folder of its stems."
        )
    folder = Path(out) / _MODEL
    try:
        demucs_onnx.separate(str(path), str(folder), model=_MODEL, precision="fp16weights", providers="cpu")
    except Exception as error:  # decoding, the hub and onnxruntime each have kinds of their own
        raise AudioError(f"{Path(path).name}: demucs-onnx could not split it ({error}).") from error
    find_stems(folder)
    return folder


def _weights_are_here() -> bool:
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return False
    return isinstance(try_to_load_from_cache(_REPOSITORY, _FILE), str)
