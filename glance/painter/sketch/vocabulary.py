"""Which words of a prompt mean what to the composer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glance.painter.sketch.stencils import english_of, nearest_of, stencil_of
from glance.story.korean.analysis import noun_of
from glance.story.korean.dictionary import load_dictionary
from glance.story.lexicon import load_lexicon
from glance.story.sung import things_by_noun
from glance.story.theme import singular

#: Where a picture plays -> words that say so.
SETTINGS: Mapping[str, str] = {
    "sea": "sea seas ocean oceans coast shore seashore beach harbor harbour bay island waves wave tide tides surf "
    "cliff cliffs sailing sail waterfront lagoon pier dock seaside riverside fishing",
    "lake": "lake lakes river rivers pond stream water waters waterfall canal reflection reflections swamp marsh",
    "mountains": "mountain mountains peak peaks summit alps valley valleys canyon ridge himalaya fjord glacier volcano",
    "field": "field fields meadow meadows hill hills grass prairie farm plains countryside wheat vineyard "
    "savanna landscape pasture countryside park playground schoolyard hometown",
    "garden": "garden gardens blossoms blossom bloom blooming orchard tulips poppies sunflowers lavender wildflowers",
    "forest": "forest forests wood woods jungle grove woodland rainforest bamboo trees pines",
    "city": "city cities skyline town metropolis downtown skyscraper skyscrapers tokyo seoul paris york urban rooftop "
    "rooftops buildings building apartments megacity cyberpunk busan hongdae gangnam manhattan london",
    "stadium": "stadium stadiums arena grandstand colosseum",
    "street": "street streets road roads highway avenue alley boulevard lane crossroads route path railway railroad "
    "tracks driving drive sidewalk crosswalk station platform market neighborhood neighbourhood courtyard",
    "desert": "desert deserts dune dunes sahara sand sands oasis wasteland mars martian",
    "space": "space cosmos cosmic galaxy galaxies nebula universe planets orbit astronaut interstellar stellar void "
    "satellite constellation asteroid",
    "underwater": "underwater undersea submerged reef abyss jellyfish drowning drowned seabed diver underwater-city",
    "room": "room rooms bedroom kitchen hall hallway corridor interior indoors library church cathedral stage theatre "
    "theater bar cafe diner office classroom convenience store studio house-interior attic "
    "ballroom club nightclub",
    "abstract": "abstract shapes geometry geometric pattern patterns fractal kaleidoscope mandala spiral vortex tunnel "
    "swirls swirl minimal circles lines waveform noise glitch",
    "heaven": "heaven clouds cloudscape above flying floating sky skies",
}
#: Things with a form -> words that name them.
SUBJECTS: Mapping[str, str] = {
    "lighthouse": "lighthouse lighthouses beacon",
    "tree": "tree oak willow cherry branches branch baobab",
    "pine": "pine fir spruce christmas",
    "palm": "palm palms coconut tropical",
    "birds": "bird birds gull gulls seagull seagulls crow crows raven ravens swallow swallows flock dove doves geese "
    "crane cranes sparrow wing",
    "boat": "boat boats sailboat ship ships yacht raft vessel canoe sailor",
    "house": "house houses home cottage cabin hut barn farmhouse village",
    "person": "person man woman girl boy child figure figures people silhouette wanderer traveler traveller stranger "
    "he she someone hero heroine lady mother father son daughter soldier ghost king queen monk "
    "musician",
    "samurai": "samurai ronin ninja",
    "astronaut": "astronaut astronauts cosmonaut spaceman",
    "diver": "diver divers snorkeler haenyeo",
    "singer": "singer singers vocalist rapper",
    "detective": "detective detectives spy gangster",
    "skyline": "cityscape cityscapes",
    "couple": "couple lovers two together lover kiss embrace friends wedding",
    "dancer": "dancer dancers dance dancing ballerina ballet jump jumping leap",
    "hand": "hand hands fingers palm-of-hand touch reaching fist",
    "eye": "eye eyes gaze look vision tear tears stare iris",
    "face": "face faces portrait mask masks profile head",
    "horse": "horse horses stallion mare rider unicorn pony",
    "cat": "cat cats kitten kitty feline panther tiger",
    "wolf": "wolf wolves dog dogs fox hound coyote",
    "deer": "deer stag antlers elk doe reindeer",
    "whale": "whale whales orca leviathan",
    "fish": "fish fishes koi carp salmon shark",
    "butterfly": "butterfly butterflies moth moths",
    "train": "train trains locomotive subway metro carriage",
    "car": "car cars automobile taxi truck convertible",
    "bridge": "bridge bridges viaduct",
    "castle": "castle castles fortress palace kingdom citadel",
    "tower": "tower towers obelisk minaret steeple eiffel temple pagoda spire",
    "flower": "flower flowers lily daisy lotus sunflower tulip poppy orchid bouquet",
    "rose": "rose roses",
    "heart": "heart hearts love beloved",
    "clock": "clock clocks watch hourglass hours",
    "door": "door doors gate gateway portal doorway arch entrance",
    "window": "window windows",
    "stairs": "stairs staircase stairway steps ladder",
    "piano": "piano keys keyboard",
    "guitar": "guitar guitars",
    "angel": "angel angels wings winged fairy icarus",
    "balloon": "balloon balloons airship zeppelin",
    "umbrella": "umbrella umbrellas parasol",
    "candle": "candle candles lantern lanterns lamp lamps streetlight torch",
    "fire": "campfire bonfire fireplace pyre hearth",
    "crown": "crown crowns throne",
    "mirror": "mirror mirrors",
    "kite": "kite kites",
    "skull": "skull skulls bone bones skeleton",
    "robot": "robot robots android cyborg machine",
    "letter": "letter letters envelope postcard mail",
    "radio": "radio radios cassette stereo boombox",
    "photograph": "photograph photographs photo photos polaroid snapshot",
    "chair": "chair chairs armchair",
    "telephone": "telephone phone phones telephones",
    "suitcase": "suitcase suitcases luggage",
    "cup": "cup cups teacup mug coffee",
    "snowman": "snowman snowmen",
    "crowd": "crowd crowds audience fans",
    "planet": "planet saturn jupiter earth globe world",
}
#: What is in the air -> words that name it.
SKIES: Mapping[str, str] = {
    "sun": "sun sunlight sunny sunshine sunbeam solar sunrise sunset sunlit",
    "moon": "moon moonlight moonlit lunar crescent eclipse",
    "stars": "star stars starry starlight starlit constellations milky galaxy cosmos",
    "clouds": "cloud clouds cloudy overcast cumulus stormclouds",
    "rain": "rain rainy raining drizzle downpour monsoon raindrops",
    "snowfall": "snow snowy snowfall snowflake snowflakes blizzard flurries",
    "lightning": "lightning thunder thunderstorm thunderbolt electric",
    "aurora": "aurora borealis northern-lights polar",
    "rainbow": "rainbow rainbows prism",
    "fireworks": "firework fireworks celebration sparks sparkle confetti",
    "rays": "rays ray beam beams sunbeams godrays radiant radiating halo burst flare",
    "petals": "petals falling-leaves leaves leaf feathers feather ash embers fireflies firefly dust",
}
#: The light a picture is seen in -> words that ask for it.
MOODS: Mapping[str, str] = {
    "night": "night nights midnight nocturnal nocturne dark darkness moon moonlight moonlit stars starry evening "
    "starlight",
    "dawn": "dawn sunrise morning daybreak awakening wake hope tender",
    "sunset": "sunset sundown evening fiery copper",
    "dusk": "dusk twilight afterglow hour fading farewell goodbye violet lavender",
    "day": "day daylight noon midday overhead bright sunny summer clear joy happy cheerful spring",
    "storm": "storm stormy thunder thunderstorm tempest hurricane rain rainy gloomy angry sad sorrow lonely",
    "neon": "neon cyberpunk synthwave vaporwave electric club disco glitch futuristic laser magenta ultraviolet",
    "gold": "gold golden amber honey harvest sepia brass warm glow glory",
    "fog": "fog foggy mist misty haze hazy smoke smoky ghost pale silence silent faded memory",
    "fire": "fire flame flames burning blaze lava inferno hell rage blood scarlet crimson war embers burn",
    "dream": "dream dreams dreamy dreaming pastel surreal fairy magical magic heaven float floating tender lilac",
    "noir": "noir monochrome charcoal bw ink grayscale",
    "winter": "winter snow snowy ice icy frozen frost cold arctic polar glacier december",
    "autumn": "autumn fall october november rust harvest maple",
}
#: What a picture is seen through -> words that name it after "seen through", "framed by" and the like.
FRAMES: Mapping[str, str] = {
    "arch": "arch archway gateway gate doorway door entrance tunnel cave",
    "window": "window windows pane screen",
    "columns": "columns pillars posts walls stones curtain curtains trunks spray shapes",
    "grass": "grass flowers reeds fence wheat",
    "branches": "branches leaves ivy trees foliage",
    "bulbs": "bulbs lanterns sparks lights flags",
}
#: How a picture is cut -> phrases that ask for it.
SHOTS: Mapping[str, str] = {
    "wide": r"wide shot|wide view|panoram|vast|small in the frame|wide composition|wide negative|enormous sky",
    "close": r"close-?up|macro|tight|filling the whole",
    "low": r"low[- ]angle|looking (?:straight )?up|towering|worm's|heroic|as tall as",
    "high": r"high[- ]angle|bird's|top-down|from above|aerial",
    "centre": r"cent(?:er|re)d|symmetric|radial|radiating|straight path",
}
#: Colors of things by name, `#rrggbb`.
COLORS: Mapping[str, str] = {
    "red": "#c8302a", "white": "#f2efe6", "black": "#16161c", "yellow": "#f0c02e", "blue": "#2f62b4",
    "green": "#3d7d4a", "brass": "#c89a3c", "golden": "#e0ab3a", "silver": "#c3cad2", "pink": "#ec8fae",
    "orange": "#ef7d2d", "purple": "#7a4aa0", "wooden": "#7d5636", "paper": "#f3ead6",
}  # fmt: skip

#: Korean stems -> the English word they stand for; stems, because particles are written onto a Korean noun. Stems of
#: one syllable count only at the start of a word.
_KOREAN = (
    "달빛:moonlight 별빛:starlight 바다:sea 파도:waves 등대:lighthouse 도시:city 거리:street 나무:tree 하늘:sky "
    "구름:clouds 노을:sunset 새벽:dawn 아침:morning 한밤:midnight 겨울:winter 가을:autumn 여름:summer 사막:desert "
    "우주:space 장미:rose 고양이:cat 고래:whale 나비:butterfly 사랑:heart 눈물:tears 불꽃:fire 호수:lake 들판:field "
    "안개:fog 폭풍:storm 기차:train 산맥:mountains 우산:umbrella 소녀:girl 소년:boy 여자:woman 여인:woman 남자:man "
    "아이:child 사람:person 서울:seoul 골목:alley 댄서:dancer 무용수:dancer 피아노:piano 기타:guitar 사슴:deer "
    "늑대:wolf 물고기:fish 풍선:balloon 우주인:astronaut 연인:lovers 다리:bridge 시계:clock 거울:mirror 창문:window "
    "촛불:candle 정원:garden 새들:birds 로봇:robot 천사:angel 네온:neon 도쿄:tokyo 숲:forest 꽃:flower 꿈:dream "
    "별:stars 밤:night 달:moon 산:mountains 강:river 비:rain 눈:snow 집:house 길:road 춤:dance 섬:island 배:boat"
)
#: A word; whose a thing is stands before the apostrophe: an astronaut's letter shows an astronaut.
_WORD = re.compile(r"[a-z]+(?:'(?!s\b)[a-z]+)?")
#: Where a clause ends, in prompts of tags and of sentences.
_CLAUSE = re.compile(r",|\.(?=\s|$)")
_HANGUL = re.compile(r"[가-힣]+")
_SINGLE = re.compile(r"\s*(?:an?|the|my|your|his|her|our|one)\b")
#: What is said of and nobody expects to see by itself.
_UNMISSED = frozenset(
    ("shadow", "light", "season", "afternoon", "weekend", "vacation", "moment", "birthday", "voice", "body", "word")
)
#: How many clauses say what a picture is about.
_CLAUSES = 3
#: What people do for a living, or at all: whoever is not known by name is a figure.
_AGENT = re.compile(
    r"\w{2,}(?:naut|ist|smith|keeper|maker|fighter|driver|rider|walker|runner|player|hunter|seeker|dreamer)s?"
)
#: Under what there is only water.
_SUNKEN = re.compile(r"\b(?:under|beneath|below) (?:the )?(?:ice|sea|waves|ocean|water)\b")
#: A clause that says how, where or while: what it names is not what the picture is about.
_ADVERBIAL = re.compile(
    r"\s*(?!king|evening|morning|nothing|something|spring|string|wing|ring)(?:\w+ing|with|in|on|at|under|over|beneath|"
    r"beyond|behind|between|above|from|through|seen|framed|wrapped|half|ringed|tied|one|the very|small|almost|first|"
    r"left)\b"
)
#: Camera and craft terms that name a body's part or a thing without meaning one: nobody wants an eye in an aerial view.
_IDIOMS = re.compile(
    r"in the eye of|(?:birds?|bird's|worms?|worm's|fish)[- ]?eyes?\b|eye[- ]?level"
    r"|hand[- ]?(?:held|drawn|painted|made|coloured|tinted)"
    r"|(?:rim|key|fill|back|side)[- ]?light(?:ing)?\b|as (?:large|big|tall|small) as an? \w+"
    r"|a touch of|(?:rose|lily|poppy|sunflower|tulip|orchid|marigold|earth) (?=pink|red|yellow|white|gold|orange|brown)"
    r"|(?:coral|salmon|old rose|sand|ice|deep|shell|fern|moss|peach|ink) (?=teal|red|pink|yellow|blue|green)"
    r"|depth of field|deep (?:shadows?|foreground|contrast|blacks?|focus|leading)|dancing shadows"
    r"|(?:eyes?|face|head)s? (?:still )?(?:closed|hidden|down|bowed|thrown back|turned)|closed eyes|head slightly bowed"
    r"|(?<!the )(?<!my )(?<!our )(?<!a )(?<!sweet )\bhome(?=\s*(?:,|$))"
    r"|painted hands|hands? (?:almost|letting|held)|linked little fingers|hand to hand|hand in hand"
    r"|a (?:first |last )?touch of|seen for the last time"
    r"|looking (?:up|back|straight)|arms (?:out|raised|thrown wide)|both arms|open hand"
    r"|mirror-(?:flat|bright)|two (?=moons|hills|columns|tall|bare|water)|(?:fire|life|sky)[- ](?:escape|boat|light)"
    r"|(?:edge|end) of the world"
    r"|negative space|high[- ]angle|leading lines|strong diagonals|converging lines|radiating lines|blue (?=hour)"
    r"|\b(?:rain|storm|showers?|waves?|sea|river|wall|whirlwind) of (?!the\b)"
)
#: Settings that only the first clause may name: elsewhere "a simple shape" or "a wild sky" is no place to be in.
_HEAD_ONLY = frozenset({"abstract", "heaven"})
#: Settings that the words of a style may name where the prompt names none.
_OF_STYLES = frozenset({"underwater", "space", "city", "street", "mountains"})
_THROUGH = re.compile(r"\b(?:seen (?:through|past|from under|between)|framed by|behind|between|beyond|beneath|under)\b")
_ASIDE = re.compile(
    r"\b(?:tiny|small|dwarfed|in one corner|lower corner|at the edge|off to the|to one side|distan|in the foreground"
    r"|in plain view|close to the lens|in full light|right beside|catching the light|near at hand"
    r"|at the center of it all"
    r"|(?:photograph|postcard|picture|poster|book) of|beyond the window)"
)


@dataclass(frozen=True)
class Reading:
    """What was understood of a prompt, in the prompt's order, each name once.

    Attributes:
        settings: Keys of `SETTINGS`.
        subjects: Keys of `SUBJECTS`, and stencils.
        skies: Keys of `SKIES`.
        moods: Keys of `MOODS`.
        asides: Keys of `SUBJECTS` that are small and to one side, each with its key of `COLORS` or nothing.
        frames: Keys of `FRAMES`.
        shots: Keys of `SHOTS`.
    """

    settings: tuple[str, ...]
    subjects: tuple[str, ...]
    skies: tuple[str, ...]
    moods: tuple[str, ...]
    asides: tuple[tuple[str, str], ...] = ()
    frames: tuple[str, ...] = ()
    shots: tuple[str, ...] = ()


def words_of(text: str) -> tuple[str, ...]:
    """Return a text's words in lower case, without camera terms and idioms."""
    return tuple(_WORD.findall(_IDIOMS.sub(" ", text.lower())))


