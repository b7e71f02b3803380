"""GLANCE's place in the WebUI's queue."""

import threading
import time

import pytest

from glance.webui import queue as turn
from glance.webui.options import OptionsSnapshot
from glance.webui.queue import QueueSlot
from tests.support.standin_webui import Options, StandIn, install


@pytest.fixture
def webui(monkeypatch) -> StandIn:
    return install(StandIn({"sd_model_checkpoint": "tiny.safetensors"}), monkeypatch.setitem)


def never() -> bool:
    return False


def another_job(webui: StandIn, seen: list[str]) -> threading.Thread:
    """Start a picture from another tab, which waits for the lock as the WebUI's own do."""
    pending = webui.modules["modules.progress"].pending_tasks
    lock = webui.modules["modules.call_queue"].queue_lock
    pending["task(other)"] = time.time()

    def work() -> None:
        with lock:
            pending.pop("task(other)")
            webui.state.begin(job="other")
            seen.append(str(webui.options.data["sd_model_checkpoint"]))
            webui.state.end()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_queues_lock_is_held_for_the_turn_and_free_after_it(webui):
    lock = webui.modules["modules.call_queue"].queue_lock
    with QueueSlot(never).hold(never):
        assert not lock.acquire(blocking=False)
    assert lock.acquire(blocking=False)
    lock.release()


def test_the_lock_is_free_after_an_error(webui):
    with pytest.raises(ValueError, match="broken"), QueueSlot(never).hold(never):
        raise ValueError("broken")
    assert not webui.modules["modules.call_queue"].queue_lock.locked()
    assert webui.state.job == ""


def test_progress_is_shown_in_the_hosts_own_display(webui):
    turn = QueueSlot(never)
    with turn.hold(never):
        turn.show("frame 12 of 480, 0:01.0", 12, 480)
        assert (webui.state.job_no, webui.state.job_count) == (12, 480)
        assert webui.state.textinfo == "frame 12 of 480, 0:01.0"
    assert webui.state.textinfo is None
    assert webui.state.job_count == 0


def test_progress_outside_the_turn_does_not_touch_somebody_elses_display(webui):
    webui.state.begin(job="other")
    QueueSlot(never).show("frame 1 of 2", 1, 2)
    assert webui.state.textinfo is None


def test_a_waiting_picture_is_let_in_between_two_frames_with_its_own_model(webui):
    turn, seen = QueueSlot(lambda: True), []
    with turn.hold(never):
        turn.lend_models("sd_model_checkpoint")
        webui.options.data["sd_model_checkpoint"] = "other.safetensors"
        thread = another_job(webui, seen)
        turn.between_frames()
        thread.join(timeout=5)
        assert seen == ["tiny.safetensors"]
        assert webui.state.job == "GLANCE"


def test_a_waiting_picture_waits_for_the_end_when_the_gpu_is_not_shared(webui):
    turn, seen = QueueSlot(never), []
    with turn.hold(never):
        thread = another_job(webui, seen)
        turn.between_frames()
        assert seen == []
    thread.join(timeout=5)
    assert seen == ["tiny.safetensors"]


def test_progress_goes_on_where_it_was_after_giving_way(webui):
    turn = QueueSlot(lambda: True)
    with turn.hold(never):
        turn.show("frame 7 of 9", 7, 9)
        thread = another_job(webui, [])
        turn.between_frames()
        thread.join(timeout=5)
        assert (webui.state.job_no, webui.state.job_count) == (7, 9)


def test_nobody_waiting_costs_no_new_beginning(webui):
    turn = QueueSlot(lambda: True)
    with turn.hold(never):
        turn.between_frames()
        turn.between_frames()
    assert webui.state.begun == ["GLANCE"]


@pytest.mark.parametrize("flag", ["interrupted", "stopping_generation"])
def test_both_of_the_hosts_interrupt_buttons_are_noticed_and_cleared(webui, flag):
    turn = QueueSlot(never)
    with turn.hold(never):
        assert not turn.interrupted()
        setattr(webui.state, flag, True)
        assert turn.interrupted()
    assert not getattr(webui.state, flag)


@pytest.mark.parametrize("flag", ["interrupted", "stopping_generation"])
def test_an_interrupt_is_not_lost_to_a_picture_that_waits(webui, flag):
    turn, seen = QueueSlot(lambda: True), []
    with turn.hold(never):
        thread = another_job(webui, seen)
        setattr(webui.state, flag, True)
        turn.between_frames()
        assert turn.interrupted()
        assert seen == []
    thread.join(timeout=5)
    assert seen == ["tiny.safetensors"]


def test_somebody_elses_interrupt_is_not_ours(webui):
    webui.state.interrupted = True
    assert not QueueSlot(never).interrupted()


def test_a_wish_to_stop_does_not_interrupt_a_picture_that_was_let_in(webui):
    interrupted_others = []
    wish = threading.Event()
    lock = webui.modules["modules.call_queue"].queue_lock
    pending = webui.modules["modules.progress"].pending_tasks
    pending["task(other)"] = time.time()

    def work() -> None:
        with lock:
            pending.pop("task(other)")
            webui.state.begin(job="other")
            wish.set()
            time.sleep(0.4)
            interrupted_others.append(webui.state.interrupted)
            webui.state.end()

    turn = QueueSlot(lambda: True)
    thread = threading.Thread(target=work)
    with turn.hold(wish.is_set):
        thread.start()
        turn.between_frames()
        thread.join(timeout=5)
    assert interrupted_others == [False]


def test_a_setting_that_was_never_set_is_unset_again():
    options = Options({"sd_vae": "Automatic"}, {})
    loan = OptionsSnapshot(options)
    loan.remember("sd_vae", "CLIP_stop_at_last_layers")
    options.data.update(sd_vae="sharp.pt", CLIP_stop_at_last_layers=2)
    loan.give_back()
    assert options.data == {"sd_vae": "Automatic"}


def test_a_setting_is_remembered_as_it_was_the_first_time():
    options = Options({"sd_vae": "Automatic"}, {})
    loan = OptionsSnapshot(options)
    for value in ("one.pt", "two.pt"):
        loan.remember("sd_vae")
        options.data["sd_vae"] = value
    loan.give_back()
    assert options.data["sd_vae"] == "Automatic"


def test_a_note_of_the_last_picture_that_is_held_ends_no_video(webui, monkeypatch, tmp_path):
    path = tmp_path / "params.txt"
    monkeypatch.setattr(turn, "params_file", lambda: path)
    path.write_bytes(b"my last picture")

    def held(self):
        raise PermissionError(13, "Access is denied")

    with monkeypatch.context() as scanner:
        scanner.setattr(type(path), "read_bytes", held)
        with QueueSlot(never).hold(never):
            pass
    assert path.read_bytes() == b"my last picture"
