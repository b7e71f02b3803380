"""docs/schedules.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from glance.effects.registry import PARAMETERS
from glance.errors import ScheduleError
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.expression import FUNCTIONS
from glance.schedule.hints import NAMES
from glance.schedule.parse import parse_schedule
from glance.schedule.reference import renewed
from glance.schedule.signals import Signals
from tests.support.schedule_songs import signals

DOCUMENT = (Path(__file__).parents[3] / "docs" / "schedules.md").read_text(encoding="utf-8")
EFFECTS = (Path(__file__).parents[3] / "docs" / "effects.md").read_text(encoding="utf-8")
EXAMPLES = [
    line for block in re.findall(r"```schedule\n(.*?)```", DOCUMENT, re.DOTALL) for line in block.strip().splitlines()
]


def test_the_documents_tables_are_the_codes() -> None:
    assert renewed(DOCUMENT) == DOCUMENT
    assert renewed(EFFECTS) == EFFECTS


def test_every_channel_name_and_function_is_documented() -> None:
    for name in (*CHANNELS, *NAMES):
        assert f"| `{name}` |" in (EFFECTS if name in PARAMETERS else DOCUMENT)
    for name, function in FUNCTIONS.items():
        assert f"`{function.usage}`" in DOCUMENT or f"`{name}`" in DOCUMENT


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_in_the_document_works(example: str) -> None:
    channel, _, text = example.rpartition(" = ")
    song = signals(240)
    heard = {name: np.linspace(0, 1, 240) for name in ("low", "kick", "snare", "rms")}
    found = evaluate(parse_schedule(text, channel), Signals(240, song.fps, 1, song.grid, heard))
    assert found.shape == (240,)


def test_the_mistake_in_the_document_is_worded_as_it_is_there() -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule("0:(1), 20:(sni(t))", "strength")
    assert str(caught.value) in DOCUMENT
