// One clock for the page: the song's audio element. Everything that moves asks it for the time.

export class Player {
  audio = new Audio();
  /** @type {Set<(seconds: number) => void>} */
  listeners = new Set();
  /** Where to pause, in seconds. */
  until = Infinity;
  /** What is played over and over. @type {Span | null} */
  loop = null;
  url = "";

  constructor() {
    this.audio.preload = "auto";
    this.audio.addEventListener("play", () => this.run());
    for (const name of ["pause", "seeked", "ended"]) this.audio.addEventListener(name, () => this.tell());
  }

  /**
   * Call `listener(seconds)` while the song plays and after each jump.
   * @param {(seconds: number) => void} listener
   */
  listen(listener) {
    this.listeners.add(listener);
  }

  /** @param {string} url */
  load(url) {
    if (this.url === url) return;
    this.url = url;
    this.audio.src = url;
  }

  get seconds() {
    return this.audio.currentTime;
  }
  get playing() {
    return !this.audio.paused && !this.audio.ended;
  }

  /**
   * Play from `from` (or from where it is) up to `until` seconds.
   * @param {number | null} from
   */
  async play(from = null, until = Infinity) {
    this.until = until;
    if (from !== null) this.audio.currentTime = from;
    await this.audio.play().catch(() => this.tell());
  }

  /**
   * Play a stretch over and over; null plays on.
   * @param {Span | null} span
   */
  repeat(span) {
    this.loop = span;
    if (span && (this.seconds < span.start || this.seconds >= span.end)) this.seek(span.start);
  }

  pause() {
    this.audio.pause();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.audio.currentTime = Math.max(0, seconds);
    this.until = Infinity;
    this.tell(seconds);
  }

  run() {
    const step = () => {
      const { loop, seconds } = this;
      if (loop && (seconds >= loop.end || seconds < loop.start - 0.05)) this.audio.currentTime = loop.start;
      else if (seconds >= this.until) this.pause();
      this.tell();
      if (this.playing) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  tell(seconds = this.seconds) {
    for (const listener of this.listeners) listener(seconds);
  }
}
