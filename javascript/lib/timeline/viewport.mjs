// Which stretch of the song the timeline shows.

import { pan, reveal, toSeconds, toX, zoomAt } from "../curve/timescale.mjs";

/** The closest look: so many frames across the canvas. */
const SHORTEST_FRAMES = 12;

export class TimelineViewport {
  /** @type {Span} */
  span = { start: 0, end: 1 };

  /**
   * @param {Store} store
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} changed called after every move
   */
  constructor(store, canvas, changed) {
    this.store = store;
    this.canvas = canvas;
    this.changed = changed;
  }

  get duration() {
    return this.store.state.analysis?.duration_s ?? 1;
  }

  /** The stretch with the pixels that show it. */
  get sized() {
    return { ...this.span, width: this.canvas.clientWidth || 1 };
  }

  /** @param {number} x */
  secondsAt(x) {
    return toSeconds(this.sized, x);
  }

  /** @param {Span} span */
  show({ start, end }) {
    this.span = { start, end };
    this.changed();
  }

  showAll() {
    this.show({ start: 0, end: this.duration });
  }

  /**
   * Zoom by `factor` around pixel `x`; more than the closest look is not to be had.
   * @param {number} factor
   * @param {number} x
   */
  zoomAtPixel(factor, x, shortest = SHORTEST_FRAMES / this.store.state.song.fps) {
    this.show(zoomAt(this.sized, x, factor, this.duration, shortest));
  }

  /**
   * @param {number} factor
   * @param {number} seconds what stays where it is
   */
  zoom(factor, seconds) {
    this.zoomAtPixel(factor, toX(this.sized, seconds));
  }

  /**
   * Look so closely that single frames can be told apart.
   * @param {number} seconds what stays where it is
   */
  showFrames(seconds) {
    this.zoomAtPixel(1e9, toX(this.sized, seconds), (2 * SHORTEST_FRAMES) / this.store.state.song.fps);
  }

  /** @param {number} pixels positive: later in the song */
  pan(pixels) {
    this.show(pan(this.sized, pixels, this.duration));
  }

  /** @param {number} seconds */
  reveal(seconds) {
    this.show(reveal(this.sized, seconds, this.duration));
  }
}
