"""Other sites get nothing, and no name of theirs is looked at; the page's own pictures and videos come as before."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

import pytest

from glance.app.host import StandaloneHost
from glance.app.projects import safe_path
from glance.app.request_origin import KEY, is_page
from glance.app.routes import attach
from glance.app.service import StudioService
from glance.errors import ProjectError
from glance.system.names import check_target, own_entries, safe_relative
from tests.support.asgi_client import ask

_OURS = {"X-Glance": "1"}
_CHROME = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140", "Host": "127.0.0.1:7860"}
_LAN = _CHROME | {"Host": "192.168.1.5:7860"}


@pytest.fixture
def app(tmp_path: Path) -> Any:
    from starlette.applications import Starlette

    app = Starlette()
    attach(app, StudioService(StandaloneHost(tmp_path)))
    return app


@pytest.fixture
def identity(app: Any) -> str:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(b"\0\1" * 2205)
    answer = ask(app, "POST", "/glance/v1/projects?name=song.wav", body=sound.getvalue(), headers=_OURS)
    found: str = answer.json()["id"]
    return found


REFUSED_NAMES = [
    "//host.example/share/x",
    "/etc/passwd",
    "\\\\host\\share\\x",
    "\\\\?\\C:\\x",
    "C:x",
    "C:/x",
    "..",
    "a/../../x",
    "./x",
    "a//b",
    "",
    "song.mp3:x",
    "song.mp3::$DATA",
    "song.mp3.",
    "song.mp3 ",
    "pictures./x.png",
    "CON",
    "nul.mp4",
    "aux.tar.gz",
    "pictures/com1.png",
    "LPT9",
    "com¹.txt",
    "con .txt",
    "conin$",
    "what?.png",
    "a|b",
    'a"b',
    "a<b",
    "a*b",
    "a\0b",
    "a\nb",
    "x" * 256,
    "김" * 90,
]


@pytest.fixture
def untouchable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The disk, which must not be asked about a refused name; returns the names that were."""
    touched: list[str] = []
    for name in ("stat", "lstat", "readlink", "scandir", "open"):
        real = getattr(os, name)

        def noting(path: Any, *arguments: Any, real: Any = real, **options: Any) -> Any:
            touched.append(str(path))
            return real(path, *arguments, **options)

        monkeypatch.setattr(os, name, noting)
    for name in ("resolve", "exists", "stat", "is_file"):
        real = getattr(Path, name)

        def watched(self: Path, *arguments: Any, real: Any = real, **options: Any) -> Any:
            touched.append(str(self))
            return real(self, *arguments, **options)

        monkeypatch.setattr(Path, name, watched)
    return touched


@pytest.mark.parametrize("name", REFUSED_NAMES)
def test_a_name_that_is_none_everywhere_is_refused_before_any_disk_is_asked(
    name: str, tmp_path: Path, untouchable: list[str]
) -> None:
    with pytest.raises(ProjectError):
        safe_relative(name)
    if name:
        with pytest.raises(ProjectError):
            safe_path(tmp_path, name, "song.path")
    assert untouchable == []


@pytest.mark.parametrize(
    "name",
    [
        "song.mp3",
        "pictures/a-1.png",
        "노래 방.wav",
        "...and you.mp3",
        "console.wav",
        "com10.png",
        "é.png",
        "stems/",
        "a.b",
    ],
)
def test_a_name_that_every_system_takes_is_taken(name: str) -> None:
    assert safe_relative(name) == name.removesuffix("/")


