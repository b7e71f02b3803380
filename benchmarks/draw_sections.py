"""A picture of what GLANCE hears in songs: self-distance of the bars, with sections, labels and roles.

Usage: python -m benchmarks.draw_sections OUT.png SONG [SONG ...] [--plain]

Dark is alike. A stripe beside the diagonal is a passage that comes back. Lines are section boundaries, letters their
labels; `--plain` leaves both away, for whoever writes labels down by hand before looking.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from glance.audio.beats import track
from glance.audio.decode import SAMPLE_RATE, decode
from glance.audio.onsets import fine_energy, log_level, spectral_flux
from glance.audio.recurrence import bar_distances
from glance.audio.sections import bar_lines, find_sections
from glance.audio.spectrum import analyse_spectrum


def draw(axis: object, song: Path, plain: bool) -> None:
    """Draw one song."""
    signal = decode(song)
    spectrum, fine = analyse_spectrum(signal, SAMPLE_RATE), fine_energy(signal, SAMPLE_RATE)
    duration_s, flux = signal.size / SAMPLE_RATE, spectral_flux(spectrum)
    tracked = track(spectrum, flux, fine)
    marks = bar_lines(tracked.downbeats_s, duration_s, flux)
    distances = bar_distances(log_level(spectrum, flux.active), spectrum, flux, marks)
    axis.pcolormesh(marks, marks, distances, cmap="magma", vmin=0.0, vmax=1.4, rasterized=True)
    axis.set_aspect("equal")
    axis.invert_yaxis()
    axis.set_title(song.stem, fontsize=9)
    axis.tick_params(labelsize=6)
    axis.set_xticks(np.arange(0, duration_s, 20 if duration_s < 260 else 40))
    if plain:
        axis.grid(color="w", alpha=0.25, linewidth=0.4)
        axis.set_yticks(np.arange(0, duration_s, 10))
        return
    for section in find_sections(spectrum, flux, tracked.downbeats_s, duration_s):
        for line in (axis.axvline, axis.axhline):
            line(section.start_s, color="cyan", linewidth=0.6)
        middle = (section.start_s + section.end_s) / 2
        axis.text(middle, -0.01 * duration_s, section.label, fontsize=6, ha="center", va="bottom", color="0.25")
        axis.text(middle, middle, section.role, fontsize=5, ha="center", va="center", color="w", rotation=-45)
    axis.set_title(song.stem, fontsize=9, pad=12)


def main() -> None:
    """Draw the songs of the command line."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    given = [argument for argument in sys.argv[1:] if argument != "--plain"]
    out, songs = Path(given[0]), [Path(song) for song in given[1:]]
    columns = min(3, len(songs))
    rows = -(-len(songs) // columns)
    figure, axes = pyplot.subplots(rows, columns, figsize=(4.4 * columns, 4.6 * rows), squeeze=False)
    for axis, song in zip(axes.flat, songs, strict=False):
        draw(axis, song, plain="--plain" in sys.argv)
    for axis in axes.flat[len(songs) :]:
        axis.axis("off")
    figure.tight_layout()
    figure.savefig(out, dpi=80)


if __name__ == "__main__":
    main()
