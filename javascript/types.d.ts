// The shapes of the page's data, for the checks alone (`npm run check`); nothing loads this file. Structs of the
// project bear the names of glance/project/model.py, answers of the server those of glance/app.

type Store = import("./lib/core/store.mjs").Store;
type ProjectSession = import("./lib/core/session.mjs").ProjectSession;
type Tasks = import("./lib/core/tasks.mjs").Tasks;
type Story = import("./lib/core/story.mjs").Story;
type Takes = import("./lib/core/takes.mjs").Takes;
type Redraw = import("./lib/core/redraw.mjs").Redraw;
type Api = import("./lib/core/api.mjs").Api;
type Player = import("./lib/core/player.mjs").Player;
type BeatGrid = import("./lib/curve/beatgrid.mjs").BeatGrid;
type App = import("./lib/app.mjs").App;

/** What every view is given. */
interface Context {
  store: Store;
  session: ProjectSession;
  tasks: Tasks;
  story: Story;
  takes: Takes;
  redraw: Redraw;
  player: Player;
  api: Api;
  app: App;
}

/** A part of the page: its element, and how it is told of changes. */
interface View {
  node: HTMLElement;
  update(state: State, changed: Set<string>): void;
}

// --- the project ---------------------------------------------------------------------------------------------------

interface Corrections {
  offset_ms: number;
  tempo_factor: string;
  fixed_bpm: number | null;
  taps_s: number[];
  downbeat_s: number | null;
  shift_beats: number;
  bar_shift: number;
}

/** How sure the hearing is, each a share in 0 to 1. */
interface Confidence {
  beat: number;
  octave: number;
  bar: number;
  passages: { start_s: number; end_s: number; beat: number; octave: number; bar: number }[];
}

interface SongSettings {
  path: string;
  corrections: Corrections;
  lyrics: string;
  stem_names?: Record<string, string>;
  [other: string]: unknown;
}

/** One of the ways a scene was drawn. */
interface SceneVersion {
  seed: number | null;
  prompt: string;
  negative: string;
  style: string;
  /** Number of the folder with its pictures; 0 for none. */
  drawn: number;
}

/** A scene's first picture, and of which words, style and seed it is. */
interface KeyPicture {
  scene: number;
  name: string;
  [field: string]: unknown;
}

/** What is about to be drawn; `seconds` is null where nothing was measured yet. */
interface Cost {
  pictures: number;
  size: number[];
  pace_s: number | null;
  seconds: number | null;
}

interface Scene {
  start: string;
  prompt: string;
  negative: string;
  style: string;
  picture: string;
  camera: string;
  motion: number;
  reactivity: string;
  transition: string;
  transition_beats: number;
  locked: boolean;
  seed: number | null;
  versions: SceneVersion[];
  effects?: Record<string, number>;
  [other: string]: unknown;
}

interface ReactionMap {
  envelope: string;
  silence: number;
  peak: number;
  shape: string;
  [other: string]: unknown;
}

/** How a reaction goes from one moment of the song to its next part's; `null` is the map's own. */
interface ReactionPart {
  at: string;
  amount: number;
  attack_ms: number | null;
  release_ms: number | null;
  bend: number | null;
  gate: number | null;
  accent: number;
  every_bars: number;
}

interface Reaction {
  channel: string;
  map: ReactionMap;
  rest_beats?: number;
  parts?: ReactionPart[];
  [other: string]: unknown;
}

/** An effect that a project has. */
interface EffectUse {
  effect: string;
  amount: number;
  bypass: boolean;
  mask: string;
  mask_picture: string;
  file: string;
}

/** A change to one stretch of one channel, over everything else. */
interface Override {
  channel: string;
  start: string;
  end: string;
  mode: string;
  value: number;
  curve: string;
  shape: string;
}

interface Marker {
  at: string;
  name: string;
}

interface Guide {
  at: string;
  picture: string;
  amount: number;
  shape: string;
  reach_s: number;
}

interface Look {
  prompt_prefix: string;
  prompt_suffix: string;
  negative: string;
  negative_sets: string[];
  palette: string[];
  start_image: string;
  guides: Guide[];
  always_on: Record<string, unknown[]>;
  [other: string]: unknown;
}

