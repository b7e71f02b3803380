"""The network in torch, for training; `glance.audio.network` is the same in numpy."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from glance.audio.network import DILATIONS, TEMPI_BPM, TEMPO_FRAMES

WIDTH, RISES = 32, 16


class Block(nn.Module):
    """A gated dilated convolution with a skip connection."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.wide = nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=dilation, dilation=dilation)
        self.narrow = nn.Conv1d(WIDTH, WIDTH, 1)
        self.norm = nn.BatchNorm1d(WIDTH)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what goes on to the next block, and the skip."""
        value, gate = self.wide(x).chunk(2, dim=1)
        skip = self.narrow(torch.tanh(value) * torch.sigmoid(gate))
        return self.norm(x + skip), skip


class BeatNetwork(nn.Module):
    """Levels (batch, 64, 2 t) -> log-odds of beat and downbeat (batch, t) each, tempo logits (batch, 44, t)."""

    def __init__(self) -> None:
        super().__init__()
        self.front = nn.Conv1d(64, WIDTH, 6, stride=2, padding=2)
        self.rise = nn.Conv1d(64, RISES, 5, stride=2, padding=2)
        self.join = nn.Conv1d(WIDTH + RISES, WIDTH, 1)
        self.norm = nn.BatchNorm1d(WIDTH)
        self.blocks = nn.ModuleList(Block(dilation) for dilation in DILATIONS)
        self.events = nn.Conv1d(WIDTH, 2, 1)
        self.tempo = nn.Conv1d(WIDTH, len(TEMPI_BPM), 1)
        self.drop = nn.Dropout1d(0.1)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return beat, downbeat and tempo."""
        rising = nn.functional.pad(torch.relu(x[:, :, 2:] - x[:, :, :-2]), (1, 1))
        joined = self.join(torch.cat([torch.relu(self.front(x)), torch.relu(self.rise(rising))], 1))
        hidden = self.drop(torch.relu(self.norm(joined)))
        total = torch.zeros_like(hidden)
        for block in self.blocks:
            hidden, skip = block(hidden)
            total = total + skip
        total = nn.functional.elu(total)
        events = self.events(total)
        half = TEMPO_FRAMES // 2
        slow = nn.functional.avg_pool1d(total, TEMPO_FRAMES, stride=1, padding=half, count_include_pad=False)
        return events[:, 0], events[:, 1], self.tempo(slow)


def as_arrays(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """Return a trained network's weights as `glance.audio.network` wants them, normalizations folded in."""
    given = {name: value.detach().numpy().astype(np.float64) for name, value in state.items()}

    def flat(name: str) -> np.ndarray:
        """A kernel (out, in, taps) as (taps * in, out)."""
        kernel = given[name]
        return kernel.transpose(2, 1, 0).reshape(-1, kernel.shape[0])

    def norm(name: str) -> tuple[np.ndarray, np.ndarray]:
        scale = given[f"{name}.weight"] / np.sqrt(given[f"{name}.running_var"] + 1e-5)
        return scale, given[f"{name}.bias"] - given[f"{name}.running_mean"] * scale

    scale, shift = norm("norm")
    arrays = {
        "front": flat("front.weight"), "front_bias": given["front.bias"],
        "rise": flat("rise.weight"), "rise_bias": given["rise.bias"],
        "join": flat("join.weight") * scale, "join_bias": given["join.bias"] * scale + shift,
        "events": flat("events.weight"), "events_bias": given["events.bias"],
        "tempo": flat("tempo.weight"), "tempo_bias": given["tempo.bias"],
    }  # fmt: skip
    for number in range(len(DILATIONS)):
        block = f"blocks.{number}"
        for part in ("wide", "narrow"):
            arrays[f"{part}{number}"] = flat(f"{block}.{part}.weight")
            arrays[f"{part}_bias{number}"] = given[f"{block}.{part}.bias"]
        arrays[f"scale{number}"], arrays[f"shift{number}"] = norm(f"{block}.norm")
    return {name: value.astype(np.float32) for name, value in arrays.items()}
