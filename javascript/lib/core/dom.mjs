// Building the page's elements. Text is always set as text, never as markup.

/**
 * Return an element. `spec` is `tag.class.class`; `options` sets attributes, `on*` listeners, `text`, `style` (an
 * object) and `dataset`; children are elements, texts, or null for nothing.
 */
export function h(spec, options = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(options)) setOption(node, name, value);
  for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
  return node;
}

function setOption(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "text") node.textContent = value;
  else if (name === "style") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, part);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : value);
}

/** Replace an element's children. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set a field's value unless the person is typing in it. */
export function setField(field, value) {
  if (field !== document.activeElement && field.value !== String(value)) field.value = value;
}

/** Call `action` once things have been quiet for `wait` ms; `.flush()` calls it now if it is due. */
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

/** Size a canvas to its box in device pixels; return {context, width, height} in CSS pixels. */
export function canvasOf(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** Call `draw` at most once a frame, however often it is asked for. */
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
