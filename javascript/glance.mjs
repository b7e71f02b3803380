// The page's one entry. Hosts load it as a module; it waits for its place to appear and builds the page there. It leaves
// no name on `window`.

import { App } from "./lib/app.mjs";

const ROOT = "glance_root";
const built = new WeakSet();

function mount() {
  const root = document.getElementById(ROOT);
  if (!root || built.has(root)) return;
  built.add(root);
  new App(root).start();
}

// Gradio builds its page late, and may build it anew.
new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
mount();
