// What tsc does not see. Formatting is no matter for here.

import js from "@eslint/js";
import globals from "globals";

const markup = "Text is set as text (`h(..., { text })`), never as markup.";

export default [
  js.configs.recommended,
  {
    rules: {
      complexity: ["error", 12],
      eqeqeq: "error",
      "max-lines": ["error", 600],
      "no-implied-eval": "error",
      "no-eval": "error",
      "no-shadow": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-use-before-define": ["error", { functions: false, classes: false, variables: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.object.name='Object'][callee.property.name='assign'] > ThisExpression",
          message: "Declare the fields of a class: what Object.assign puts there no tool can see.",
        },
      ],
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: markup },
        { property: "outerHTML", message: markup },
        { property: "insertAdjacentHTML", message: markup },
      ],
    },
  },
  { files: ["javascript/**/*.mjs"], languageOptions: { globals: globals.browser } },
  { files: ["tests/js/**/*.mjs"], languageOptions: { globals: globals.node } },
];
