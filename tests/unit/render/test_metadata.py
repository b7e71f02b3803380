"""What a frame says of itself is what was asked for, and can be read back, by us and by a WebUI."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glance.painter.backend import PainterBackend
from glance.project.plan import PaintSpec
from glance.render.backend import FrameRequest, fingerprint
from glance.render.metadata import PictureSettings, frame_text, read_settings_text, settings_text
from glance.webui.backend import WebuiBackend
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings
from tests.support.host_sources import HOSTS
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of
from tests.support.standin_webui import StandIn, install

NAMES = st.sampled_from(["Sampler", "Model", "VAE", "Clip skip", "Schedule type"])
WORDS = st.text('ab ,:"\\\\()', min_size=1, max_size=12).filter(lambda text: text.strip() == text)


@given(prompt=st.text("abc ,:()", max_size=30), fields=st.dictionaries(NAMES, WORDS))
def test_settings_are_read_back_as_they_were_written(prompt: str, fields: dict[str, str]) -> None:
    settings = PictureSettings(prompt.strip(), "blurry", {"Steps": "20", **fields})
    assert read_settings_text(settings_text(settings)) == settings


@pytest.mark.parametrize("steps", [4, 20, 25])
@pytest.mark.parametrize("host", sorted(HOSTS))
def test_a_frames_text_says_what_the_webui_was_sent(steps: int, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    webui = install(StandIn(host=host), monkeypatch.setitem)
    turn = QueueSlot(lambda: False)
    scheduler = "" if host == "Forge Classic" else "Karras"  # which has none
    spec = frame_spec(steps=steps, sampler="Euler a", scheduler=scheduler, subseed=3, subseed_strength=0.25)
    request = FrameRequest(SMALL, spec, photograph(SMALL), attempt=1)
    with turn.hold(lambda: False), closing(WebuiBackend(turn, Settings())) as backend:
        backend.generate(request)
        text = frame_text(plan_of(spec), spec, backend.settings(request), fingerprint(plan_of(spec), backend))
    sent, said = webui.calls[-1], read_settings_text(text["parameters"])
    assert (said.prompt, said.negative) == (sent.prompt, sent.negative_prompt)
    assert float(said.fields["Denoising strength"]) == pytest.approx(sent.denoising_strength, abs=1e-6)
    names = ("Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Clip skip")
    told = {name: said.fields.get(name, "") for name in names}
    assert told == {
        "Steps": str(sent.steps),
        "Sampler": sent.sampler_name,
        "Schedule type": scheduler,
        "CFG scale": "7",
        "Seed": str(sent.seed),
        "Clip skip": "1",
    }
    assert (said.fields["Variation seed"], said.fields["Variation seed strength"]) == (str(sent.subseed), "0.25")
    assert said.fields["Model"] == "tiny"
    assert said.fields["Size"] == "96x64"


def test_what_only_the_painter_knows_stays_out_of_a_webuis_run(monkeypatch: pytest.MonkeyPatch) -> None:
    install(StandIn(), monkeypatch.setitem)
    plan = plan_of(frame_spec())
    repainted = plan_of(replace(frame_spec(), paint=PaintSpec(((3, 1.0),), 9, ("#ff0000",)), style="ink", picture="x"))
    turn = QueueSlot(lambda: False)
    with turn.hold(lambda: False), closing(WebuiBackend(turn, Settings())) as backend:
        assert fingerprint(plan, backend) == fingerprint(repainted, backend)
        assert fingerprint(plan, backend) != fingerprint(plan_of(frame_spec(seed=2)), backend)
    with closing(PainterBackend(threads=1)) as painter:
        assert fingerprint(plan, painter) != fingerprint(repainted, painter)
        assert fingerprint(plan, painter) == fingerprint(plan_of(frame_spec(style="ink")), painter)
