"""A real browser on another site's page gets no picture and no file; on GLANCE's own page it gets them all."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.ui.conftest import Studio

_PICTURE = "/glance/v1/styles/watercolour.webp"
#: Resolves to the picture's width, or to 0 where the browser was refused.
_WIDTH = """address => new Promise(done => {
    const picture = new Image();
    picture.onload = () => done(picture.naturalWidth);
    picture.onerror = () => done(0);
    picture.src = address;
})"""


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    """Another site: another port of the same machine, which to a browser is another site's neighbor at best."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            if "hidden" in self.path:
                self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(b"<html><body>hello</body></html>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f":{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("where", ["http://localhost", "http://127.0.0.1"])
@pytest.mark.parametrize("page", ["", "hidden"])
def test_another_sites_page_sees_nothing_of_this_machine(
    browser: Browser, studio: Studio, stranger: str, where: str, page: str
) -> None:
    with browser.new_page() as visit:
        visit.goto(f"{where}{stranger}{page}")
        assert visit.evaluate(_WIDTH, studio.url + _PICTURE) == 0
        visit.goto(studio.url)
        assert visit.evaluate(_WIDTH, _PICTURE) > 0
