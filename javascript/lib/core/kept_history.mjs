// Undo that survives a reload: the steps of each project, kept by this browser. What it cannot keep is only undone as
// long as the page is open.

const NAME = "glance";
const STORE = "history";
/** Steps that are kept, back and forth. */
const MOST = 200;

/** @returns {Promise<IDBObjectStore>} */
function opened(/** @type {IDBTransactionMode} */ mode) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve(request.result.transaction(STORE, mode).objectStore(STORE));
  });
}

/**
 * Keep a project's history. Values that its steps share are kept once.
 * @param {string} id
 * @param {Undoable<Project>} history
 */
export async function keepHistory(id, { past, value, future }) {
  try {
    const store = await opened("readwrite");
    store.put({ past: past.slice(-MOST), value, future: future.slice(0, MOST) }, id);
  } catch {
    // A browser that keeps nothing, or has no room.
  }
}

/**
 * Return a project's kept history, or null.
 * @param {string} id
 * @returns {Promise<Undoable<Project> | null>}
 */
export async function keptHistory(id) {
  try {
    const store = await opened("readonly");
    const found = await new Promise((resolve, reject) => {
      const request = store.get(id);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return found ? { past: found.past, value: found.value, future: found.future, key: "" } : null;
  } catch {
    return null;
  }
}
