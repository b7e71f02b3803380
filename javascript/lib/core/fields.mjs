// Form fields with a label, a tooltip and a place for what is wrong with them.

import { h } from "./dom.mjs";
import { setIcon } from "./icons.mjs";
import { said, t } from "./i18n.mjs";

let counter = 0;

/** Return a labelled field: {node, input, problem(text)}. `input` is any form element. */
export function labelled(label, input, { help = "", hidden = false } = {}) {
  counter += 1;
  input.id = `glance-field-${counter}`;
  const fault = h("p.fault", { role: "alert", hidden: true, id: `${input.id}-fault` });
  const caption = h(hidden ? "label.unseen" : "label", { for: input.id, text: label, title: help || null });
  if (help) input.title = help;
  const node = h("div.field", {}, caption, input, fault);
  const problem = (text) => {
    fault.hidden = !text;
    fault.textContent = text ? said(text) : "";
    input.setAttribute("aria-invalid", text ? "true" : "false");
    if (text) input.setAttribute("aria-describedby", fault.id);
    else input.removeAttribute("aria-describedby");
  };
  return { node, input, problem };
}

/** Return a select element; `options` is [[value, text], ...]. */
export function select(options, onchange, attributes = {}) {
  const input = h(
    "select",
    { ...attributes, onchange: () => onchange(input.value) },
    options.map(([value, text]) => h("option", { value, text })),
  );
  return input;
}

/** Show a value in a select element; one that is not among its options, as a model with another hash, is found or added. */
export function showChoice(input, value) {
  const bare = (text) => text.replace(/ \[[0-9a-f]{8,}\]$/, "");
  const options = [...input.options];
  const option = options.find((one) => one.value === value) ?? options.find((one) => bare(one.value) === bare(value));
  if (!option) input.append(h("option", { value, text: value }));
  input.value = option?.value ?? value;
}

/** Return a row of buttons of which one is pressed; call `.show(value)` to press one. */
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
  node.show = (value) =>
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.value === value)));
  return node;
}

/** Return a button; `kind` is empty, `primary`, `quiet` or `danger`. */
export function button(text, onclick, { kind = "", help = "", icon = "" } = {}) {
  const name = icon ? { "aria-label": text } : { text };
  const node = h(`button.button${kind ? `.${kind}` : ""}${icon ? ".icon" : ""}`, {
    type: "button",
    title: help || (icon ? text : null),
    onclick,
    ...name,
  });
  if (icon) setIcon(node, icon);
  return node;
}

/** Return a slider with its value beside it; `oninput(value, done)` hears every move and the end of it. */
export function slider({ label, low, high, step, help }, oninput) {
  const input = h("input", { type: "range", min: low, max: high, step });
  const readout = h("output");
  const show = (value) => {
    input.value = value;
    readout.textContent = value;
  };
  input.addEventListener("input", () => {
    readout.textContent = input.value;
    oninput(Number(input.value), false);
  });
  input.addEventListener("change", () => oninput(Number(input.value), true));
  const field = labelled(label, input, { help });
  field.node.classList.add("slide");
  field.node.querySelector("label").append(" ", readout);
  return { ...field, show };
}

/** Return a section of the page with a numbered heading. */
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
    children,
  );
}

/** Return a file button: choosing or dropping a file calls `onfile(file)`. */
export function fileButton(text, accept, onfile, help = "") {
  const input = h("input", {
    type: "file",
    accept,
    hidden: true,
    "aria-hidden": "true",
    tabindex: "-1",
    onchange: () => {
      if (input.files[0]) onfile(input.files[0]);
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

export const percent = (share) => `${Math.round(100 * share)} %`;

/** Return the words for a task's state. */
export function progressText(task) {
  if (!task) return "";
  const share = task.total ? percent(task.done / task.total) : "";
  const eta = task.eta_s ? t("about {time} left", { time: duration(task.eta_s) }) : "";
  return [task.text ? said(task.text) : "", share, eta].filter(Boolean).join(" · ");
}

/** Return seconds in words: `40 s`, `3 min`, `1 h 20 min`. */
export function duration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} ${t("s")}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} ${t("min")}`;
  return `${Math.floor(minutes / 60)} ${t("h")} ${minutes % 60} ${t("min")}`;
}
