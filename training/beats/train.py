"""Train the beat network on songs made of stamps.

Usage: python -m training.beats.train STAMPS.npz OUT.npz [--minutes 12] [--seed 1] [--steps N]

One thread; `--minutes` are CPU minutes, the making of songs included. Prints the losses every 50 steps, those of songs
that it never learns from behind the bar. OUT.npz holds the mean of the last steps' weights and is rewritten on the way;
`python -m training.beats.pack` puts one or several of them into the package.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from glance.audio.network import TEMPI_BPM
from training.beats.bank import Bank
from training.beats.examples import Examples
from training.beats.network import BeatNetwork, as_arrays

RATE, SIZE, AVERAGED = 4e-3, 8, 0.98
#: Weights of the losses of beat, downbeat and tempo; seed of the songs kept apart, and how many.
SHARES, HELD_SEED, HELD = (1.0, 1.0, 0.06), 10_000, 24
State = dict[str, torch.Tensor]


def losses(network: BeatNetwork, batch: list[torch.Tensor]) -> list[torch.Tensor]:
    """Return the losses of beat, downbeat (weighted binary cross entropy) and tempo (nats)."""
    levels, beat, downbeat, tempo = batch
    said = network(levels)
    events = [
        nn.functional.binary_cross_entropy_with_logits(found, wanted, weight=1 + 4 * (wanted > 0.9))
        for found, wanted in zip(said, (beat, downbeat), strict=False)
    ]
    classes = torch.arange(len(TEMPI_BPM))[None, :, None]
    near = torch.exp(-0.5 * ((classes - tempo[:, None, ::50]) / 0.9) ** 2)
    near = near / near.sum(1, keepdim=True)
    return [*events, -(near * torch.log_softmax(said[2][:, :, ::50], 1)).sum(1).mean()]


def step(network: BeatNetwork, optimizer: torch.optim.Optimizer, batch: list[torch.Tensor]) -> list[float]:
    """Learn from a batch, and return its losses."""
    network.train()
    parts = losses(network, batch)
    optimizer.zero_grad()
    sum(share * part for share, part in zip(SHARES, parts, strict=True)).backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return [float(part.detach()) for part in parts]


def follow(average: State, network: BeatNetwork) -> None:
    """Move the running mean of the weights towards the network's."""
    for name, value in network.state_dict().items():
        if value.dtype.is_floating_point:
            average[name].mul_(AVERAGED).add_(value.detach(), alpha=1 - AVERAGED)
        else:
            average[name].copy_(value)


def held_losses(average: State, held: list[torch.Tensor]) -> list[float]:
    """Return the losses of the averaged network on songs kept apart."""
    network = BeatNetwork()
    network.load_state_dict(average)
    network.eval()
    with torch.no_grad():
        return [float(part) for part in losses(network, held)]


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stamps", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=0, help="stop after so many, before the minutes are over")
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    bank = Bank(given.stamps)
    examples, network = Examples(bank, given.seed), BeatNetwork()
    held = [torch.from_numpy(part) for part in Examples(bank, HELD_SEED, again=False).batch(HELD)]
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    print(sum(part.numel() for part in network.parameters()), "parameters", flush=True)
    begin, count, seen = time.process_time(), 0, []
    while (done := (time.process_time() - begin) / 60 / given.minutes) < 1 and not 0 < given.steps <= count:
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (count + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * done)) + 1e-5
        seen.append(step(network, optimizer, [torch.from_numpy(part) for part in examples.batch(SIZE)]))
        follow(average, network)
        count += 1
        if count % 50 == 0:
            learned, kept = np.mean(seen[-50:], axis=0), held_losses(average, held)
            text = " | ".join(" ".join(f"{part:.3f}" for part in parts) for parts in (learned, kept))
            print(f"step {count}, {time.process_time() - begin:.0f} CPU-s: {text}", flush=True)
            np.savez(given.out, **as_arrays(average))
    np.savez(given.out, **as_arrays(average))
    print(f"{count} steps")


if __name__ == "__main__":
    main()
