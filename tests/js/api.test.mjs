import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../../javascript/lib/core/api.mjs";

test("a page that was left open over an update hears of it once", async () => {
  let edition = "one";
  globalThis.fetch = async () => ({
    ok: true,
    headers: new Map([["X-Glance-Edition", edition]]),
    json: async () => ({}),
  });
  const api = new Api("");
  let told = 0;
  api.onUpdate = () => (told += 1);
  await api.get("/api/welcome");
  await api.get("/api/projects");
  assert.equal(told, 0);
  edition = "two";
  await api.get("/api/projects");
  await api.get("/api/projects");
  assert.equal(told, 1);
});
