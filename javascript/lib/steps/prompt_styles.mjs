// A WebUI's own prompt styles, put around the words of all scenes. In a style, `{prompt}` stands for what it is put
// around; a style without it comes behind, as in the WebUI.

const PLACE = "{prompt}";

/**
 * Return the fields of a look in which a style ({prompt, negative}) is put around what is there already.
 * @param {Pick<Look, "prompt_prefix" | "prompt_suffix" | "negative">} look
 * @param {Omit<PromptStyle, "name">} style
 */
export function addPromptStyle(look, style) {
  /** @type {Partial<Look>} */
  const fields = { negative: around(style.negative, look.negative) };
  if (style.prompt.includes(PLACE)) {
    const inner = look.prompt_prefix.includes(PLACE) ? look.prompt_prefix : joined(look.prompt_prefix, PLACE);
    // The words behind all scenes stay behind; what the style puts there comes in front of them.
    fields.prompt_prefix = style.prompt.replaceAll(PLACE, inner);
  } else {
    fields.prompt_suffix = joined(look.prompt_suffix, style.prompt);
  }
  return fields;
}

/**
 * @param {string} style
 * @param {string} words
 */
function around(style, words) {
  if (style.includes(PLACE)) return tidy(style.replaceAll(PLACE, words));
  return joined(words, style);
}

/** @param {string} text */
const tidy = (text) => text.trim().replace(/^,\s*|\s*,$/g, "");

/** @param {...string} parts */
const joined = (...parts) => parts.map(tidy).filter(Boolean).join(", ");
