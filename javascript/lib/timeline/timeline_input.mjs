// Mouse, touch, wheel and keyboard on the timeline: what is taken hold of, and what then happens to the stretch on show,
// the playhead, the scenes' edges and the keys.

import { nearestEdge, nearestPoint, pointsInBox } from "../curve/hit_test.mjs";
import { columnsOf } from "./change_paint.mjs";
import { KEY_RADIUS } from "./timeline_paint.mjs";
import { LANES, toValue } from "./timeline_rows.mjs";
import { timelineKeys } from "./timeline_keys.mjs";
import { sceneAt } from "../steps/scenes.mjs";
import { plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

/** @type {Record<string, number>} */
const REACH = { mouse: 9, touch: 22, pen: 14 };
const ZOOM_PER_NOTCH = 1.25;

/**
 * @typedef {{kind: "scrub"} | {kind: "pan", x: number} | {kind: "edge", index: number}
 *   | {kind: "box", from: Pixel, to: Pixel} | {kind: "keys", x: number, y: number, moved: boolean}
 *   | {kind: "range", x: number, moved: boolean} | {kind: "draw", line: Pixel[]}
 *   | {kind: "change", part: "body" | "start" | "end", was: Span, x: number, moved: boolean}} Drag
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
  constructor(surface, context) {
    const { store, player } = context;
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
    const keys = timelineKeys(this, context);
    canvas.addEventListener("keydown", keys);
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
    if (y < LANES.scenes) return this.scrub(x);
    if (y < LANES.wave) {
      const edge = nearestEdge(this.edges.columns(), x, reach);
      if (edge > 0) return { kind: "edge", index: edge };
      this.store.set({ scene: sceneAt(this.store.state.starts, this.viewport.secondsAt(x)) });
      return { kind: "pan", x };
    }
    if (y < LANES.curve) return this.beginWave(x, event);
    const { rows } = this.surface;
    if (y >= rows.changes.top + rows.changes.height) return this.beginPin(y, x);
    return y >= rows.changes.top ? this.beginChange(x, reach) : this.beginCurve([x, y], reach, event);
  }

  /**
   * The curve: a key, or empty space.
   * @param {Pixel} at
   * @param {number} reach
   * @param {PointerEvent} event
   * @returns {Drag}
   */
  beginCurve([x, y], reach, event) {
    const { editor } = this;
    if (this.surface.drawing) return { kind: "draw", line: [[x, y]] };
    const points = this.surface.pixels();
    const hit = nearestPoint(points, x, y, reach + KEY_RADIUS / 2);
    if (hit >= 0) {
      editor.pick(editor.points[hit].index, event.shiftKey || event.ctrlKey || event.metaKey);
      return { kind: "keys", x, y, moved: false };
    }
    return event.pointerType === "touch" ? { kind: "pan", x } : { kind: "box", from: [x, y], to: [x, y] };
  }

  /**
   * The waveform: a mouse that is dragged along it selects a stretch of the song, a finger goes along.
   * @param {number} x
   * @param {PointerEvent} event
   * @returns {Drag}
   */
  beginWave(x, event) {
    if (event.pointerType !== "mouse") return this.scrub(x);
    return event.shiftKey ? { kind: "pan", x } : { kind: "range", x, moved: false };
  }

  /**
   * The row of changes: one of them, by its middle or by an end.
   * @param {number} x
   * @param {number} reach
   * @returns {Drag}
   */
  beginChange(x, reach) {
    const { changes } = this.surface;
    const view = this.viewport.sized;
    const hit = changes
      .blocks()
      .reverse()
      .find((block) => {
        const [left, right] = columnsOf(view, block);
        return x >= left - 2 && x <= right + 2;
      });
    changes.choose(hit ? hit.index : -1);
    if (!hit) return this.scrub(x);
    this.editor.select([]);
    const [left, right] = columnsOf(view, hit);
    const grip = Math.min(reach, (right - left) / 4);
    const part = right - left < 16 ? "body" : x < left + grip ? "start" : x > right - grip ? "end" : "body";
    return { kind: "change", part, was: { start: hit.start, end: hit.end }, x, moved: false };
  }

  /**
   * A pinned channel becomes the chosen one.
   * @param {number} y
   * @param {number} x
   * @returns {Drag}
   */
  beginPin(y, x) {
    const { rows } = this.surface;
    const index = rows.pins.findIndex(({ top, height }) => y >= top && y < top + height);
    const name = this.store.state.pinned[index];
    if (name) this.surface.showPinned(name);
    return this.scrub(x);
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
    else this.dragByHand(drag, x, y, event);
  }

  /**
   * @param {Drag} drag
   * @param {number} x
   * @param {number} y
   * @param {PointerEvent} event
   */
  dragByHand(drag, x, y, event) {
    const { ranges, changes, editor } = this.surface;
    if (drag.kind === "draw") {
      drag.line.push([x, y]);
      this.surface.showDrawing(drag.line);
      return;
    }
    if (drag.kind !== "range" && drag.kind !== "change") return;
    if (!drag.moved && Math.abs(x - drag.x) < 3) return;
    drag.moved = true;
    const [from, to] = [this.viewport.secondsAt(drag.x), this.viewport.secondsAt(x)];
    if (drag.kind === "range") {
      ranges.drag(from, to, event.altKey);
      return;
    }
    const snap = (/** @type {number} */ at) => (event.altKey ? at : editor.song.grid.snap(at, editor.snap));
    changes.drag(drag.part, drag.was, to - from, snap);
    const { override } = changes;
    if (override) this.surface.dragged(`${override.start} – ${override.end || override.start}`);
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
    const here = this.surface.changes.text(frame / this.editor.song.fps);
    this.surface.dragged(`${t("frame {n}", { n: frame })} · ${here} · ${plain(number)}`);
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
    else if (drag.kind === "change") this.surface.changes.drop();
    else if (drag.kind === "draw") this.drawn(drag.line);
    else if (drag.kind === "range") {
      if (!drag.moved) this.clickedWave(drag.x);
    }
    else if (drag.kind === "box") {
      const found = pointsInBox(this.surface.pixels(), drag.from, drag.to).map((i) => editor.points[i].index);
      editor.select(event.shiftKey ? [...editor.selected, ...found] : found);
      this.surface.showBox(null);
      if (Math.hypot(drag.to[0] - drag.from[0], drag.to[1] - drag.from[1]) < 3)
        this.seek(this.viewport.secondsAt(drag.to[0]));
    }
  }

  /** @param {number} x */
  clickedWave(x) {
    this.seek(this.viewport.secondsAt(x));
    if (!this.surface.ranges.spans.some(({ start, end }) => this.player.seconds >= start && this.player.seconds < end))
      this.surface.ranges.select([]);
  }

  /** @param {Pixel[]} line */
  drawn(line) {
    const { lane, changes } = this.surface;
    this.surface.showDrawing([]);
    if (line.length > 1)
      changes.addLine(filled(line).map(([x, y]) => [this.viewport.secondsAt(x), toValue(lane, y)]));
  }

  cancelDrag() {
    if (this.drag?.kind === "keys") this.editor.forgetDrag();
    if (this.drag?.kind === "change") this.surface.changes.forgetDrag();
    this.surface.showDrawing([]);
    this.surface.showBox(null);
    this.drag = null;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  hover(x, y) {
    const onEdge = y >= LANES.scenes && y < LANES.wave && nearestEdge(this.edges.columns(), x, REACH.mouse) > 0;
    const { rows } = this.surface;
    const inCurve = y >= LANES.curve && y < rows.changes.top;
    const onKey = inCurve && nearestPoint(this.surface.pixels(), x, y, REACH.mouse) >= 0;
    const elsewhere = y >= LANES.scenes && y < LANES.curve && y >= LANES.wave ? "text" : "pointer";
    this.canvas.style.cursor = onEdge ? "col-resize" : onKey ? "grab" : inCurve ? "crosshair" : elsewhere;
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
    if (y < LANES.curve || y >= this.surface.rows.changes.top) return;
    this.surface.addAt(this.viewport.secondsAt(x), toValue(this.surface.lane, y), event.altKey);
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
}

/**
 * Return a drawn line with a point in every column: a fast hand skips some.
 * @param {Pixel[]} line
 * @returns {Pixel[]}
 */
function filled(line) {
  /** @type {Pixel[]} */
  const points = [line[0]];
  for (const [x, y] of line.slice(1)) {
    const [x0, y0] = points[points.length - 1];
    const steps = Math.max(1, Math.round(Math.abs(x - x0)));
    for (let k = 1; k <= steps; k += 1) points.push([x0 + ((x - x0) * k) / steps, y0 + ((y - y0) * k) / steps]);
  }
  return points;
}
