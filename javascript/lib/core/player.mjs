// One clock for the page: the song's audio element. Everything that moves asks it for the time.

export class Player {
  audio = new Audio();
  /** @type {Set<(seconds: number) => void>} */
  listeners = new Set();
  /** Where to pause, in seconds. */
  until = Infinity;
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
      if (this.seconds >= this.until) this.pause();
      this.tell();
      if (this.playing) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  tell(seconds = this.seconds) {
    for (const listener of this.listeners) listener(seconds);
  }
}
