// Talking to the server. Every call either returns its answer or throws a Refusal with a sentence fit to be shown.

/** The version of the server's addresses. Only this file knows it: callers name them by what follows `/api`. */
const VERSION = "/v1";

export class Refusal extends Error {
  /** `newest`: where another tab saved meanwhile, the project as it is now and its revision. */
  constructor(message, status, field = "", newest = null) {
    super(message);
    this.status = status;
    this.field = field;
    this.newest = newest;
  }
}

export class Api {
  /** `root` is the address of GLANCE's routes, without a slash at the end. */
  constructor(root) {
    this.root = root;
    this.key = "";
  }

  /**
   * Return the address of what callers name by a path that begins with `/api`.
   * @param {string} path
   */
  address(path) {
    return this.root + path.replace(/^\/api\//, `${VERSION}/`);
  }

  /** Return the address for what cannot send our header: pictures, sounds, videos, streams of events. */
  url(path) {
    const address = this.address(path);
    if (!this.key) return address;
    return `${address}${address.includes("?") ? "&" : "?"}key=${this.key}`;
  }

  get(path, options = {}) {
    return this.ask("GET", path, undefined, options);
  }

  post(path, value = {}, options = {}) {
    return this.ask("POST", path, JSON.stringify(value), { ...options, type: "application/json" });
  }

  /** Send a file's bytes; `name` tells the server what it was called. */
  upload(path, file, name = file.name) {
    return this.ask("POST", `${path}${path.includes("?") ? "&" : "?"}name=${encodeURIComponent(name)}`, file, { type: "application/octet-stream" });
  }

  async ask(method, path, body, { type, signal } = {}) {
    // The header keeps other sites' forms out: a browser sends it across sites only after asking, and nobody says yes.
    const headers = { "X-Glance": "1" };
    if (type) headers["Content-Type"] = type;
    let response;
    try {
      response = await fetch(this.address(path), { method, headers, body, signal, credentials: "same-origin" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Refusal("The server does not answer. Is it still running? Your changes are kept in this page.", 0);
    }
    this.key = response.headers.get("X-Glance-Key") ?? this.key;
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw new Refusal(answer.detail ?? `The server answered ${response.status}.`, response.status, answer.field ?? "", answer.newest);
  }
}

/** Decode base64 of little-endian 32-bit floats. */
export function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
