// Puts `<lora:name:1>` into a prompt. One list of names serves all pickers of the page.

import { h } from "../core/dom.mjs";
import { t } from "../core/i18n.mjs";

const LIST = "glance-loras";

/**
 * Return the list that all pickers look into; it has to be in the page once.
 * @param {Lora[]} loras
 */
export function loraList(loras) {
  return h(
    "datalist",
    { id: LIST },
    loras.map(({ name, alias }) => h("option", { value: name, text: alias })),
  );
}

/**
 * Return a field in which a LoRA is looked for by name; choosing one puts it where the cursor was in `target`.
 * @param {Lora[]} loras
 * @param {HTMLTextAreaElement} target
 */
export function loraPicker(loras, target) {
  const names = new Set(loras.map(({ name }) => name));
  const input = h("input.lora", {
    list: LIST,
    autocomplete: "off",
    placeholder: t("Add a LoRA …"),
    "aria-label": t("Add a LoRA …"),
    title: t("A small network of the WebUI; its number says how strongly it works, 1 is full"),
    oninput: () => {
      if (!names.has(input.value)) return;
      insert(target, `<lora:${input.value}:1>`);
      input.value = "";
    },
  });
  return input;
}

/**
 * @param {HTMLTextAreaElement} target
 * @param {string} tag
 */
function insert(target, tag) {
  const [start, end] = [target.selectionStart ?? target.value.length, target.selectionEnd ?? target.value.length];
  const before = target.value.slice(0, start);
  const gap = before && !/\s$/.test(before) ? " " : "";
  target.setRangeText(`${gap}${tag}`, start, end, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
  target.dispatchEvent(new Event("change", { bubbles: true }));
}
