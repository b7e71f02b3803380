// Step 3: the look. Style grid, start picture, palette, format, and what the host has to choose from.

import { h } from "../core/dom.mjs";
import { button, choice, labelled, section, select } from "../core/fields.mjs";
import { FormatPanel } from "./format_panel.mjs";
import { HostPanel } from "../webui/host_panel.mjs";
import { setIcon } from "../core/icons.mjs";
import { PicturesPanel } from "./pictures_panel.mjs";
import { setAllScenes, setScene } from "./scenes.mjs";
import { StyleCompare } from "./style_compare.mjs";
import { StylePreviews } from "./style_previews.mjs";
import { currentLanguage, t } from "../core/i18n.mjs";

const FAVOURITES = "glance.favourite-styles";
const COLORS_ONLY = "The example shows its colours and mood: the built-in painter cannot draw this look.";

export class LookView {
  constructor(context) {
    const { store, api } = context;
    Object.assign(this, { store, api });
    this.favourites = new Set(keptFavourites());
    this.tiles = new Map();
    this.buildGrid();
    this.format = new FormatPanel(context);
    this.pictures = new PicturesPanel(context);
    this.host = new HostPanel(context);
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
        this.onlyFavourites = !this.onlyFavourites;
        this.filter();
      },
      { kind: "quiet" },
    );
    this.surprise = button(t("Surprise me"), () => this.surpriseMe(), { kind: "quiet", help: t("A style by chance") });
    this.all = false;
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

  tile(style, korean) {
    const back = style.thumb
      ? `center/cover url("${this.api.url(`/api/styles/${style.id}.webp`)}")`
      : `linear-gradient(135deg, ${(style.palette.length ? style.palette : ["#777", "#bbb"]).join(", ")})`;
    const star = h("button.star", {
      type: "button",
      "aria-label": t("Favourite"),
      "aria-pressed": String(this.favourites.has(style.id)),
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
    const pick = h(
      "button.tile-pick",
      {
        type: "button",
        role: "option",
        title: [style.template.replace("{prompt}", "…"), ...(style.example === "colors" ? [t(COLORS_ONLY)] : [])].join("\n"),
        onclick: () => this.apply(style.id),
      },
      h("span.thumb", { style: { background: back } }),
      h("span.tile-name", { text: style.name[korean] }),
    );
    const node = h("div.tile", { dataset: { style: style.id } }, pick, star, beside);
    this.tiles.set(style.id, { node, pick, style, name: style.name[korean] });
    return node;
  }

  update(state, changed) {
    const project = state.history.value;
    if (changed.has("tasks") || changed.has("id")) {
      this.previews.show(state.tasks.styles);
      this.compare.show();
    }
    if (!project || !["history", "scene", "problems", "id"].some((name) => changed.has(name))) return;
    const used = new Set(project.scenes.map((scene) => scene.style));
    const current = project.scenes[state.scene]?.style;
    for (const [id, { node, pick }] of this.tiles) {
      node.classList.toggle("used", used.has(id));
      pick.setAttribute("aria-selected", String(id === current));
    }
    this.format.update(project.output, state);
    this.pictures.update(project.look, state);
    this.host.update(project);
  }

  /** Show what is searched for, best first. The server finds: one search for the page and the command line. */
  async filter() {
    const query = this.search.input.value.trim();
    const group = this.group.input.value;
    this.only.setAttribute("aria-pressed", String(Boolean(this.onlyFavourites)));
    const asked = (this.asked = (this.asked ?? 0) + 1);
    // What bears the name stands at once; nobody shall click on a tile that goes away a moment later.
    this.showTiles(this.named(query), group);
    if (query) {
      const found = await this.found(query);
      if (asked !== this.asked) return;
      this.showTiles(found, group);
    }
    this.nothing.hidden = [...this.tiles.values()].some(({ node }) => !node.hidden);
  }

  showTiles(ids, group) {
    const kept = ids.filter((id) => this.tiles.has(id) && this.fits(this.tiles.get(id).style, group));
    for (const { node } of this.tiles.values()) node.hidden = true;
    for (const id of kept) this.tiles.get(id).node.hidden = false;
    this.grid.append(...kept.map((id) => this.tiles.get(id).node));
  }

  named(query) {
    const plain = query.toLowerCase();
    return [...this.tiles].filter(([, { style }]) => style.name.some((name) => name.toLowerCase().includes(plain))).map(([id]) => id);
  }

  fits(style, group) {
    return (!group || style.group === group) && (!this.onlyFavourites || this.favourites.has(style.id));
  }

  async found(query) {
    try {
      return (await this.api.get(`/api/styles?search=${encodeURIComponent(query)}`)).styles;
    } catch {
      return [];
    }
  }

  apply(id) {
    const { project, state } = this.store;
    this.store.edit(this.all ? setAllScenes(project, { style: id }) : setScene(project, state.scene, { style: id }));
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

  mark(id, star) {
    if (this.favourites.has(id)) this.favourites.delete(id);
    else this.favourites.add(id);
    star.setAttribute("aria-pressed", String(this.favourites.has(id)));
    keepFavourites([...this.favourites]);
  }
}

function keptFavourites() {
  try {
    return JSON.parse(localStorage.getItem(FAVOURITES) ?? "[]");
  } catch {
    return [];
  }
}

function keepFavourites(list) {
  try {
    localStorage.setItem(FAVOURITES, JSON.stringify(list));
  } catch {
    // They then hold until the page is closed.
  }
}
