// Hands on the timeline: mouse, touch, wheel and keyboard, turned into calls on its view.

import { nearestEdge, nearestPoint, pointsInBox } from "../curve/hit_test.mjs";
import { KEY_RADIUS, LANES, toValue } from "./timeline_paint.mjs";
import { pan, toSeconds, zoomAt } from "../curve/timescale.mjs";

const REACH = { mouse: 9, touch: 22, pen: 14 };
const ZOOM_PER_NOTCH = 1.25;

export class TimelineHands {
  constructor(timeline, canvas) {
    Object.assign(this, { timeline, canvas });
    this.pointers = new Map();
    this.drag = null;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.up(event));
    canvas.addEventListener("dblclick", (event) => this.doubled(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  place(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  get view() {
    return this.timeline.sizedView();
  }

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

  /** Decide what a press at [x, y] takes hold of. */
  begin([x, y], event) {
    const reach = REACH[event.pointerType] ?? REACH.mouse;
    const { timeline } = this;
    if (y < LANES.scenes) return this.scrub(x);
    if (y < LANES.wave) {
      const edge = nearestEdge(timeline.edges.columns(), x, reach);
      if (edge > 0) return { kind: "edge", index: edge };
      timeline.chooseScene(toSeconds(this.view, x));
      return { kind: "pan", x };
    }
    if (y < LANES.curve) return event.pointerType === "mouse" && event.shiftKey ? { kind: "pan", x } : this.scrub(x);
    const points = timeline.pixels();
    const hit = nearestPoint(points, x, y, reach + KEY_RADIUS / 2);
    if (hit >= 0) {
      timeline.pick(timeline.points[hit].index, event.shiftKey || event.ctrlKey || event.metaKey);
      return { kind: "keys", x, y, moved: false };
    }
    return event.pointerType === "touch" ? { kind: "pan", x } : { kind: "box", from: [x, y], to: [x, y] };
  }

  scrub(x) {
    this.timeline.seek(toSeconds(this.view, x));
    return { kind: "scrub" };
  }

  move(event) {
    const [x, y] = this.place(event);
    if (this.pointers.has(event.pointerId)) this.pointers.set(event.pointerId, [x, y]);
    if (this.pointers.size === 2) {
      this.pinched();
      return;
    }
    const { drag, timeline } = this;
    if (!drag) {
      this.hover(x, y);
      return;
    }
    if (drag.kind === "scrub") timeline.seek(toSeconds(this.view, x));
    else if (drag.kind === "edge") timeline.edges.drag(drag.index, toSeconds(this.view, x), event.altKey);
    else if (drag.kind === "pan") {
      timeline.setView(pan(this.view, drag.x - x, timeline.duration));
      drag.x = x;
    } else if (drag.kind === "box") {
      drag.to = [x, y];
      timeline.showBox([drag.from, drag.to]);
    } else if (drag.kind === "keys") this.dragKeys(drag, x, y, event);
  }

  dragKeys(drag, x, y, event) {
    if (!drag.moved && Math.hypot(x - drag.x, y - drag.y) < 3) return;
    drag.moved = true;
    const { view, timeline } = this;
    const seconds = toSeconds(view, x) - toSeconds(view, drag.x);
    const lane = timeline.lane();
    const value = toValue(lane, y) - toValue(lane, drag.y);
    timeline.dragKeys(
      event.shiftKey && Math.abs(y - drag.y) > Math.abs(x - drag.x) ? 0 : seconds,
      event.shiftKey && Math.abs(y - drag.y) <= Math.abs(x - drag.x) ? 0 : value,
      event.altKey,
    );
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    this.pinch = null;
    const { drag, timeline } = this;
    this.drag = null;
    if (!drag) return;
    if (drag.kind === "keys" && drag.moved) timeline.dropKeys();
    else if (drag.kind === "edge") timeline.edges.drop();
    else if (drag.kind === "box") {
      const found = pointsInBox(timeline.pixels(), drag.from, drag.to).map((i) => timeline.points[i].index);
      timeline.select(event.shiftKey ? [...timeline.selected, ...found] : found);
      timeline.showBox(null);
      if (Math.hypot(drag.to[0] - drag.from[0], drag.to[1] - drag.from[1]) < 3)
        timeline.seek(toSeconds(this.view, drag.to[0]));
    }
  }

  cancelDrag() {
    if (this.drag?.kind === "keys") this.timeline.forgetDrag();
    this.timeline.showBox(null);
    this.drag = null;
  }

  hover(x, y) {
    const { timeline } = this;
    const onEdge = y >= LANES.scenes && y < LANES.wave && nearestEdge(timeline.edges.columns(), x, REACH.mouse) > 0;
    const onKey = y >= LANES.curve && nearestPoint(timeline.pixels(), x, y, REACH.mouse) >= 0;
    this.canvas.style.cursor = onEdge ? "col-resize" : onKey ? "grab" : y < LANES.curve ? "pointer" : "crosshair";
  }

  pinchNow() {
    const [[x0], [x1]] = [...this.pointers.values()];
    return { middle: (x0 + x1) / 2, gap: Math.max(20, Math.abs(x1 - x0)) };
  }

  pinched() {
    const now = this.pinchNow();
    if (this.pinch) {
      const { timeline } = this;
      const zoomed = zoomAt(
        this.view,
        this.pinch.middle,
        now.gap / this.pinch.gap,
        timeline.duration,
        timeline.shortest(),
      );
      timeline.setView(pan(zoomed, this.pinch.middle - now.middle, timeline.duration));
    }
    this.pinch = now;
  }

  doubled(event) {
    const [x, y] = this.place(event);
    if (y >= LANES.curve) this.timeline.addKey(toSeconds(this.view, x), toValue(this.timeline.lane(), y), event.altKey);
  }

  wheel(event) {
    const { timeline } = this;
    if (!(event.ctrlKey || event.metaKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) return;
    event.preventDefault();
    const [x] = this.place(event);
    if (event.ctrlKey || event.metaKey)
      timeline.setView(
        zoomAt(this.view, x, ZOOM_PER_NOTCH ** (-event.deltaY / 100), timeline.duration, timeline.shortest()),
      );
    else timeline.setView(pan(this.view, event.deltaX || event.deltaY, timeline.duration));
  }

  key(event) {
    const { timeline } = this;
    const command = event.ctrlKey || event.metaKey;
    const actions = {
      ArrowLeft: () => timeline.step(-1, event.shiftKey),
      ArrowRight: () => timeline.step(1, event.shiftKey),
      ArrowUp: () => timeline.nudge(1, event.shiftKey),
      ArrowDown: () => timeline.nudge(-1, event.shiftKey),
      Home: () => timeline.seek(0),
      End: () => timeline.seek(timeline.duration - 0.001),
      Delete: () => timeline.remove(),
      Backspace: () => timeline.remove(),
      Enter: () => timeline.addHere(),
      "[": () => timeline.nextKey(-1),
      "]": () => timeline.nextKey(1),
      "+": () => timeline.zoom(1.6),
      "=": () => timeline.zoom(1.6),
      "-": () => timeline.zoom(1 / 1.6),
      Escape: () => {
        this.cancelDrag();
        timeline.select([]);
      },
    };
    const commands = {
      c: () => timeline.copy(),
      v: () => timeline.paste(),
      x: () => {
        timeline.copy();
        timeline.remove();
      },
      a: () => timeline.selectAll(),
    };
    const action = command ? commands[event.key.toLowerCase()] : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}
