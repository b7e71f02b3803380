"""Makes the painter's stencils: outlines of things from Noto Emoji, and their names in English and Korean.

Run `python -m benchmarks.draw_stencils` with the packages `manimgx-fonts` (Noto Emoji, SIL Open Font License 1.1) and
`emoji` (names, BSD) installed; neither is needed to paint. Glyphs of things and creatures are kept: no faces, people,
signs, flags and hands. A glyph is a line drawing; its outermost contours, filled, give the second tone.
"""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[1] / "glance" / "painter" / "sketch" / "data"
#: Pixels at which a glyph is traced, the grid its points lie on, and how far a straight edge may be off it, in pixels.
_TRACED, _GRID, _OFF = 1024, 255, 2.6
_WEIGHT = 300
#: Words in the names of what is no thing: faces, people, hands, signs, parts of sets.
_NO_THING = re.compile(
    r"face|button|arrow|sign\b|symbol|person|people|woman|women|\bman\b|\bmen\b|hand|finger|circle|square|clock$|o’clock"
    r"|thirty|diamond|heart|banknote|medal|mark|zodiac|baby|boy|girl|child|family|couple|monkey_|cat_with|smil|crying"
    r"|thumb|index|fist|_flag|flags|loop|moon|buttons|worker|wear|speaker|suit$|recycl|trade|copyright|registered|dash"
    r"|selfie|biceps|tongue|mouth|lip$|ear_|brain|tooth|pile|toilet|closet|restroom|prohibited|no_|non-|not_|potable"
    r"|bust|silhouette|santa|claus|prince|police_officer|guard|detective|ninja|superhero|villain|mage|fairy|vampire"
    r"|elf|genie|zombie|troll|merperson|mermaid|surf|skier|snowboard|golf|star-struck|hug|handshake|zzz|dizzy|sweat"
    r"|collision|bubble$|balloon$|bikini|briefs|pregnant|feeding|flag|emblem|yin|wheel_of|cross$|peace|menorah|om$"
    r"|aries|taurus|gemini|cancer|leo$|virgo|libra|scorpio$|sagittarius|capricorn|aquarius|pisces|ophiuchus|fleur"
    r"|multiply|plus|minus|divide|equals|infinity|exclamation|question|vibration|antenna_bars|wireless|keycap|input_"
    r"|currency|chart|cityscape|sunrise|sunset|sun_|^sun$|cloud|fog|rain|snow-|snowflake|star$|star_|sparkle|droplet|wave"
    r"|tornado|cyclone|comet|fire$|fireworks|night|milky|rainbow|cut_of|organ|anatom|lungs|bone$|foot$|leg$|nose$|^ear$"
    r"|^eye|blood|drop|splatter|liquid|fight|middle_|vulcan|horns|clapping|mending|muscle|wrestling|bathing|cricket_game"
    r"|fax|minidisc|computer_disk|dvd|japanese|tokyo|shinto|kaaba|mosque|synagogue|hindu|place_of|customs|passport"
    r"|baggage|litter|smok|cigarette|weapon|pistol|syringe|pill$|condom|underwear|wc|shower$|ledger|abacus|nesting"
    r"|confetti|crossed_|pushing|rightwards|leftwards|palm_|raised|writing|nail_|folded|selfie|leg|skull_and|alien_m"
    r"|speech|thought|anger|warning|radioactive|biohazard|atom|new$|free$|cool|ok$|up!|vs|^end_|^back_|on!|soon|top_a",
    re.IGNORECASE,
)
#: What people say beside a thing's official name, and shorter; names of several words are kept too.
_SAID: dict[str, str] = {
    name.strip(): words.strip()
    for entry in """
automobile: automobile; evergreen_tree; steaming_bowl: noodles ramen; hot_beverage: tea; musical_keyboard:
synthesizer; studio_microphone; microphone: microphone mic; sport_utility_vehicle: jeep; oncoming_automobile;
mobile_phone: smartphone; beer_mug: beer; wine_glass: wine; locomotive; green_apple: apple; red_apple;
soccer_ball: football; dog_face; wrapped_gift: gift present; birthday_cake: cake; motor_scooter: scooter
vespa; television: tv; ferris_wheel; carousel_horse: carousel; roller_coaster: rollercoaster; old_key: key
keys; open_book: book; closed_book; camera_with_flash; video_camera: camcorder; film_projector: projector;
long_drum: conga; optical_disk: cd; pocket_watch; hourglass_done; classical_building: museum; crystal_ball;
teddy_bear: teddy; spider_web: cobweb; fishing_pole; billiards; flashlight: flashlight; military_helmet;
woman’s_hat; running_shoe: sneaker sneakers; top_hat: hat; glasses: spectacles; t-shirt: shirt; honeybee: bee
bees; mouse: mouse mice; lady_beetle: ladybug ladybird; crocodile: alligator; two-hump_camel; swan: swan;
t-rex: dinosaur dinosaurs; sauropod; spouting_whale; potted_plant: houseplant; herb; cactus: cacti;
maple_leaf; mushroom: mushrooms; delivery_truck: lorry van; ambulance; fire_engine; tractor; kick_scooter;
sailboat; speedboat: motorboat; ferry: ferryboat; anchor; fuel_pump; flying_saucer: ufo; rocket: spaceship
spacecraft; helicopter; parachute; small_airplane; airplane: plane jet; nest_with_eggs;
bottle_with_popping_cork: champagne; bento_box; ice_cream; soft_ice_cream: icecream; convenience_store;
department_store; hospital; factory; stadium; circus_tent: circus; tent; fountain; couch_and_lamp: couch sofa;
light_bulb: bulb lightbulb; game_die: dice die; joker; puzzle_piece: puzzle jigsaw; magic_wand: wand;
crossed_swords; dagger: knife sword blade; bow_and_arrow: bow arrow; coffin; moai; headstone: gravestone grave
tombstone; test_tube; laptop: computer; desktop_computer: monitor; ballet_shoes; thread; yarn; ice_skate:
skates; roller_skate; skateboard; kitchen_knife; bed: bed; bathtub: bath; mailbox; postbox;
closed_mailbox_with_raised_flag: mailbox letterbox; money_bag; coin: coins; gem_stone: gem jewel jewels
diamond diamonds; ring; pick: pickaxe; axe; hammer; chains: chain; hook; link; gear: gears; locked: padlock
lock; identification_card; newspaper: newspapers; books; scroll; satellite_antenna; satellite;
vertical_traffic_light: traffic-light stoplight; bus_stop; railway_track; railway_car; shopping_cart;
shopping_bags; prayer_beads: rosary; goblin: goblin; ogre: monster; alien: alien aliens; dragon; unicorn;
jack-o-lantern: pumpkin halloween; doughnut: donut; french_fries: fries; hamburger: burger; ear_of_corn: corn;
hatching_chick; rooster: cock; ewe: sheep lamb; ox: bull bulls oxen; goat: goats; spiral_shell: seashell shell
shells; oyster: pearl pearls; tropical_fish; roll_of_paper; volcano; mount_fuji; camping; derelict_house:
ruin; church: chapel; castle; school: school; bank; hotel: hotel motel
""".replace("\n", " ").split(";")
    for name, _, words in [entry.partition(":")]
}
#: Words that are first of all something else than the thing, and names that say nothing.
_NEVER = frozenset(
    [
        "american_football",
        "amphora",
        "angel",
        "arrow",
        "balloon",
        "bank",
        "basket_",
        "bat",
        "bath",
        "beach",
        "beans",
        "bird",
        "blossom",
        "boat",
        "bomb",
        "bone",
        "bow",
        "bread_",
        "brick",
        "bricks",
        "bridge",
        "bug",
        "building_construction",
        "bullseye",
        "bus_stop",
        "butterfly",
        "camping",
        "candle",
        "canoe",
        "car",
        "carp_streamer",
        "castle",
        "cat",
        "chair",
        "cinema",
        "clock",
        "cock",
        "construction",
        "coral",
        "cricket",
        "crown",
        "cup",
        "custard",
        "custom",
        "dango",
        "date",
        "deer",
        "desert",
        "desert_island",
        "die",
        "dna",
        "dog",
        "door",
        "dove",
        "e-mail",
        "eagle",
        "elevator",
        "exploding_head",
        "feather",
        "fire",
        "fish",
        "flower",
        "flute_",
        "fly",
        "fog",
        "fountain_",
        "fox",
        "game",
        "ghost",
        "globe",
        "grinning_cat",
        "guitar",
        "hair_pick",
        "hairy_creature",
        "hat_",
        "heart",
        "herb",
        "hibiscus",
        "high_voltage",
        "hole",
        "hook",
        "horse",
        "horse_racing",
        "hot_springs",
        "house",
        "houses",
        "hundred_points",
        "ice",
        "information",
        "jar",
        "joker",
        "key_",
        "kiss",
        "kissing_cat",
        "kite",
        "knot",
        "label",
        "landslide",
        "lantern",
        "left_luggage",
        "letter",
        "lighthouse",
        "link",
        "lock",
        "locked",
        "lotus",
        "love_hotel",
        "mage",
        "man_dancing",
        "maracas",
        "match",
        "mate",
        "meat",
        "metro",
        "microbe",
        "mirror",
        "mirror_",
        "moai",
        "motorway",
        "mountain",
        "mouse_trap",
        "national_park",
        "nest",
        "old_man",
        "orange",
        "package",
        "pager",
        "palm",
        "pear",
        "performing_arts",
        "piano",
        "pick",
        "pine_decoration",
        "planet",
        "plunger",
        "pouting_cat",
        "present",
        "radio",
        "rainbow",
        "ram",
        "receipt",
        "rice",
        "ring",
        "robot",
        "rock",
        "rose",
        "rosette",
        "sake",
        "salt",
        "sandal",
        "sari",
        "saw",
        "school",
        "seal",
        "seat",
        "shaved_ice",
        "ship",
        "shorts",
        "skull",
        "sled_",
        "slot",
        "snowman",
        "soap",
        "speaking_head",
        "spiral",
        "spoon",
        "square",
        "star",
        "sunflower",
        "taxi",
        "telephone",
        "tent_",
        "thread",
        "ticket",
        "tickets",
        "tiger",
        "toolbox",
        "tower",
        "train",
        "tree",
        "tulip",
        "turkey",
        "umbrella",
        "unlocked",
        "watch",
        "water",
        "wedding",
        "whale",
        "wheel",
        "window",
        "wing",
        "wolf",
        "wood",
        "worm",
        "x-ray",
        "yarn",
    ]
)
_NAMES_KO = frozenset(("기차역", "밤", "배", "차", "눈", "종", "불", "용", "물", "국", "자"))