interface Output {
  width: number;
  height: number;
  fps: string;
  crf: number;
  upscaler: string;
  upscale: number;
  flashes: string;
  [other: string]: unknown;
}

interface Project {
  song: SongSettings;
  title: string;
  theme: string;
  concept: string;
  writer: string;
  seed: number;
  scenes: Scene[];
  prompts: string;
  prompts_blend: string;
  curves: Record<string, string>;
  reactions: Reaction[];
  effects: EffectUse[];
  overrides: Override[];
  markers: Marker[];
  look: Look;
  output: Output;
  lettering: Lettering;
  [other: string]: unknown;
}

/** A style's tile in the grid. */
interface Tile {
  node: HTMLDivElement;
  pick: HTMLButtonElement;
  thumb: HTMLElement;
  style: Style;
  name: string;
}

/** What undo and redo go through. */
interface Undoable<T> {
  past: T[];
  value: T;
  future: T[];
  key: string;
}

// --- what the server says --------------------------------------------------------------------------------------------

interface Section {
  label: string;
  role: string;
  start_s: number;
  end_s: number;
}

interface Analysis {
  duration_s: number;
  tempo_bpm: number;
  beats_s: number[];
  downbeats_s: number[];
  beats_per_bar: number;
  confidence: Confidence | null;
  sections: Section[];
  envelopes: { rate_hz: number; values: Record<string, number[]>; stems: Record<string, string> };
  peaks: [number, number][];
  onsets: Record<string, { times_s: number[]; strengths: number[] }>;
  lyrics: { start_s: number; end_s: number; text: string; words?: SungWord[]; confidence?: number }[];
  section_hints: { start_s: number; role: string; text: string }[];
  sources: TimeSource[];
  notes: string[];
}

/** One place that beats, bars or parts of the song can be taken from. */
interface TimeSource {
  of: string;
  source: string;
  label: string;
  fit: number;
  shift_ms: number;
  stretch: number;
  used: boolean;
  waits: boolean;
}

interface SungWord {
  start_s: number;
  end_s: number;
  text: string;
}

/** A line of the song's words; times are null where nobody has given any. A tag names a part and is not sung. */
interface WordLine {
  text: string;
  tag: boolean;
  start_s: number | null;
  end_s: number | null;
  words: SungWord[];
  confidence: number | null;
}

interface TapTarget {
  line: number;
  word: number;
}

interface Tapping {
  targets: TapTarget[];
  taps: number[];
  ends: Map<number, number>;
  base: WordLine[];
  byWord: boolean;
}

interface Problem {
  field: string;
  message: string;
  column: number;
  length: number;
}

interface Style {
  id: string;
  name: [string, string];
  group: string;
  tags: string[];
  template: string;
  palette: string[];
  thumb: boolean;
  /** `colors` where the example picture shows only colors and mood. */
  example?: string;
  /** Whether it is only offered where somebody looks for it. */
  asked?: boolean;
}

interface Channel {
  name: string;
  unit: string;
  low: number;
  high: number;
  default: number;
  group: string;
  help: string;
  kind: string;
}

/** A style of the WebUI's own list: a name for words to put into a prompt. */
interface PromptStyle {
  name: string;
  prompt: string;
  negative: string;
}

interface Lora {
  name: string;
  alias: string;
  kind: string;
  curves: Record<string, string>;
}

interface Choices {
  checkpoints: string[];
  vaes: string[];
  samplers: string[];
  schedulers: string[];
  upscalers: string[];
  loras: Lora[];
  styles: PromptStyle[];
}

interface Camera {
  name: string;
  label: string;
  help: string;
  mode: string;
}

/** What is known of an effect. */
interface EffectInfo {
  name: string;
  label: string;
  help: string;
  coherence: string;
  group: string;
  where: string;
  asset: string;
  parameters: string[];
  /** Parameter -> the value at which it changes nothing. */
  doses: Record<string, number>;
  /** Parameter -> value on a hit. */
  hit: Record<string, number>;
}

