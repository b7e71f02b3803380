// Form fields with a label, a tooltip and a place for what is wrong with them.

import { h } from "./dom.mjs";
import { setIcon } from "./icons.mjs";
import { t, translateServerMessage } from "./i18n.mjs";

let counter = 0;

/**
 * Return a labelled field: {node, input, problem(text)}. `input` is any form element.
 * @template {Input} I
 * @param {string} label
 * @param {I} input
 * @returns {Field<I>}
 */
export function labelled(label, input, { help = "", hidden = false } = {}) {
  counter += 1;
  input.id = `glance-field-${counter}`;
  const fault = h("p.fault", { role: "alert", hidden: true, id: `${input.id}-fault` });
  const caption = h(hidden ? "label.unseen" : "label", { for: input.id, text: label, title: help || null });
  if (help) input.title = help;
  const node = h("div.field", {}, caption, input, fault);
  /** @param {string | undefined} text */
  const problem = (text) => {
    fault.hidden = !text;
    fault.textContent = text ? translateServerMessage(text) : "";
    input.setAttribute("aria-invalid", text ? "true" : "false");
    if (text) input.setAttribute("aria-describedby", fault.id);
    else input.removeAttribute("aria-describedby");
  };
  return { node, input, problem };
}

/**
 * Return a select element; `options` is [[value, text], ...].
 * @param {string[][]} options
 * @param {(value: string) => void} onchange
 * @param {ElementOptions} attributes
 */
export function select(options, onchange, attributes = {}) {
  /** @type {HTMLSelectElement} */
  const input = h(
    "select",
    { ...attributes, onchange: () => onchange(input.value) },
    options.map(([value, text]) => h("option", { value, text })),
  );
  return input;
}

/**
 * Show a value in a select element; one that is not among its options, as a model with another hash, is found or added.
 * @param {HTMLSelectElement} input
 * @param {string} value
 */
export function showChoice(input, value) {
  /** @param {string} text */
  const bare = (text) => text.replace(/ \[[0-9a-f]{8,}\]$/, "");
  const options = [...input.options];
  const option = options.find((one) => one.value === value) ?? options.find((one) => bare(one.value) === bare(value));
  if (!option) input.append(h("option", { value, text: value }));
  input.value = option?.value ?? value;
}

/**
 * Return a row of buttons of which one is pressed; call `.show(value)` to press one.
 * @param {string} label
 * @param {string[][]} options [[value, text, help], ...]
 * @param {(value: string) => void} onchoose
 * @returns {Choice}
 */
export function choice(label, options, onchoose) {
  const buttons = options.map(([value, text, help]) =>
    h("button.chip", {
      type: "button",
      text,
      title: help || null,
      "aria-pressed": "false",
      dataset: { value },
      onclick: () => onchoose(value),
    }),
  );
  const node = h("div.chips", { role: "group", "aria-label": label }, buttons);
  /** @param {string | undefined} value */
  const show = (value) => {
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.value === value));
  };
  return Object.assign(node, { show });
}

/**
 * Return a button; `kind` is empty, `primary`, `quiet` or `danger`.
 * @param {string} text
 * @param {(event: MouseEvent) => unknown} onclick
 * @returns {HTMLButtonElement}
 */
export function button(text, onclick, { kind = "", help = "", icon = "" } = {}) {
  const name = icon ? { "aria-label": text } : { text };
  const node = h(/** @type {"button"} */ (`button.button${kind ? `.${kind}` : ""}${icon ? ".icon" : ""}`), {
    type: "button",
    title: help || (icon ? text : null),
    onclick,
    ...name,
  });
  if (icon) setIcon(node, icon);
  return node;
}

/**
 * Return a slider with its value beside it; `oninput(value, done)` hears every move and the end of it.
 * @param {{label: string, low: number, high: number, step: number, help?: string}} options
 * @param {(value: number, done: boolean) => void} oninput
 * @returns {Slider}
 */
export function slider({ label, low, high, step, help }, oninput) {
  const input = h("input", { type: "range", min: low, max: high, step });
  const readout = h("output");
  /** @param {number} value */
  const show = (value) => {
    input.value = String(value);
    readout.textContent = input.value;
  };
  input.addEventListener("input", () => {
    readout.textContent = input.value;
    oninput(Number(input.value), false);
  });
  input.addEventListener("change", () => oninput(Number(input.value), true));
  const field = labelled(label, input, { help });
  field.node.classList.add("slide");
  field.node.querySelector("label")?.append(" ", readout);
  return { ...field, show };
}

/**
 * Return a section of the page with a numbered heading.
 * @param {number} number
 * @param {string} title
 * @param {string} hint
 * @param {(Child | Child[])[]} children
 */
export function section(number, title, hint, ...children) {
  const id = `glance-step-${number}`;
  return h(
    "section.step",
    { "aria-labelledby": id },
    h(
      "header.step-head",
      {},
      h("span.step-number", { text: String(number), "aria-hidden": "true" }),
      h("h2", { id, text: title }),
      h("p.hint", { text: hint }),
    ),
    ...children,
  );
}

/**
 * Return a file button: choosing a file calls `onfile(file)`.
 * @param {string} text
 * @param {string} accept
 * @param {(file: File) => void} onfile
 */
export function fileButton(text, accept, onfile, help = "") {
  const input = h("input", {
    type: "file",
    accept,
    hidden: true,
    "aria-hidden": "true",
    tabindex: "-1",
    onchange: () => {
      const [file] = input.files ?? [];
      if (file) onfile(file);
      input.value = "";
    },
  });
  return h(
    "span",
    {},
    button(text, () => input.click(), { help, kind: "quiet" }),
    input,
  );
}

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;

/**
 * Return the words for a task's state.
 * @param {TaskState | undefined} task
 */
export function progressText(task) {
  if (!task) return "";
  const share = task.total ? percent(task.done / task.total) : "";
  const eta = task.eta_s ? t("about {time} left", { time: duration(task.eta_s) }) : "";
  return [task.text ? translateServerMessage(task.text) : "", share, eta].filter(Boolean).join(" · ");
}

/**
 * Return seconds in words: `40 s`, `3 min`, `1 h 20 min`.
 * @param {number} seconds
 */
export function duration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} ${t("s")}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} ${t("min")}`;
  return `${Math.floor(minutes / 60)} ${t("h")} ${minutes % 60} ${t("min")}`;
}