def read_prompt(prompt: str, style: str = "") -> Reading:
    """Return what a prompt's words name; a word may name several things, an unknown one names nothing.

    The clauses between commas are read one by one. "Seen through a gateway" is a frame around the picture and no
    gateway in it; "a red umbrella in one corner" is an aside, which neither is the subject nor sets the mood.

    Args:
        style: Words that a style has added. They set light and sky, and a place where the prompt names none; the things
            in them are ornament.
    """
    text = _in_english(re.sub(r"<[^>]*>", " ", prompt.lower()))
    text = _SUNKEN.sub("underwater", text)
    kept: list[str] = []
    frames: list[str] = []
    asides: list[tuple[str, str]] = []
    clauses = _about_first(_CLAUSE.split(text))
    for clause in clauses:
        words = words_of(clause)
        beside = _named(words, SUBJECTS)
        if kept and _THROUGH.search(clause) and _named(words, FRAMES):
            frames += _named(words, FRAMES)[:1]
        elif beside and _ASIDE.search(clause) and any(_subjects(words_of(other)) for other in kept):
            asides.append((beside[0], next((word for word in words if word in COLORS), "")))
        else:
            kept.append(clause)
    head, words, look = words_of(kept[0]), words_of(",".join(kept)), words_of(style)
    places = [name for name in _named(words, SETTINGS) if name not in _HEAD_ONLY or name in _named(head, SETTINGS)]
    return Reading(
        tuple(places) or tuple(name for name in _named(look, SETTINGS) if name in _OF_STYLES),
        _with_skyline(places, _owners_last(kept, words, text)),
        _named(words + look, SKIES),
        _named(words + look, MOODS),
        tuple(dict.fromkeys(asides)),
        tuple(dict.fromkeys(frames)),
        tuple(name for name, phrases in SHOTS.items() if re.search(phrases, text)),
    )


