"""What GLANCE adds to a WebUI's own tabs, on the gradio that is installed here."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser, expect

from tests.ui.conftest import PATIENCE_MS, running

#: A field's value is set as the page's JavaScript does it.
_PUT = """([id, value]) => {
  const field = document.querySelector(`#${id} textarea`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def test_img2imgs_fields_are_read_and_a_frame_arrives(browser: Browser) -> None:
    with running("tests.ui.serve_hooks") as address:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        expect(page.locator("#glance_from_img2img")).to_be_visible(timeout=PATIENCE_MS)
        page.get_by_label("Prompt", exact=True).fill("ink")
        page.get_by_label("ADetailer").check()
        page.get_by_label("ADetailer").blur()
        page.locator("#glance_read_img2img").click()
        says = page.locator("#glance_img2img_says textarea")
        expect(says).not_to_have_value("", timeout=PATIENCE_MS)
        said: dict[str, Any] = json.loads(says.input_value())
        assert said["fields"] == {"prompt": "ink", "denoising": 0.75}
        assert said["options"] == {"sd_model_checkpoint": "day.safetensors"}
        assert said["scripts"] == {"ADetailer": [True]}
        page.evaluate(_PUT, ["glance_sent_picture", "data:image/png;base64,AAAA"])
        page.evaluate(_PUT, ["glance_sent_text", "a fox"])
        page.wait_for_timeout(300)
        page.locator("#glance_send").click()
        arrived = page.get_by_label("Arrived")
        expect(arrived).to_have_value("data:image/png;base64,AAAA a fox", timeout=PATIENCE_MS)
        page.close()
