// Schedules as people paste them: with the channel's name in front, as manuals and Deforum's settings files write them.

const NAMED = /^\s*"?([a-z_0-9]+)"?\s*[=:]\s*(?=["'(\d.+-]|max_f)/i;
/** Names of Deforum's settings that are not the channel's own with `_schedule` behind. @type {Record<string, string>} */
const ALIASES = { cfg_scale: "cfg", noise_schedule: "noise" };

/**
 * Return {channel, text} of a pasted schedule: `strength = 0:(0.65)`, `"strength_schedule": "0:(0.65)",`; the channel is
 * empty where none of the known ones stands in front, and the text is then as it was.
 * @param {string} pasted
 * @param {string[]} known names of channels
 */
export function readPasted(pasted, known) {
  const found = NAMED.exec(pasted);
  if (!found) return { channel: "", text: pasted };
  const name = found[1].toLowerCase().replace(/_schedule$/, "");
  const channel = known.includes(name) ? name : (ALIASES[name] ?? "");
  if (!known.includes(channel)) return { channel: "", text: pasted };
  const text = pasted.slice(found[0].length).trim().replace(/,$/, "");
  const quoted = /^"(.*)"$|^'(.*)'$/s.exec(text);
  return { channel, text: quoted ? (quoted[1] ?? quoted[2]) : text };
}

/**
 * Return the keys whose plain numbers lie outside a channel's range, as [{time, value, drawn}].
 * @param {Key[]} keys
 * @param {Channel} channel
 */
export function beyondRange(keys, { low, high }) {
  return keys
    .map(({ time, value }) => ({ time, value: Number(value) }))
    .filter(({ value }) => value < low || value > high)
    .map(({ time, value }) => ({ time, value, drawn: value < low ? low : high }));
}
