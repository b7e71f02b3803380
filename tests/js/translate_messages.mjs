// Prints a list of messages in Korean: node translate_messages.mjs MESSAGES.json
import { readFileSync } from "node:fs";

import { translateServerMessage, useLanguage } from "../../javascript/lib/core/i18n.mjs";

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
useLanguage("ko_KR", read(new URL("../../localizations/ko_KR.json", import.meta.url)));
console.log(JSON.stringify(read(process.argv[2]).map(translateServerMessage)));