/** A look that comes with GLANCE. */
interface LookCard {
  name: string;
  label: string;
  about: string;
  author: string;
  license: string;
  parts: string[];
  clip: boolean;
}

/** What suits the model that the WebUI has loaded. */
interface Suited {
  title: string;
  size: [number, number];
  sampler: string;
  scheduler: string;
  steps: number;
  cfg: number;
  guidance: number | null;
  shift: boolean;
  reads_negative: boolean;
  prompts: string;
  clip_skip: number;
}

interface Welcome {
  fields: Record<string, { min: number; max: number; step?: number }>;
  recent: { id: string; title: string }[];
  styles: Style[];
  groups: Record<string, [string, string]>;
  cameras: Camera[];
  channels: Channel[];
  effects: EffectInfo[];
  looks: LookCard[];
  easings: string[];
  envelopes: string[];
  reactivities: string[];
  writers: string[];
  negative_sets: string[];
  sizes: Record<string, [number, number, string]>;
  targets: PublishTarget[];
  choices: Choices;
  defaults: { writer: string; model: string; suits?: Suited | null; curves?: Record<string, string>; multiple?: number };
  takes_over: boolean;
  opens_folders: boolean;
  notes: string[];
}

/** A running or ended task, as its stream of events tells it; what is asked for depends on its kind. */
interface TaskState {
  id: string;
  kind: string;
  status: "running" | "done" | "stopped" | "error";
  project: string;
  text: string;
  done: number;
  total: number;
  eta_s?: number | null;
  note?: string;
  tail?: string;
  result?: any;
  take?: number;
  newest?: number;
  scene?: number;
  first?: number;
  fps?: number;
  drawn?: string[];
  keys?: KeyPicture[];
  /** Stretches [first, last) of frames whose pictures are of before a change. */
  stale?: [number, number][];
  start?: string;
}

interface Take {
  number: number;
  done: boolean;
  newest: number;
  n_ready: number;
  size: number[];
  video_size: number[];
  fps: string;
  seed: number;
  styles: string[];
  upscaler: string;
  frames_kept: boolean;
  folder: string;
  sync: { text: string };
  span: [number, number] | null;
  draft: boolean;
  so_far: boolean;
  n_bytes: number;
  frees: number;
  published: { name: string; bytes: number }[];
}

/** A place that videos go to. */
interface PublishTarget {
  name: string;
  label: string;
  size: number[];
  draw: number[];
  longest_s: number;
  loops: boolean;
  silent: boolean;
}

/** Words over the finished video. */
interface Lettering {
  lyrics: string;
  font: string;
  size: number;
  place: string;
  color: string;
  sung: string;
  title: boolean;
  artist: string;
  credits: string;
  fade_in_s: number;
  fade_out_s: number;
  [other: string]: unknown;
}

/** A channel's values as the server worked them out, by part: `base`, `heard`, `below`, `final`. */
type Series = Record<string, Float32Array>;

/** Who writes the story; the key is never saved. */
interface Writer {
  server: string;
  model: string;
  key: string;
  patience?: string;
}

// --- the page ---------------------------------------------------------------------------------------------------------

/** The ruler that keys and scenes are placed by. */
interface Song {
  fps: number;
  nFrames: number;
  grid: BeatGrid;
}

interface Notice {
  text: string;
  kind: string;
  at: number;
}

interface State {
  welcome: Welcome;
  id: string;
  history: Undoable<Project>;
  analysis: Analysis | null;
  song: Song;
  curves: Record<string, Series>;
  starts: number[];
  problems: Problem[];
  takes: Take[];
  keys: KeyPicture[];
  costs: { keys: Cost; draft: Cost; final: Cost } | null;
  /** The one effect that the stage shows; empty for all. */
  solo: string;
  tasks: Record<string, TaskState | undefined>;
  saving: "saved" | "saving" | "waiting" | "failed" | "refused" | "elsewhere";
  notice: Notice | null;
  elsewhere: { project: Project; revision: string } | null;
  outdated: boolean;
  kept: File | null;
  /** What was typed at the start, until the project it is for has it. */
  theme: string;
  /** The path of the cover that came with the song; empty for none. */
  cover: string;
  scene: number;
  channel: string;
  /** Channels that are shown below the chosen one. */
  pinned: string[];
  /** What the ruler counts. */
  unit: Unit;
  playhead: number;
}