def _about_first(clauses: Sequence[str]) -> list[str]:
    """Return the clauses with those that only say how, where or beside what behind the first that names a subject.

    Things that have but an outline count only where no clause names anything else.
    """
    places = range(len(clauses))
    about = next((place for place in places if _is_about(clauses[place])), None)
    if about is None:
        about = next((place for place in places if _is_about(clauses[place], outlines=True)), 0)
    return [*clauses[about:], *clauses[:about]]


def _is_about(clause: str, outlines: bool = False) -> bool:
    beside = _ADVERBIAL.match(clause) or _ASIDE.search(clause)
    words = words_of(clause)
    return not beside and bool(_subjects(words, outlines) or _named(words, SETTINGS))


def _subjects(words: Sequence[str], outlines: bool = False) -> tuple[str, ...]:
    """Return the subjects that words name; somebody who is not known by name is a person.

    Args:
        words: The words.
        outlines: Whether things without a figure of their own count: as a stencil, or as what is nearest to them.
    """
    people = load_lexicon().kinds["person"]
    named: list[str] = []
    for word, following in zip(words, (*words[1:], ""), strict=False):
        pair = stencil_of(f"{word} {following}") if outlines and following else ""
        known = (pair,) if pair else _named((word,), SUBJECTS)
        somebody = not known and (word in people or word.removesuffix("s") in people or _AGENT.fullmatch(word))
        thing = _outlined(word) if outlines and not (known or somebody) else ""
        named += known or (("person",) if somebody else (thing,) if thing else ())
    return tuple(dict.fromkeys(named))


