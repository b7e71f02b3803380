// The page's words in the person's language. English text is the key, behind a mark of our own: a WebUI applies every
// extension's translations to its whole page, and ours shall change nobody else's buttons.

export const MARK = "GLANCE|";

const PLACES = /\{\w+\}/;
/** What a message begins with: the field it is about, and where in its text. */
const FIELD = /^(?:--?[a-z-]+: |[a-z_]+(?:\.[a-z_]+|\[\d+\])*(?:, column \d+)?: |column \d+: )+/;

/** @type {Record<string, string>} */
let table = {};
/** @type {{pattern: RegExp, names: string[], weight: number, translation: string}[]} */
let patterns = [];
let language = "en";

/**
 * Use `entries` (mark and English text -> translation) from now on.
 * @param {string} name
 * @param {Record<string, string>} entries
 */
export function useLanguage(name, entries) {
  language = name;
  table = entries;
  patterns = Object.entries(entries)
    .filter(([key]) => key.startsWith(MARK) && PLACES.test(key))
    .map(([key, translation]) => ({ ...patternOf(key.slice(MARK.length)), translation }))
    .sort((a, b) => b.weight - a.weight);
}

export const currentLanguage = () => language;

/**
 * Return the translation of an English text, with `{name}` places filled in.
 * @param {string} text
 */
export function t(text, places = {}) {
  let found = table[MARK + text] ?? text;
  for (const [name, value] of Object.entries(places)) found = found.replaceAll(`{${name}}`, value);
  return found === text ? found : withParticles(found);
}

/** A Korean syllable or digit, quotes that close behind it, and a particle in both forms. */
const PARTICLE = /([가-힣0-9])(["'`’”)\]]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(으\)로)/g;
/** @type {Record<string, [string, string]>} */
const FORMS = { "은(는)": ["은", "는"], "이(가)": ["이", "가"], "을(를)": ["을", "를"], "와(과)": ["과", "와"], "(으)로": ["으로", "로"] };

/**
 * Return Korean with the form of each particle that suits the syllable or digit before it; behind letters of other
 * scripts, whose sound is not known, both forms stay.
 * @param {string} text
 */
export function withParticles(text) {
  return text.replace(PARTICLE, (_, letter, quotes, both) => {
    const digit = "0123456789".includes(letter);
    const final = digit ? ("01678".includes(letter) || letter === "3" ? 1 : 0) : (letter.charCodeAt(0) - 0xac00) % 28;
    const liquid = digit ? "178".includes(letter) : final === 8;
    const [after, without] = FORMS[both];
    return letter + quotes + (final && !(liquid && both === "(으)로") ? after : without);
  });
}

/**
 * Return a message of the server in the person's language, as far as its words are known: the whole of it, or those
 * parts between semicolons that are, and each further line that is. What stands where in which field goes along as it
 * is.
 * @param {string} message
 */
export function translateServerMessage(message) {
  const [first, ...context] = message.split("\n");
  const place = FIELD.exec(first)?.[0] ?? "";
  const told = first.slice(place.length);
  const parts = () => told.split("; ").map((part) => known(part) ?? part);
  const line = known(first) ?? place + (known(told) ?? parts().join("; "));
  return [line, ...context.map((text) => known(text) ?? text)].join("\n");
}

/**
 * Return the translation of a text in which the places are filled in already; null for an unknown one.
 * @param {string} text
 */
function known(text) {
  if (MARK + text in table) return table[MARK + text];
  for (const { pattern, names, translation } of patterns) {
    const found = pattern.exec(text);
    if (found) {
      return withParticles(names.reduce((made, name, index) => made.replaceAll(name, found[index + 1]), translation));
    }
  }
  return null;
}

/** @param {string} text */
function patternOf(text) {
  const names = text.match(/\{\w+\}/g) ?? [];
  const fixed = text.split(PLACES).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return { pattern: new RegExp(`^${fixed.join("([^;]+)")}$`), names, weight: text.replace(/\{\w+\}/g, "").length };
}
