// Mouse, touch, wheel and keyboard on the timeline: what is taken hold of, and what then happens to the stretch on show,
// the playhead, the scenes' edges and the keys.

import { nearestEdge, nearestPoint, pointsInBox } from "../curve/hit_test.mjs";
import { KEY_RADIUS, LANES, toValue } from "./timeline_paint.mjs";
import { sceneAt } from "../steps/scenes.mjs";
import { clock, plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

/** @type {Record<string, number>} */
const REACH = { mouse: 9, touch: 22, pen: 14 };
const ZOOM_PER_NOTCH = 1.25;

/**
 * @typedef {{kind: "scrub"} | {kind: "pan", x: number} | {kind: "edge", index: number}
 *   | {kind: "box", from: Pixel, to: Pixel} | {kind: "keys", x: number, y: number, moved: boolean}} Drag
 */

export class TimelineInput {
  /** Where each pointer that is down is. @type {Map<number, Pixel>} */
  pointers = new Map();
  /** What is held. @type {Drag | null} */
  drag = null;
  /** @type {{middle: number, gap: number} | null} */
  pinch = null;

  /**
   * @param {import("./timeline_view.mjs").TimelineView} surface where things are on the canvas, and what is shown there
   * @param {Context} context
   */
  constructor(surface, { store, player }) {
    const { canvas, viewport, editor, edges } = surface;
    this.surface = surface;
    this.store = store;
    this.player = player;
    this.canvas = canvas;
    this.viewport = viewport;
    this.editor = editor;
    this.edges = edges;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", (event) => this.up(event));
    canvas.addEventListener("dblclick", (event) => this.doubled(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /**
   * @param {MouseEvent} event
   * @returns {Pixel}
   */
  place(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.player.seek(Math.min(Math.max(seconds, 0), this.viewport.duration - 0.001));
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button > 0) return;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.place(event));
    if (this.pointers.size === 2) {
      this.cancelDrag();
      this.pinch = this.pinchNow();
      return;
    }
    this.drag = this.begin(this.place(event), event);
  }

  /**
   * Decide what a press at [x, y] takes hold of.
   * @param {Pixel} at
   * @param {PointerEvent} event
   * @returns {Drag}
   */
  begin([x, y], event) {
    const reach = REACH[event.pointerType] ?? REACH.mouse;
    const { editor } = this;
    if (y < LANES.scenes) return this.scrub(x);
    if (y < LANES.wave) {
      const edge = nearestEdge(this.edges.columns(), x, reach);
      if (edge > 0) return { kind: "edge", index: edge };
      this.store.set({ scene: sceneAt(this.store.state.starts, this.viewport.secondsAt(x)) });
      return { kind: "pan", x };
    }
    if (y < LANES.curve) return event.pointerType === "mouse" && event.shiftKey ? { kind: "pan", x } : this.scrub(x);
    const points = this.surface.pixels();
    const hit = nearestPoint(points, x, y, reach + KEY_RADIUS / 2);
    if (hit >= 0) {
      editor.pick(editor.points[hit].index, event.shiftKey || event.ctrlKey || event.metaKey);
      return { kind: "keys", x, y, moved: false };
    }
    return event.pointerType === "touch" ? { kind: "pan", x } : { kind: "box", from: [x, y], to: [x, y] };
  }

  /**
   * @param {number} x
   * @returns {Drag}
   */
  scrub(x) {
    this.seek(this.viewport.secondsAt(x));
    return { kind: "scrub" };
  }

  /** @param {PointerEvent} event */
  move(event) {
    const [x, y] = this.place(event);
    if (this.pointers.has(event.pointerId)) this.pointers.set(event.pointerId, [x, y]);
    if (this.pointers.size === 2) {
      this.pinched();
      return;
    }
    const { drag, editor } = this;
    if (!drag) {
      this.hover(x, y);
      return;
    }
    if (drag.kind === "scrub") this.seek(this.viewport.secondsAt(x));
    else if (drag.kind === "edge")
      this.edges.drag(drag.index, this.viewport.secondsAt(x), event.altKey || editor.snap === "");
    else if (drag.kind === "pan") {
      this.viewport.pan(drag.x - x);
      drag.x = x;
    } else if (drag.kind === "box") {
      drag.to = [x, y];
      this.surface.showBox([drag.from, drag.to]);
    } else if (drag.kind === "keys") this.dragKeys(drag, x, y, event);
  }

  /**
   * @param {Extract<Drag, {kind: "keys"}>} drag
   * @param {number} x
   * @param {number} y
   * @param {PointerEvent} event
   */
  dragKeys(drag, x, y, event) {
    const [right, down] = [Math.abs(x - drag.x), Math.abs(y - drag.y)];
    if (!drag.moved && Math.hypot(right, down) < 3) return;
    drag.moved = true;
    const { lane } = this.surface;
    const seconds = this.viewport.secondsAt(x) - this.viewport.secondsAt(drag.x);
    const value = toValue(lane, y) - toValue(lane, drag.y);
    // With Shift, only the longer way counts.
    const point = this.editor.drag(
      event.shiftKey && down > right ? 0 : seconds,
      event.shiftKey && down <= right ? 0 : value,
      event.altKey,
    );
    if (!point) return;
    const { frame, number } = point;
    this.surface.dragged(
      `${t("frame {n}", { n: frame })} · ${clock(frame / this.editor.song.fps, 2)} · ${plain(number)}`,
    );
  }

  /** @param {PointerEvent} event */
  up(event) {
    this.pointers.delete(event.pointerId);
    this.pinch = null;
    const { drag, editor } = this;
    this.drag = null;
    if (!drag) return;
    if (drag.kind === "keys" && drag.moved) editor.drop();
    else if (drag.kind === "edge") this.edges.drop();
    else if (drag.kind === "box") {
      const found = pointsInBox(this.surface.pixels(), drag.from, drag.to).map((i) => editor.points[i].index);
      editor.select(event.shiftKey ? [...editor.selected, ...found] : found);
      this.surface.showBox(null);
      if (Math.hypot(drag.to[0] - drag.from[0], drag.to[1] - drag.from[1]) < 3)
        this.seek(this.viewport.secondsAt(drag.to[0]));
    }
  }

  cancelDrag() {
    if (this.drag?.kind === "keys") this.editor.forgetDrag();
    this.surface.showBox(null);
    this.drag = null;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  hover(x, y) {
    const onEdge = y >= LANES.scenes && y < LANES.wave && nearestEdge(this.edges.columns(), x, REACH.mouse) > 0;
    const onKey = y >= LANES.curve && nearestPoint(this.surface.pixels(), x, y, REACH.mouse) >= 0;
    this.canvas.style.cursor = onEdge ? "col-resize" : onKey ? "grab" : y < LANES.curve ? "pointer" : "crosshair";
  }

  pinchNow() {
    const [[x0], [x1]] = [...this.pointers.values()];
    return { middle: (x0 + x1) / 2, gap: Math.max(20, Math.abs(x1 - x0)) };
  }

  pinched() {
    const now = this.pinchNow();
    if (this.pinch) {
      this.viewport.zoomAtPixel(now.gap / this.pinch.gap, this.pinch.middle);
      this.viewport.pan(this.pinch.middle - now.middle);
    }
    this.pinch = now;
  }

  /** @param {MouseEvent} event */
  doubled(event) {
    const [x, y] = this.place(event);
    if (y >= LANES.curve) this.editor.add(this.viewport.secondsAt(x), toValue(this.surface.lane, y), event.altKey);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const zooms = event.ctrlKey || event.metaKey;
    if (!(zooms || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) return;
    event.preventDefault();
    if (zooms) this.viewport.zoomAtPixel(ZOOM_PER_NOTCH ** (-event.deltaY / 100), this.place(event)[0]);
    else this.viewport.pan(event.deltaX || event.deltaY);
  }

  /**
   * Go to the next or last frame, or (`far`) beat.
   * @param {1 | -1} direction
   * @param {boolean} far
   */
  step(direction, far) {
    const { grid, fps } = this.editor.song;
    const { seconds } = this.player;
    const beat =
      direction > 0 ? Math.floor(grid.beatAt(seconds + 0.001)) + 1 : Math.ceil(grid.beatAt(seconds - 0.001)) - 1;
    this.seek(far ? grid.timeOfBeat(beat) : (this.editor.frame() + direction) / fps);
    this.viewport.reveal(this.player.seconds);
  }

  /**
   * Go to the next or last key, and choose it.
   * @param {1 | -1} direction
   */
  nextKey(direction) {
    const { points, song } = this.editor;
    const frame = this.editor.frame();
    const found =
      direction > 0 ? points.find((point) => point.frame > frame) : points.findLast((point) => point.frame < frame);
    if (!found) return;
    this.seek(found.frame / song.fps);
    this.editor.select([found.index]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { editor } = this;
    const command = event.ctrlKey || event.metaKey;
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowLeft: () => this.step(-1, event.shiftKey),
      ArrowRight: () => this.step(1, event.shiftKey),
      ArrowUp: () => editor.nudge(1, event.shiftKey),
      ArrowDown: () => editor.nudge(-1, event.shiftKey),
      Home: () => this.seek(0),
      End: () => this.seek(this.viewport.duration - 0.001),
      Delete: () => editor.remove(),
      Backspace: () => editor.remove(),
      Enter: () => editor.addHere(),
      "[": () => this.nextKey(-1),
      "]": () => this.nextKey(1),
      "+": () => this.viewport.zoom(1.6, this.player.seconds),
      "=": () => this.viewport.zoom(1.6, this.player.seconds),
      "-": () => this.viewport.zoom(1 / 1.6, this.player.seconds),
      Escape: () => {
        this.cancelDrag();
        editor.select([]);
      },
    };
    /** @type {Record<string, () => void>} */
    const commands = {
      c: () => editor.copy(),
      v: () => editor.paste(),
      x: () => {
        editor.copy();
        editor.remove();
      },
      a: () => editor.selectAll(),
    };
    const action = command ? commands[event.key.toLowerCase()] : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}