def _outlined(word: str) -> str:
    """Return the stencil, or the nearest figure, for a noun that is neither a place nor weather; else nothing."""
    tables = (SETTINGS, SKIES, MOODS)
    if any(_named((form,), table) for table in tables for form in (word, singular(word))):
        return ""
    return stencil_of(word) or stencil_of(singular(word)) or nearest_of(word) or nearest_of(singular(word))


def _with_skyline(places: Sequence[str], subjects: tuple[str, ...]) -> tuple[str, ...]:
    """Return the subjects, with a skyline where a city lies in another world: under water, in space."""
    elsewhere = places[:1] in (["underwater"], ["space"]) and "city" in places
    return (*subjects[:1], "skyline", *subjects[1:]) if elsewhere else subjects


def _owners_last(kept: Sequence[str], words: Sequence[str], text: str) -> tuple[str, ...]:
    """Return the subjects, the first clause's owner behind what it owns: a father's boat is a boat first.

    Things without a figure count in the first clause, and where a clause is about a single one (`an owl on a branch`).
    """
    owners = set(_subjects(re.findall(r"(\w+)'s\b", text)))
    ordered = sorted(_subjects(words_of(kept[0]), outlines=True), key=lambda subject: subject in owners)
    about = words_of(",".join(clause for clause in _about(kept[1:]) if _SINGLE.match(clause)))
    return tuple(dict.fromkeys((*ordered, *_subjects(about, outlines=True), *_subjects(words))))


