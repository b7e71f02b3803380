// The timeline's keyboard.

/**
 * Return what hears the keys that are pressed on the canvas.
 * @param {import("./timeline_input.mjs").TimelineInput} input
 * @param {Context} context
 */
export function timelineKeys(input, { redraw }) {
  const { editor, viewport, player } = input;
  const { ranges, changes } = input.surface;
  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const named = {
    ArrowLeft: (event) => input.step(-1, event.shiftKey),
    ArrowRight: (event) => input.step(1, event.shiftKey),
    ArrowUp: (event) => editor.nudge(1, event.shiftKey),
    ArrowDown: (event) => editor.nudge(-1, event.shiftKey),
    Home: () => input.seek(0),
    End: () => input.seek(viewport.duration - 0.001),
    Delete: () => remove(),
    Backspace: () => remove(),
    Enter: () => editor.addHere(),
    "[": () => input.nextKey(-1),
    "]": () => input.nextKey(1),
    ",": () => changes.next(-1),
    ".": () => changes.next(1),
    "+": () => viewport.zoom(1.6, player.seconds),
    "=": () => viewport.zoom(1.6, player.seconds),
    "-": () => viewport.zoom(1 / 1.6, player.seconds),
    Escape: () => {
      input.cancelDrag();
      editor.select([]);
      changes.choose(-1);
      ranges.select([]);
    },
  };
  const remove = () => {
    if (editor.selected.size || !changes.remove()) editor.remove();
  };
  // Letters by the key's place, so that they work while Korean is being typed.
  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const letters = {
    KeyI: () => ranges.markHere("in"),
    KeyO: () => ranges.markHere("out"),
    KeyS: (event) => ranges.section(event.shiftKey),
    KeyH: () => ranges.hit(),
    KeyK: () => ranges.hits("kick"),
    KeyM: (event) => ranges.scaleMusic(0, event.shiftKey),
    KeyL: () => ranges.toggleLoop(),
    KeyD: () => input.surface.toggleDrawing(),
    KeyE: () => input.surface.tools.focusExact(),
    KeyF: () => input.surface.focusRange(),
    KeyN: () => input.surface.addMarker(),
    KeyP: () => input.surface.togglePin(),
    KeyR: () => redraw.begin(true),
  };
  /** @type {Record<string, () => void>} */
  const commands = {
    KeyC: () => (editor.selected.size ? editor.copy() : ranges.copy()),
    KeyV: () => input.surface.paste(),
    KeyX: () => {
      editor.copy();
      editor.remove();
    },
    KeyA: () => editor.selectAll(),
  };
  return (/** @type {KeyboardEvent} */ event) => {
    const command = event.ctrlKey || event.metaKey;
    const action = command ? commands[event.code] : (named[event.key] ?? letters[event.code]);
    if (!action || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    action(event);
  };
}
