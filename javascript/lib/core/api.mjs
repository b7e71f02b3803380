// Talking to the server. Every call either returns its answer or throws a Refusal with a sentence fit to be shown.

/** The version of the server's addresses. Only this file knows it: callers name them by what follows `/api`. */
const VERSION = "/v1";

export class Refusal extends Error {
  /**
   * `newest`: where another tab saved meanwhile, the project as it is now and its revision.
   * @param {string} message
   * @param {number} status
   * @param {string} field
   * @param {{project: Project, revision: string} | null} newest
   */
  constructor(message, status, field = "", newest = null) {
    super(message);
    this.status = status;
    this.field = field;
    this.newest = newest;
  }
}

/** @typedef {{signal?: AbortSignal}} AskOptions */

export class Api {
  /**
   * `root` is the address of GLANCE's routes, without a slash at the end.
   * @param {string} root
   */
  constructor(root) {
    this.root = root;
    this.key = "";
    /** The edition of GLANCE that answered first, and with it this page. */
    this.edition = "";
    /** Called once when another edition answers. @type {() => void} */
    this.onUpdate = () => {};
  }

  /**
   * Return the address of what callers name by a path that begins with `/api`.
   * @param {string} path
   */
  address(path) {
    return this.root + path.replace(/^\/api\//, `${VERSION}/`);
  }

  /**
   * Return the address for what cannot send our header: pictures, sounds, videos, streams of events.
   * @param {string} path
   */
  url(path) {
    const address = this.address(path);
    if (!this.key) return address;
    return `${address}${address.includes("?") ? "&" : "?"}key=${this.key}`;
  }

  /**
   * @param {string} path
   * @param {AskOptions} options
   */
  get(path, options = {}) {
    return this.ask("GET", path, undefined, options);
  }

  /**
   * @param {string} path
   * @param {object} value
   * @param {AskOptions} options
   */
  post(path, value = {}, options = {}) {
    return this.ask("POST", path, JSON.stringify(value), { ...options, type: "application/json" });
  }

  /**
   * Send a file's bytes; `name` tells the server what it was called.
   * @param {string} path
   * @param {Blob & {name?: string}} file
   */
  upload(path, file, name = file.name ?? "") {
    return this.ask("POST", `${path}${path.includes("?") ? "&" : "?"}name=${encodeURIComponent(name)}`, file, {
      type: "application/octet-stream",
    });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {BodyInit | undefined} body
   * @param {AskOptions & {type?: string}} options
   * @returns {Promise<any>}
   */
  async ask(method, path, body, { type, signal } = {}) {
    // The header keeps other sites' forms out: a browser sends it across sites only after asking, and nobody says yes.
    /** @type {Record<string, string>} */
    const headers = { "X-Glance": "1" };
    if (type) headers["Content-Type"] = type;
    let response;
    try {
      response = await fetch(this.address(path), { method, headers, body, signal, credentials: "same-origin" });
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") throw error;
      throw new Refusal("The server does not answer. Is it still running? Your changes are kept in this page.", 0);
    }
    this.key = response.headers.get("X-Glance-Key") ?? this.key;
    this.compare(response.headers.get("X-Glance-Edition"));
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw new Refusal(
      answer.detail ?? `The server answered ${response.status}.`,
      response.status,
      answer.field ?? "",
      answer.newest,
    );
  }

  /**
   * Notice that GLANCE was updated and started again since this page was opened.
   * @param {string | null} edition
   */
  compare(edition) {
    if (!edition || edition === this.edition) return;
    const before = this.edition;
    this.edition = edition;
    if (before) this.onUpdate();
  }
}

/**
 * Decode base64 of little-endian 32-bit floats.
 * @param {string} base64
 */
export function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