@pytest.mark.parametrize("path", ["//host.example/share/x", "C:/x", "%5C%5Chost%5Cshare%5Cx", "javascript/../../x"])
@pytest.mark.parametrize("route", ["/glance/static/", "/glance/v1/projects/{}/files/"])
def test_an_address_that_leads_elsewhere_is_answered_without_looking_there(
    app: Any, identity: str, path: str, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = Path.resolve

    def resolve(self: Path, strict: bool = False) -> Path:
        looked.append(str(self))
        return real(self, strict)

    monkeypatch.setattr(Path, "resolve", resolve)
    assert ask(app, "GET", route.format(identity) + path, headers=_OURS).status == 400
    assert looked == []


@pytest.mark.parametrize("field", ["song.path", "look.start_image", "look.mask", "guide", "song.stems", "song.lyrics"])
def test_a_posted_projects_paths_are_judged_before_any_disk_is_asked(
    app: Any, identity: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    song, look = {"path": "song.wav"}, {}
    bad = "//host.example/share/x"
    if field == "guide":
        look = {"guides": [{"at": "0", "picture": bad}]}
    elif field.startswith("song"):
        song[field.partition(".")[2]] = bad
    else:
        look = {field.partition(".")[2]: bad}
    looked: list[str] = []
    real = Path.resolve
    monkeypatch.setattr(Path, "resolve", lambda self, strict=False: (looked.append(str(self)), real(self, strict))[1])
    answer = ask(
        app,
        "POST",
        f"/glance/v1/projects/{identity}/save",
        data={"project": {"song": song, "look": look}},
        headers=_OURS,
    )
    assert answer.status == 400
    assert not [path for path in looked if "host.example" in path]


FILES = ("song", "project.glance.json", "files/song.wav", "takes/1/video", "pictures/1/0.jpg", "analysis")
FOREIGN = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"},
    "another port": {"Sec-Fetch-Site": "same-site"},
    "a site that hides, but the browser tells": {"Sec-Fetch-Site": "cross-site"},
    "an origin, in an older browser": {"Origin": "https://evil.example"},
    "no origin, as of a page in a frame": {"Origin": "null"},
    "a referer": {"Referer": "http://evil.example/page"},
    "our name as somebody's user": {"Referer": "http://127.0.0.1:7860@evil.example/"},
    "our name as a subdomain": {"Referer": "http://127.0.0.1:7860.evil.example/"},
    "another port of this machine": {"Referer": "http://127.0.0.1:8080/"},
    "a wrong key": {"Sec-Fetch-Site": "cross-site", "query": "?key=abc"},
}


@pytest.mark.parametrize("who", FOREIGN)
@pytest.mark.parametrize("file", FILES)
def test_another_sites_page_gets_no_file(app: Any, identity: str, who: str, file: str) -> None:
    headers = _CHROME | FOREIGN[who]
    answer = ask(app, "GET", f"/glance/v1/projects/{identity}/{file}{headers.pop('query', '')}", headers=headers)
    assert answer.status == 403
    assert ask(app, "GET", "/glance/static/style.css", headers=_CHROME | FOREIGN["another site"]).status == 403


OWN = {
    "the page's script": _OURS,
    "a picture or video, on this machine or over https": _CHROME | {"Sec-Fetch-Site": "same-origin"},
    "an address that was typed": _CHROME | {"Sec-Fetch-Site": "none"},
    "a picture in a network": _LAN | {"Referer": "http://192.168.1.5:7860/"},
    "behind a proxy of another name": _LAN | {"X-Forwarded-Host": "studio.lan", "Referer": "http://studio.lan/x"},
    "a link that was opened in a network": _LAN | {"Upgrade-Insecure-Requests": "1"},
    "a program": {"User-Agent": "curl/8"},
}


@pytest.mark.parametrize("who", OWN)
def test_the_pages_own_requests_and_programs_are_served(app: Any, identity: str, who: str) -> None:
    assert ask(app, "GET", f"/glance/v1/projects/{identity}/song", headers=OWN[who]).status == 200


def test_a_page_that_hides_where_it_comes_from_needs_the_key_that_only_its_script_is_told(
    app: Any, identity: str
) -> None:
    # A1111 and Forge have `<meta name="referrer" content="no-referrer">`; over plain http nothing else tells.
    song = f"/glance/v1/projects/{identity}/song"
    assert ask(app, "GET", song, headers=_LAN).status == 403
    key = ask(app, "GET", "/glance/v1/welcome", headers=_LAN | _OURS).headers["x-glance-key"]
    assert ask(app, "GET", f"{song}?key={key}", headers=_LAN).status == 200
    assert "x-glance-key" not in ask(app, "GET", "/glance/v1/welcome").headers
    assert ask(app, "GET", f"{song}?key=%ED%95%9C", headers=_LAN).status == 403
    assert ask(app, "GET", "/glance/static/style.css", headers=_LAN).status == 200


def test_the_key_is_as_good_as_the_header() -> None:
    assert is_page({"sec-fetch-site": "same-site"}, KEY)
    assert not is_page({"sec-fetch-site": "same-site"}, "")


@pytest.mark.parametrize("name", ["CON.mp4", "nul.mp4", "aux.x.mp4", "com1.mp4", "a.mp4.", "a\tb.mp4"])
def test_a_target_that_no_other_computer_takes_is_refused_everywhere(name: str) -> None:
    for windows in (False, True):
        with pytest.raises(ProjectError, match="-o: "):
            check_target("-o", Path("takes") / name, windows=windows)


@pytest.mark.parametrize("name", ["a:b.mp4", 'x"y.mp4', "pipe|.mp4", "what?.mp4", "a<b.mp4", "a*.mp4"])
def test_on_windows_a_target_with_one_of_its_signs_is_refused_by_that_sign(name: str) -> None:
    with pytest.raises(ProjectError, match="does not take the sign"):
        check_target("-o", Path(name), windows=True)
    check_target("-o", Path(name), windows=False)


@pytest.mark.parametrize(
    "name", ["C:rel.mp4", "C:\\videos\\비디오 1.mp4", "\\\\?\\C:\\t\\x.mp4", "..\\x.mp4", "D:\\a b\\é.mp4"]
)
def test_windows_own_forms_of_paths_are_no_signs(name: str) -> None:
    check_target("-o", PureWindowsPath(name), windows=True)


def test_what_systems_put_into_folders_is_not_the_persons_own(tmp_path: Path) -> None:
    for name in ("b.json", "._b.json", ".DS_Store", "Thumbs.db", "desktop.ini", "a.json"):
        (tmp_path / name).touch()
    assert [PurePath(path).name for path in own_entries(tmp_path)] == ["a.json", "b.json"]
