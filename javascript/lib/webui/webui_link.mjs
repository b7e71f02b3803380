// The WebUI around the page, where there is one: the pictures in its galleries, img2img's fields, its tabs. Every id here
// is the WebUI's own, or was put there by glance/webui/img2img_link.py.

import { Refusal } from "../core/api.mjs";
import { t } from "../core/i18n.mjs";

const READ = "glance_read_img2img";
const SAYS = "glance_img2img_says";
const SEND = "glance_send";
const FROM = /^glance_from_(txt2img|img2img)$/;
const PATIENCE_MS = 20_000;

/** @param {string} id */
const field = (id) =>
  /** @type {Input | null} */ (document.getElementById(id)?.querySelector("textarea, input") ?? null);
/** @param {number} wait */
const pause = (wait) => new Promise((resolve) => setTimeout(resolve, wait));

export const canRead = () => Boolean(field(SAYS));
export const canSend = () => Boolean(document.getElementById(SEND));

/**
 * Call `taken(file, tab)` when somebody sends a picture from a gallery; `file` is null where there is none.
 * @param {(file: File | null, tab: string) => void} taken
 */
export function listenToGalleries(taken) {
  document.addEventListener("click", async (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const [, tab] = FROM.exec(target?.closest("button")?.id ?? "") ?? [];
    if (tab) taken(await chosenPicture(tab), tab);
  });
}

/**
 * Return the picture that is chosen in a tab's gallery, else its first one, as a file; null where there is none.
 * @param {string} tab
 */
async function chosenPicture(tab) {
  const gallery = document.getElementById(`${tab}_gallery`);
  /** @type {HTMLImageElement | null | undefined} */
  const picture =
    gallery?.querySelector(".thumbnail-item.selected img") ??
    gallery?.querySelector(".preview img:not(.thumbnail-item img)") ??
    gallery?.querySelector(".thumbnail-item img, .grid-wrap img");
  if (!picture) return null;
  const blob = await (await fetch(picture.src)).blob();
  const ending = blob.type.split("/")[1] ?? "png";
  return new File([blob], `from-${tab}.${ending}`, { type: blob.type });
}

/** Bring GLANCE's tab to the front. */
export function showOwnTab() {
  /** @type {NodeListOf<HTMLButtonElement>} */
  const tabs = document.querySelectorAll("#tabs > div:first-child button");
  [...tabs].find((tab) => tab.textContent.trim() === "GLANCE")?.click();
}

/** Return what img2img's fields say now. */
export async function readImg2img() {
  const says = field(SAYS);
  const before = says?.value;
  document.getElementById(READ)?.click();
  for (let waited = 0; waited < PATIENCE_MS; waited += 100) {
    await pause(100);
    if (says && says.value !== before) return JSON.parse(says.value);
  }
  throw new Refusal(t("img2img does not answer. Take over the last picture’s settings instead."), 0);
}

/**
 * Give a picture (a data URL) and its text to img2img, and go there.
 * @param {{picture: string, text: string}} options
 */
export async function sendToImg2img({ picture, text }) {
  put("glance_sent_picture", picture);
  put("glance_sent_text", text);
  // The WebUI's page takes a moment to notice what its fields hold.
  await pause(300);
  document.getElementById(SEND)?.click();
}

/**
 * @param {string} id
 * @param {string} value
 */
function put(id, value) {
  const input = field(id);
  if (!input) return;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
