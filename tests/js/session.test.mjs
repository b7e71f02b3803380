import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Refusal } from "../../javascript/lib/core/api.mjs";
import { ProjectSession } from "../../javascript/lib/core/session.mjs";
import { Store } from "../../javascript/lib/core/store.mjs";
import { Story } from "../../javascript/lib/core/story.mjs";
import { Takes } from "../../javascript/lib/core/takes.mjs";
import { Tasks } from "../../javascript/lib/core/tasks.mjs";

const scene = (fields) => ({ prompt: "", negative: "", camera: "static", locked: false, ...fields });
const project = (fields = {}) => ({
  title: "old",
  scenes: [scene(), scene({ prompt: "kept", locked: true })],
  song: {},
  look: { palette: [] },
  curves: {},
  ...fields,
});

/** A server whose answers are given in advance: path -> answer, or what makes one of the sent value. */
class FakeApi {
  calls = [];
  answers = {};

  async post(path, value = {}) {
    this.calls.push([path, value]);
    const answer = this.answers[path];
    const told = typeof answer === "function" ? await answer(value) : answer;
    if (told instanceof Error) throw told;
    return told;
  }

  get(path) {
    return this.post(path);
  }

  upload(path, body) {
    return this.post(path.split("?")[0], body);
  }

  url(path) {
    return path;
  }
}

/** A stream of events that the test writes. */
class FakeSource {
  static open = [];
  closed = false;

  constructor(url) {
    this.url = url;
    FakeSource.open.push(this);
  }

  tell(state) {
    this.onmessage({ data: JSON.stringify(state) });
  }

  close() {
    this.closed = true;
  }
}

/** What waits for its time. */
const timers = new Map();
globalThis.setTimeout = (action) => {
  timers.set(timers.size + 1, action);
  return timers.size;
};
globalThis.clearTimeout = (timer) => timers.delete(timer);

let api, store, tasks, session;

beforeEach(() => {
  // Nothing is saved by itself here: each test says when.
  timers.clear();
  FakeSource.open = [];
  globalThis.EventSource = FakeSource;
  api = new FakeApi();
  store = new Store();
  tasks = new Tasks(store, api);
  session = new ProjectSession(store, tasks, api);
  store.set({ id: "p", analysis: { duration_s: 9 }, history: { past: [], value: project(), future: [], key: "" } });
  session.saved = session.project;
  session.revision = "1";
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a save sends the newest project with its revision, and knows the next one", async () => {
  api.answers["/api/projects/p/save"] = { revision: "2", problems: [] };
  session.edit(project({ title: "new" }));
  for (const action of timers.values()) action();
  await session.running;
  const [[, sent]] = api.calls;
  assert.deepEqual([sent.project.title, sent.revision, sent.tab], ["new", "1", session.tab]);
  assert.deepEqual([session.revision, store.state.saving], ["2", "saved"]);
});

test("changes made while a save is under way are saved after it", async () => {
  const answers = [];
  const sent = [];
  api.answers["/api/projects/p/save"] = ({ project: { title } }) => {
    sent.push(title);
    return new Promise((resolve) => answers.push(() => resolve({ revision: String(sent.length + 1), problems: [] })));
  };
  session.edit(project({ title: "a" }));
  const first = session.save();
  session.edit(project({ title: "b" }));
  const second = session.save();
  answers[0]();
  await first;
  await settled();
  assert.deepEqual([sent.length, store.state.saving], [2, "saving"]);
  answers[1]();
  await second;
  assert.deepEqual(sent, ["a", "b"]);
  assert.equal(store.state.saving, "saved");
});

test("what another tab saved is not overwritten, and both states stay within reach of undo", async () => {
  const theirs = { project: project({ title: "theirs" }), revision: "7" };
  api.answers["/api/projects/p/save"] = new Refusal("changed elsewhere", 409, "", theirs);
  session.edit(project({ title: "mine" }));
  await session.save();
  assert.deepEqual([store.state.saving, store.state.elsewhere], ["elsewhere", theirs]);
  api.answers["/api/projects/p/save"] = { revision: "8", problems: [] };
  session.settleConflict(true);
  await session.running;
  const [, sent] = api.calls.findLast(([path]) => path.endsWith("/save"));
  assert.deepEqual([session.project.title, sent.revision], ["mine", "7"]);
  session.undo();
  assert.equal(session.project.title, "theirs");
});

test("a refused save shows the server's words at their field and is not tried again", async () => {
  api.answers["/api/projects/p/save"] = new Refusal("no such style", 422, "scenes[0].style");
  session.edit(project({ title: "x" }));
  await session.save();
  assert.equal(store.state.saving, "refused");
  assert.deepEqual(store.state.problems, [{ field: "scenes[0].style", message: "no such style", column: -1, length: 0 }]);
});

test("a task is followed to its end, and its failure is told", async () => {
  const ended = tasks.follow({ id: "t", kind: "render", status: "running", project: "p" });
  const [source] = FakeSource.open;
  source.tell({ id: "t", kind: "render", status: "running", project: "p", done: 3 });
  assert.equal(store.state.tasks.render.done, 3);
  source.tell({ id: "t", kind: "render", status: "error", project: "p", text: "out of memory" });
  assert.equal((await ended).status, "error");
  assert.ok(source.closed);
  assert.equal(store.state.notice.text, "out of memory");
});

test("a task of a project that was left says nothing more", async () => {
  const ended = tasks.follow({ id: "t", kind: "render", status: "running", project: "p" });
  store.set({ id: "other", tasks: {} });
  FakeSource.open[0].tell({ id: "t", kind: "render", status: "done", project: "p" });
  assert.equal(await ended, null);
  assert.deepEqual(store.state.tasks, {});
});

test("a written story goes into the unlocked scenes alone, in one step of undo", async () => {
  const written = project({ scenes: [scene({ prompt: "a ship" }), scene({ prompt: "other" })], concept: "sea" });
  api.answers["/api/projects/p/story"] = { id: "t", kind: "story", status: "running", project: "p" };
  const done = new Story(store, session, tasks, api).writeIfWanted();
  await settled();
  FakeSource.open[0].tell({ id: "t", kind: "story", status: "done", project: "p", result: { project: written } });
  await done;
  assert.deepEqual(
    session.project.scenes.map(({ prompt }) => prompt),
    ["a ship", "kept"],
  );
  session.undo();
  assert.equal(session.project.scenes[0].prompt, "");
});

test("the list of takes is fetched when a take begins and when it ends", async () => {
  api.answers["/api/projects/p/render"] = { id: "t", kind: "render", status: "running", project: "p" };
  let takes = [];
  api.answers["/api/projects/p/takes"] = () => ({ takes });
  const done = new Takes(store, session, tasks, api, { loop: null }).make();
  await settled();
  takes = [{ number: 1 }];
  FakeSource.open[0].tell({ id: "t", kind: "render", status: "done", project: "p" });
  await done;
  assert.deepEqual(store.state.takes, [{ number: 1 }]);
  assert.equal(api.calls.filter(([path]) => path.endsWith("/takes")).length, 2);
});
