// Step 3: the look. Style grid, start picture, palette, format, and what the host has to choose from.

import { h, withStorage } from "../core/dom.mjs";
import { button, choice, labelled, section, select } from "../core/fields.mjs";
import { EffectsPanel } from "./effects_panel.mjs";
import { FormatPanel } from "./format_panel.mjs";
import { HostPanel } from "../webui/host_panel.mjs";
import { setIcon } from "../core/icons.mjs";
import { LooksPanel } from "./looks_panel.mjs";
import { PicturesPanel } from "./pictures_panel.mjs";
import { setAllScenes, setScene } from "./scenes.mjs";
import { StyleCompare } from "./style_compare.mjs";
import { StylePreviews } from "./style_previews.mjs";
import { currentLanguage, t } from "../core/i18n.mjs";

const FAVORITES = "glance.favourite-styles";
const COLORS_ONLY = "The example shows its colours and mood: the built-in painter cannot draw this look.";

export class LookView {
  /** @type {Field} */
  search;
  /** @type {Field} */
  group;
  /** @type {HTMLButtonElement} */
  only;
  /** @type {HTMLButtonElement} */
  surprise;
  /** @type {Choice} */
  target;
  /** @type {HTMLElement} */
  grid;
  /** By style. @type {Map<string, Tile>} */
  tiles = new Map();
  /** @type {HTMLElement} */
  nothing;
  favorites = new Set(keptFavorites());
  /** How often a search was asked for: an answer that was overtaken is not shown. */
  asked = 0;
  onlyFavorites = false;
  /** Whether a chosen style goes to all scenes. */
  all = false;

  /** @param {Context} context */
  constructor(context) {
    this.store = context.store;
    this.session = context.session;
    this.api = context.api;
    this.buildGrid();
    this.format = new FormatPanel(context);
    this.pictures = new PicturesPanel(context);
    this.host = new HostPanel(context);
    this.looks = new LooksPanel(context);
    this.effects = new EffectsPanel(context);
    this.previews = new StylePreviews(context, this.tiles, () => this.host.names());
    this.compare = new StyleCompare(this.tiles, {
      apply: (id) => this.apply(id),
      draw: (ids) => this.previews.start(ids),
    });
    this.node = section(
      3,
      t("Look"),
      t("A style for each scene, and the shape of the picture."),
      h("div.row.style-tools", {}, this.search.node, this.group.node, this.only, this.surprise, this.target),
      this.grid,
      this.nothing,
      this.compare.node,
      this.previews.node,
      this.looks.node,
      this.effects.node,
      h("div.panels", {}, this.format.node, this.pictures.node, this.host.node),
    );
  }

  buildGrid() {
    const { welcome } = this.store.state;
    const korean = currentLanguage() === "ko_KR" ? 1 : 0;
    this.search = labelled(
      t("Search styles"),
      h("input", { type: "search", oninput: () => this.filter(), placeholder: t("baroque, neon, ink …") }),
    );
    this.group = labelled(
      t("Kind"),
      select([["", t("all")], ...Object.entries(welcome.groups).map(([id, names]) => [id, names[korean]])], () =>
        this.filter(),
      ),
    );
    this.only = button(
      t("Favourites"),
      () => {
        this.onlyFavorites = !this.onlyFavorites;
        this.filter();
      },
      { kind: "quiet" },
    );
    this.surprise = button(t("Surprise me"), () => this.surpriseMe(), { kind: "quiet", help: t("A style by chance") });
    this.target = choice(
      t("Where a chosen style goes"),
      [
        ["scene", t("this scene")],
        ["all", t("all scenes")],
      ],
      (where) => {
        this.all = where === "all";
        this.target.show(where);
      },
    );
    this.target.show("scene");
    this.grid = h(
      "div.styles",
      { role: "listbox", "aria-label": t("Styles") },
      welcome.styles.map((style) => this.tile(style, korean)),
    );
    this.nothing = h("p.hint", {
      text: t("No style is called that. Try a medium, an era, a film or a mood."),
      role: "status",
      hidden: true,
    });
  }

