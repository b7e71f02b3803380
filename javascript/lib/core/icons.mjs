// The page's icons, drawn by hand on a 16 by 16 grid, so that no font has to have them.

/** @type {Record<string, string>} */
const SHAPES = {
  undo: "M6 3 2.5 6.5 6 10 M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7",
  redo: "M10 3l3.5 3.5L10 10 M13 6.5H6.5a3.5 3.5 0 0 0 0 7H9",
  play: "M4.5 2.5v11l9-5.5z",
  pause: "M4 2.5h3v11H4z M9 2.5h3v11H9z",
  lock: "M3.5 7.5h9v6h-9z M5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  unlock: "M3.5 7.5h9v6h-9z M5.5 7.5V5a2.5 2.5 0 0 1 4.9-.8",
  split: "M8 1.5v13 M5.5 5 2.5 8l3 3 M10.5 5l3 3-3 3",
  join: "M1.5 8h4.5 M14.5 8H10 M4 5.5 6.5 8 4 10.5 M12 5.5 9.5 8l2.5 2.5",
  copy: "M5.5 5.5h8v8h-8z M3 10.5h-.5v-8h8V3",
  look: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z M6.2 8a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0",
  beside: "M2 3h5v10H2z M9 3h5v10H9z",
  send: "M2.5 8h9 M8 4l4 4-4 4 M14 2.5v11",
  spark: "M7 2l1.3 3.7L12 7 8.3 8.3 7 12 5.7 8.3 2 7l3.7-1.3z M12.5 10l.6 1.9 1.9.6-1.9.6-.6 1.9-.6-1.9-1.9-.6 1.9-.6z",
  close: "M4 4l8 8 M12 4l-8 8",
  up: "M8 13V3.5 M4 7.5l4-4 4 4",
  down: "M8 3v9.5 M4 8.5l4 4 4-4",
  minus: "M3 8h10",
  plus: "M3 8h10 M8 3v10",
  star: "M8 1.8l1.9 4 4.4.5-3.3 3 .9 4.3L8 11.5l-3.9 2.1.9-4.3-3.3-3 4.4-.5z",
};
const FILLED = new Set(["play", "pause", "spark", "star"]);
const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an SVG element of an icon; it is decoration, its button carries the name.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 16 16",
    width: "16",
    height: "16",
    "aria-hidden": "true",
    class: FILLED.has(name) ? "filled" : "lined",
  }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/**
 * Show another icon on a button.
 * @param {HTMLElement} button
 * @param {string} name
 */
export function setIcon(button, name) {
  if (button.dataset.icon === name) return;
  button.dataset.icon = name;
  button.replaceChildren(icon(name));
}
