// The page's words in the person's language. English text is the key; a host's own translation table comes first.

let table = {};
let language = "en";

/** Use `entries` (English text -> translation) from now on. */
export function useLanguage(name, entries) {
  language = name;
  table = entries;
}

export const currentLanguage = () => language;

/** Return the translation of an English text, with `{name}` places filled in. */
export function t(text, places = {}) {
  let found = table[text] ?? text;
  for (const [name, value] of Object.entries(places)) found = found.replaceAll(`{${name}}`, value);
  return found;
}
