// Building the page's elements. Text is always set as text, never as markup.

/**
 * Return an element. `spec` is `tag.class.class`; `options` sets attributes, `on*` listeners, `text`, `style` (an
 * object) and `dataset`; children are elements, texts, or null for nothing.
 * @template {string} Spec
 * @param {Spec} spec
 * @param {ElementOptions} options
 * @param {(Child | Child[])[]} children
 * @returns {ElementOf<Spec>}
 */
export function h(spec, options = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(options)) setOption(node, name, value);
  for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
  return /** @type {ElementOf<Spec>} */ (node);
}

/**
 * @param {HTMLElement} node
 * @param {string} name
 * @param {any} value
 */
function setOption(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "text") node.textContent = value;
  else if (name === "style") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, part);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "value") /** @type {Input} */ (node).value = value;
  else node.setAttribute(name, value === true ? "" : value);
}

/**
 * Replace an element's children.
 * @template {HTMLElement} N
 * @param {N} node
 * @param {(Child | Child[])[]} children
 */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * Set a field's value unless the person is typing in it.
 * @param {Input} field
 * @param {unknown} value
 */
export function setField(field, value) {
  if (field !== document.activeElement && field.value !== String(value)) field.value = String(value);
}

/**
 * Return what stands in the field that an event is about.
 * @param {Event} event
 */
export const valueOf = (event) => /** @type {Input} */ (event.target).value;

/**
 * Call `action` once things have been quiet for `wait` ms; `.flush()` calls it now if it is due.
 * @param {() => void} action
 * @param {number} wait
 */
export function debounced(action, wait) {
  let timer = 0;
  const run = () => {
    timer = 0;
    action();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };
  later.flush = () => {
    if (timer) {
      clearTimeout(timer);
      run();
    }
  };
  return later;
}

/**
 * Size a canvas to its box in device pixels; return {context, width, height} in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 */
export function canvasOf(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  resize(canvas, Math.round(width * ratio), Math.round(height * ratio));
  const context = context2d(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/**
 * Return the canvas's way to draw; every browser that shows this page has it.
 * @param {HTMLCanvasElement} canvas
 */
export const context2d = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Call `draw` at most once a frame, however often it is asked for.
 * @param {(now: number) => void} draw
 */
export function oncePerFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame((now) => {
      asked = false;
      draw(now);
    });
  };
}

/**
 * Give a canvas a size in its own pixels; one that has it keeps what is drawn on it.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function resize(canvas, width, height) {
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
}

/**
 * Run `deed` on what this browser keeps for the page; a browser that keeps nothing is no reason to stop.
 * @template T
 * @param {(storage: Storage) => T} deed
 * @param {T} otherwise
 */
export function withStorage(deed, otherwise) {
  try {
    return deed(localStorage);
  } catch {
    return otherwise;
  }
}