/** Options of an element: attributes, listeners, and what `h` knows besides. */
type ElementOptions = {
  [event in keyof GlobalEventHandlersEventMap as `on${event}`]?: (event: GlobalEventHandlersEventMap[event]) => unknown;
} & {
  text?: string;
  style?: Record<string, string>;
  dataset?: Record<string, string>;
  value?: unknown;
  [attribute: string]: unknown;
};

type TagOf<Spec extends string> = Spec extends `${infer Tag}.${string}` ? Tag : Spec;
type ElementOf<Spec extends string> =
  TagOf<Spec> extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[TagOf<Spec>] : HTMLElement;
type Child = Node | string | null | undefined;

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** A form element with its label and a place for what is wrong with it. */
interface Field<I extends Input = Input> {
  node: HTMLDivElement;
  input: I;
  problem(text: string | undefined): void;
}

/** A row of buttons of which one is pressed. */
type Choice = HTMLElement & { show(value: string | undefined): void };

/** A slider with its value beside it. */
type Slider = Field<HTMLInputElement> & { show(value: number): void };

// --- curves and the timeline ------------------------------------------------------------------------------------------

/** A key of a schedule's text. */
interface Key {
  time: string;
  value: string;
  easing: string;
}

/** Beats, seconds, bars or frames: what the ruler counts. */
type Unit = "beat" | "bar" | "second" | "frame";

/** A stretch of a curve as it is copied: its length, and keys at beats from its start. */
interface CopiedCurve {
  beats: number;
  keys: { beats: number; value: string; easing: string }[];
}

/** A key as copied: seconds from the first one. */
type CopiedKey = Key & { seconds: number };

/** A key on its frame; `number` is NaN for a formula. */
interface Point {
  index: number;
  frame: number;
  number: number;
  easing: string;
  moved?: boolean;
}

/** A key of a text channel. */
interface TextKey {
  time: string;
  value: string;
}

/** Values in every frame, at any density. */
type Values = Float32Array | Float64Array;

/** Levels of minima and maxima over values. */
interface Pyramid {
  values: Values;
  levels: { low: Float32Array; high: Float32Array }[];
}

/** A stretch of the song, in seconds. */
interface Span {
  start: number;
  end: number;
}

/** A stretch of the song and the pixels that show it. */
type Viewport = Span & { width: number };

type Pixel = [number, number];

/** Pixel rows that show a range of values. */
interface Lane {
  top: number;
  height: number;
  low: number;
  high: number;
}

interface Theme {
  change: string;
  text: string;
  faint: string;
  line: string;
  accent: string;
  panel: string;
  wave: string;
  hot: string;
  font: string;
}

interface Box {
  top: number;
  height: number;
}

/** All that a picture of the timeline shows. */
interface TimelineModel {
  view: Span;
  duration: number;
  analysis: Analysis;
  song: Song;
  scenes: Scene[];
  starts: number[];
  scene: number;
  trees: { base?: Pyramid | null; below?: Pyramid | null; final?: Pyramid | null };
  range: [number, number];
  unit: Unit;
  /** The changes of the shown channel, and which of them is chosen (its index in the project). */
  changes: (Span & { index: number; label: string })[];
  chosen: number;
  /** The selected stretches, and what is played over and over. */
  ranges: Span[];
  loop: Span | null;
  markers: { seconds: number; name: string }[];
  stale: Span[];
  pins: { name: string; tree: Pyramid | null; low: number; high: number; changes: Span[] }[];
  ghosts: boolean;
  drawing: Pixel[];
  envelope: { name: string; values: number[]; rate: number; color: string } | null;
  points: Point[];
  selected: Set<number>;
  playhead: number;
  box: [Pixel, Pixel] | null;
}

interface Window {
  localization?: Record<string, string>;
}
