"""`make hosts`: a checkout is read, started, tried and ended; one that is none is refused."""

from __future__ import annotations

from pathlib import Path

from tests.host import try_host
from tests.host.read_host import read_host


def checkout(root: Path, *, without: str = "") -> Path:
    """Make a WebUI's folder with the names that are needed, and nothing behind them."""
    for module in try_host._NEEDED:
        path = root.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        names = [name for name in try_host.ASKED_FOR[module].split() if name != without]
        path.write_text("".join(f"{name} = None\n" for name in names))
    (root / "modules" / "shared_options.py").write_text('options = {"return_mask": OptionInfo(False, "x").info("y")}\n')
    (root / "launch.py").write_text("import sys; print('started', *sys.argv[1:]); sys.exit(3)\n")
    return root


def test_a_name_that_has_moved_is_told(tmp_path):
    assert try_host.lacking(checkout(tmp_path)) == []
    assert try_host.lacking(checkout(tmp_path, without="process_images")) == ["modules.processing.process_images"]


def test_settings_are_read_with_their_defaults(tmp_path):
    assert read_host(checkout(tmp_path))["options"] == {"return_mask": False}


def test_a_host_that_does_not_start_is_told_of_and_not_tried(tmp_path, capfd, monkeypatch):
    monkeypatch.setenv("HOST_ARGS", "--always-cpu")
    assert try_host.main(str(checkout(tmp_path))) == 1
    out, err = capfd.readouterr()
    assert "started --api --port" in out
    assert "--always-cpu" in out
    assert "did not start" in err


def test_another_folder_is_refused(tmp_path, capsys):
    assert try_host.main(str(tmp_path)) == 2
    assert "no launch.py" in capsys.readouterr().err
