"""Which words of a prompt mean what to the composer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Where a picture plays -> words that say so.
SETTINGS: Mapping[str, str] = {
    "sea": "sea seas ocean oceans coast shore seashore beach harbor harbour bay island waves wave tide tides surf "
    "cliff cliffs sailing sail horizon waterfront lagoon",
    "lake": "lake lakes river rivers pond stream water waters waterfall canal reflection reflections swamp marsh",
    "mountains": "mountain mountains peak peaks summit alps valley valleys canyon ridge himalaya fjord glacier volcano",
    "field": "field fields meadow meadows hill hills grass prairie farm plain plains countryside wheat vineyard "
    "savanna horizon landscape pasture",
    "garden": "garden gardens blossoms blossom bloom blooming orchard tulips poppies sunflowers lavender wildflowers",
    "forest": "forest forests wood woods jungle grove woodland rainforest bamboo trees pines",
    "city": "city cities skyline town metropolis downtown skyscraper skyscrapers tokyo seoul paris york urban rooftop "
    "rooftops buildings building apartments megacity cyberpunk",
    "street": "street streets road roads highway avenue alley boulevard lane crossroads route path railway railroad "
    "tracks driving drive sidewalk crosswalk",
    "desert": "desert deserts dune dunes sahara sand sands oasis wasteland mars",
    "space": "space cosmos cosmic galaxy galaxies nebula universe planets orbit astronaut interstellar stellar void "
    "satellite constellation asteroid",
    "underwater": "underwater undersea submerged reef coral abyss jellyfish deep drowning drowned",
    "room": "room rooms bedroom kitchen hall hallway corridor interior indoors library church cathedral stage theatre "
    "theater bar cafe studio house-interior attic ballroom club nightclub",
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
    "astronaut singer he she someone hero heroine lady mother father son daughter soldier ghost king queen monk "
    "crowd musician",
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
    "flower": "flower flowers lily daisy lotus petal petals sunflower tulip poppy orchid bouquet",
    "rose": "rose roses",
    "heart": "heart hearts love beloved",
    "clock": "clock clocks watch hourglass hours",
    "door": "door doors gate gateway portal doorway arch entrance",
    "window": "window windows",
    "stairs": "stairs staircase stairway steps ladder",
    "piano": "piano keys keyboard",
    "guitar": "guitar guitars violin cello",
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
    "planet": "planet saturn jupiter earth globe world",
}
#: What is in the air -> words that name it.
SKIES: Mapping[str, str] = {
    "sun": "sun sunlight sunny sunshine sunbeam solar sunrise sunset sunlit",
    "moon": "moon moonlight moonlit lunar crescent eclipse",
    "stars": "star stars starry starlight starlit constellations milky galaxy cosmos",
    "clouds": "cloud clouds cloudy overcast cumulus stormclouds",
    "rain": "rain rainy raining drizzle downpour monsoon raindrops wet",
    "snowfall": "snow snowy snowfall snowflake snowflakes blizzard flurries",
    "lightning": "lightning thunder thunderstorm thunderbolt electric",
    "aurora": "aurora borealis northern-lights polar",
    "rainbow": "rainbow rainbows prism",
    "fireworks": "firework fireworks celebration sparks sparkle confetti",
    "rays": "rays ray beam beams sunbeams godrays light lights radiant shining shine glow glowing halo",
    "petals": "petals falling-leaves leaves leaf feathers feather ash embers fireflies firefly dust",
}
#: The light a picture is seen in -> words that ask for it.
MOODS: Mapping[str, str] = {
    "night": "night nights midnight nocturnal nocturne dark darkness moon moonlight moonlit stars starry black shadow "
    "shadows evening starlight",
    "dawn": "dawn sunrise morning daybreak awakening wake rising hope tender",
    "sunset": "sunset dusk twilight sundown afterglow evening golden-hour fading farewell goodbye",
    "day": "day daylight noon sunny bright blue summer clear joy happy cheerful green spring",
    "storm": "storm stormy thunder thunderstorm tempest hurricane rain rainy gloomy grey gray angry sad sorrow lonely",
    "neon": "neon cyberpunk synthwave vaporwave electric club disco glitch futuristic laser magenta ultraviolet",
    "gold": "gold golden amber honey harvest sepia brass warm glow glory",
    "fog": "fog foggy mist misty haze hazy smoke smoky ghost pale silence silent faded memory",
    "fire": "fire flame flames burning blaze lava inferno hell red rage blood scarlet crimson war embers burn",
    "dream": "dream dreams dreamy dreaming pastel pink surreal fairy magical magic heaven float floating tender lilac",
    "noir": "noir monochrome charcoal bw ink grayscale",
    "winter": "winter snow snowy ice icy frozen frost cold arctic polar glacier december",
    "autumn": "autumn fall october november rust harvest maple",
}

#: Korean stems -> the English word they stand for; stems, because particles are written onto a Korean noun.
_KOREAN = (
    "달빛:moonlight 별빛:starlight 바다:sea 파도:waves 등대:lighthouse 도시:city 거리:street 나무:tree 하늘:sky "
    "구름:clouds 노을:sunset 새벽:dawn 아침:morning 한밤:midnight 겨울:winter 가을:autumn 여름:summer 사막:desert "
    "우주:space 장미:rose 고양이:cat 고래:whale 나비:butterfly 사랑:heart 눈물:tears 불꽃:fire 호수:lake 들판:field "
    "안개:fog 폭풍:storm 기차:train 산맥:mountains 숲:forest 꽃:flower 꿈:dream 별:stars 밤:night"
)
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
#: Camera and craft terms that name a body's part or a thing without meaning one: nobody wants an eye in an aerial view.
_IDIOMS = re.compile(
    r"in the eye of|(?:birds?|bird's|worms?|worm's|fish)[- ]?eyes?\b|eye[- ]?level"
    r"|hand[- ]?(?:held|drawn|painted|made|coloured|tinted)"
    r"|(?:rim|key|fill|back|side)[- ]?light(?:ing)?\b|as (?:large|big|tall|small) as an? \w+"
)


@dataclass(frozen=True)
class Reading:
    """What was understood of a prompt, in the prompt's order, each name once.

    Attributes:
        settings: Keys of `SETTINGS`.
        subjects: Keys of `SUBJECTS`.
        skies: Keys of `SKIES`.
        moods: Keys of `MOODS`.
    """

    settings: tuple[str, ...]
    subjects: tuple[str, ...]
    skies: tuple[str, ...]
    moods: tuple[str, ...]


def words_of(prompt: str) -> tuple[str, ...]:
    """Return a prompt's words in lower case, known Korean ones in English, without weights, `<...>` tags and idioms."""
    text = re.sub(r"<[^>]*>", " ", prompt.lower())
    for pair in _KOREAN.split():
        stem, _, word = pair.partition(":")
        text = text.replace(stem, f" {word} ")
    return tuple(_WORD.findall(_IDIOMS.sub(" ", text)))


def read_prompt(prompt: str) -> Reading:
    """Return what a prompt's words name; a word may name several things, an unknown one names nothing."""
    words = words_of(prompt)
    return Reading(_named(words, SETTINGS), _named(words, SUBJECTS), _named(words, SKIES), _named(words, MOODS))


def _named(words: tuple[str, ...], table: Mapping[str, str]) -> tuple[str, ...]:
    meanings: dict[str, list[str]] = {}
    for name, synonyms in table.items():
        for synonym in synonyms.split():
            meanings.setdefault(synonym, []).append(name)
    found = (name for word in words for name in meanings.get(word, ()))
    return tuple(dict.fromkeys(found))
