// The page's words in the person's language. English text is the key, behind a mark of our own: a WebUI applies every
// extension's translations to its whole page, and ours shall change nobody else's buttons.

export const MARK = "GLANCE|";

let table = {};
let language = "en";

/** Use `entries` (mark and English text -> translation) from now on. */
export function useLanguage(name, entries) {
  language = name;
  table = entries;
}

export const currentLanguage = () => language;

/** Return the translation of an English text, with `{name}` places filled in. */
export function t(text, places = {}) {
  let found = table[MARK + text] ?? text;
  for (const [name, value] of Object.entries(places)) found = found.replaceAll(`{${name}}`, value);
  return found;
}