def _about(clauses: Sequence[str]) -> list[str]:
    """Return the first clauses that say what a picture is about, not how, where or beside what."""
    return [clause for clause in clauses if not (_ADVERBIAL.match(clause) or _ASIDE.search(clause))][:_CLAUSES]


def undrawn(prompt: str) -> tuple[tuple[str, str], ...]:
    """Return (thing, what is drawn for it) for what a prompt is about and the painter has no picture of, in order.

    What is beside the subject, or says how and where, is not looked at: nobody misses it. Where nothing is near, the
    second is empty.
    """
    text = _in_english(re.sub(r"<[^>]*>", " ", prompt.lower()))
    words = [word for clause in _about(_CLAUSE.split(text)) for word in words_of(clause)]
    things = things_by_noun()
    found: dict[str, str] = {}
    for word, following in zip(words, (*words[1:], ""), strict=False):
        noun = word if word in things else singular(word)
        near = nearest_of(word) or nearest_of(noun)
        drawn = _subjects((word,)) or stencil_of(word) or stencil_of(noun) or stencil_of(f"{word} {following}".strip())
        placed = any(_named((form,), table) for table in (SETTINGS, SKIES, MOODS) for form in (word, noun))
        if (noun in things or near) and noun not in _UNMISSED and not drawn and not placed:
            found[things.get(noun, f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}")] = near.removeprefix("stencil ")
    return tuple(found.items())


def _in_english(text: str) -> str:
    for pair in _KOREAN.split():
        stem, _, word = pair.partition(":")
        if stem in text:
            text = re.sub(rf"\b{stem}" if len(stem) == 1 else stem, f" {word} ", text)
    known = load_dictionary().nouns

    def english(match: re.Match[str]) -> str:
        noun = noun_of(match[0])
        return english_of(match[0]) or english_of(noun) or known.get(match[0]) or known.get(noun) or match[0]

    return _HANGUL.sub(english, text)


def _named(words: Sequence[str], table: Mapping[str, str]) -> tuple[str, ...]:
    meanings: dict[str, list[str]] = {}
    for name, synonyms in table.items():
        for synonym in synonyms.split():
            meanings.setdefault(synonym, []).append(name)
    found = (name for word in words for name in meanings.get(word, ()))
    return tuple(dict.fromkeys(found))