  /**
   * @param {Style} style
   * @param {0 | 1} korean
   */
  tile(style, korean) {
    const back = style.thumb
      ? `center/cover url("${this.api.url(`/api/styles/${style.id}.webp`)}")`
      : `linear-gradient(135deg, ${(style.palette.length ? style.palette : ["#777", "#bbb"]).join(", ")})`;
    const star = h("button.star", {
      type: "button",
      "aria-label": t("Favourite"),
      "aria-pressed": String(this.favorites.has(style.id)),
      onclick: (event) => {
        event.stopPropagation();
        this.mark(style.id, star);
      },
    });
    setIcon(star, "star");
    const beside = h("button.compare", {
      type: "button",
      "aria-label": t("Compare {name}", { name: style.name[korean] }),
      title: t("Compare: look at two styles side by side"),
      onclick: () => this.compare.put(style.id),
    });
    setIcon(beside, "beside");
    const thumb = h("span.thumb", { style: { background: back } });
    const pick = h(
      "button.tile-pick",
      {
        type: "button",
        role: "option",
        title: style.template.replace("{prompt}", "…") + (style.example === "colors" ? `\n${t(COLORS_ONLY)}` : ""),
        onclick: () => this.apply(style.id),
      },
      thumb,
      style.example === "colors" ? h("span.tile-note", { text: t("colours only") }) : null,
      h("span.tile-name", { text: style.name[korean] }),
    );
    const node = h("div.tile", { dataset: { style: style.id } }, pick, star, beside);
    this.tiles.set(style.id, { node, pick, thumb, style, name: style.name[korean] });
    return node;
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    const project = state.history.value;
    if (changed.has("tasks") || changed.has("id")) {
      this.previews.show(state.tasks.styles);
      this.host.calibration.show(state.tasks.measure);
      this.compare.show();
    }
    if (!project || !["history", "scene", "problems", "id", "solo"].some((name) => changed.has(name))) return;
    const used = new Set(project.scenes.map((scene) => scene.style));
    const current = project.scenes[state.scene]?.style;
    for (const [id, { node, pick }] of this.tiles) {
      node.classList.toggle("used", used.has(id));
      pick.setAttribute("aria-selected", String(id === current));
    }
    this.format.update(project.output, state);
    this.pictures.update(project.look, state);
    this.host.update(project);
    this.effects.update(project, state);
  }

  /** Show what is searched for, best first. The server finds: one search for the page and the command line. */
  async filter() {
    const query = this.search.input.value.trim();
    const group = this.group.input.value;
    this.only.setAttribute("aria-pressed", String(Boolean(this.onlyFavorites)));
    const asked = (this.asked += 1);
    // What bears the name stands at once; nobody shall click on a tile that goes away a moment later.
    this.showTiles(this.named(query), group);
    if (query) {
      const found = await this.found(query);
      if (asked !== this.asked) return;
      this.showTiles(found, group);
    }
    this.nothing.hidden = [...this.tiles.values()].some(({ node }) => !node.hidden);
  }

  /**
   * @param {string[]} ids
   * @param {string} group
   */
  showTiles(ids, group) {
    const kept = ids.flatMap((id) => this.tiles.get(id) ?? []).filter(({ style }) => this.fits(style, group));
    for (const { node } of this.tiles.values()) node.hidden = true;
    for (const { node } of kept) node.hidden = false;
    this.grid.append(...kept.map(({ node }) => node));
  }

  /**
   * Return the ids of the styles whose name holds a text.
   * @param {string} text
   */
  named(text) {
    const plain = text.toLowerCase();
    const bears = (/** @type {Tile} */ { style }) => style.name.some((name) => name.toLowerCase().includes(plain));
    return [...this.tiles].flatMap(([id, tile]) => (bears(tile) ? id : []));
  }

  /**
   * @param {Style} style
   * @param {string} group
   */
  fits(style, group) {
    return (!group || style.group === group) && (!this.onlyFavorites || this.favorites.has(style.id));
  }

  /**
   * Return the ids of the styles that a search means, best first.
   * @param {string} query
   * @returns {Promise<string[]>}
   */
  async found(query) {
    try {
      return (await this.api.get(`/api/styles?search=${encodeURIComponent(query)}`)).styles;
    } catch {
      return [];
    }
  }

  /** @param {string} id */
  apply(id) {
    const { project } = this.session;
    const { state } = this.store;
    this.session.edit(this.all ? setAllScenes(project, { style: id }) : setScene(project, state.scene, { style: id }));
  }

  surpriseMe() {
    const searched = Boolean(this.search.input.value.trim() || this.group.input.value);
    // What belongs to a faith or a living culture is no surprise, unless somebody looked for it.
    const shown = [...this.tiles.values()].filter(({ node, style }) => !node.hidden && (searched || !style.asked));
    if (!shown.length) return;
    const { style, node } = shown[Math.floor(Math.random() * shown.length)];
    this.apply(style.id);
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /**
   * @param {string} id
   * @param {HTMLButtonElement} star
   */
  mark(id, star) {
    if (this.favorites.has(id)) this.favorites.delete(id);
    else this.favorites.add(id);
    star.setAttribute("aria-pressed", String(this.favorites.has(id)));
    keepFavorites([...this.favorites]);
  }
}

/** @returns {string[]} */
function keptFavorites() {
  return withStorage((storage) => JSON.parse(storage.getItem(FAVORITES) ?? "[]"), []);
}

/** @param {string[]} list */
function keepFavorites(list) {
  // Where nothing is kept, they hold until the page is closed.
  withStorage((storage) => storage.setItem(FAVORITES, JSON.stringify(list)), undefined);
}