def main() -> None:
    """Write the outlines and their names into the painter's folder."""
    glyphs = _glyphs()
    names, points, lengths, outer, counts = [], [], [], [], []
    taken: set[str] = set()
    for sign, english, korean in glyphs:
        said = [word for word in english if word not in taken]
        if not said:
            continue
        outlines = _outlines(sign)
        if not outlines:
            continue
        taken.update(said)
        names.append({"en": said, "ko": korean})
        counts.append(len(outlines))
        for path, is_outer in outlines:
            points.append(path)
            lengths.append(len(path))
            outer.append(is_outer)
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(
        FOLDER / "stencils.npz",
        points=np.concatenate(points),
        lengths=np.array(lengths, dtype=np.uint16),
        outer=np.array(outer, dtype=bool),
        counts=np.array(counts, dtype=np.uint16),
    )
    lines = ",\n".join(json.dumps(name, ensure_ascii=False) for name in names)
    (FOLDER / "stencils.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(f"{len(names)} stencils, {sum(lengths)} points, {(FOLDER / 'stencils.npz').stat().st_size} bytes")


def _glyphs() -> list[tuple[str, list[str], list[str]]]:
    """Return (sign, English names, Korean names) of every thing."""
    import emoji

    emoji.config.load_language("ko")
    found = []
    for sign, data in emoji.EMOJI_DATA.items():
        name = data["en"].strip(":").casefold()
        whole = data["status"] == emoji.STATUS["fully_qualified"] and len(sign.replace("\ufe0f", "")) == 1
        if not whole or (_NO_THING.search(name) and name not in _SAID):
            continue
        plain = name.replace("_", " ").replace("-", " ").replace("’", "")
        # A name of more than two words is a description.
        words = [plain] if len(plain.split()) <= 2 and name not in _NEVER else []
        words += [word.replace("-", " ") for word in _SAID.get(name, "").split()]
        korean = data.get("ko", "").strip(":")
        short = [korean.replace("_", " ")] if korean and korean not in _NAMES_KO and korean.count("_") < 2 else []
        if words:
            found.append((sign, list(dict.fromkeys(words)), short))
    return found


def _outlines(sign: str) -> list[tuple[NDArray[np.uint8], bool]]:
    """Return a glyph's contours on the grid, each with whether nothing lies around it; none for an empty glyph."""
    import cv2
    from PIL import Image, ImageDraw, ImageFont

    package = importlib.util.find_spec("manimgx_fonts")
    if package is None or package.origin is None:
        raise SystemExit("pip install manimgx-fonts emoji")
    font = ImageFont.truetype(str(Path(package.origin).parent / "NotoEmoji[wght].ttf"), int(_TRACED * 0.75))
    font.set_variation_by_axes([_WEIGHT])
    sheet = Image.new("L", (_TRACED, _TRACED), 0)
    ImageDraw.Draw(sheet).text((_TRACED / 2, _TRACED / 2), sign.replace("\ufe0f", ""), 255, font, anchor="mm")
    box = sheet.getbbox()
    if box is None:
        return []
    ink = (np.array(sheet.crop(box)) > 127).astype(np.uint8)
    found, tree = cv2.findContours(ink, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    scale = _GRID / max(ink.shape)
    left = (_GRID - (ink.shape[1] - 1) * scale) / 2
    outlines = []
    for contour, (_, _, _, parent) in zip(found, tree[0], strict=True):
        path = cv2.approxPolyDP(contour, _OFF, True)[:, 0, :] * scale
        if len(path) < 3 or cv2.contourArea(contour) < 60:
            continue
        # Height is measured upwards from where it stands.
        placed = np.stack([path[:, 0] + left, (ink.shape[0] - 1) * scale - path[:, 1]], axis=-1)
        outlines.append((np.clip(np.rint(placed), 0, _GRID).astype(np.uint8), bool(parent < 0)))
    # A sign that the font does not have comes out as a bare frame.
    return [] if len(outlines) == 2 and all(len(path) <= 5 for path, _ in outlines) else outlines


if __name__ == "__main__":
    main()
