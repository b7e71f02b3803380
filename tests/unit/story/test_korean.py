"""Korean themes in English: what they say is kept, grammar is nobody's warning."""

from __future__ import annotations

import re

import pytest

from glance.story.korean import analysis
from glance.story.korean.conjugation import forms_of, infinitive_of
from glance.story.korean.phrases import translate

THEMES = {
    "바다를 기억하는 등대": "a lighthouse that remembers the sea",
    "비 내리는 서울 골목, 할머니의 낡은 라디오": "a rainy alley in Seoul, a grandmother's old radio",
    "첫눈 오는 날의 약속": "a promise on the day when the first snow falls",
    "벚꽃이 지던 날": "the day when cherry blossoms fell",
    "엄마에게 보내는 편지": "a letter sent to a mother",
    "퇴근길 지하철에서 듣는 노래": "a song heard in a subway train on the way home from work",
    "우리가 헤어진 바닷가": "the beach where we parted",
    "비가 그친 후에": "after rain stopped",
    "남은 것은 사진 한 장": "a photograph, all that was left behind",
    "창밖을 보며 너를 기다려": "looking at the world outside the window, waiting for you",
    "어린 시절 골목길": "an alley of childhood",
    "사이버펑크 서울의 사무라이": "a samurai in cyberpunk Seoul",
    "수채화로 그린 봄날": "a spring day drawn in watercolor",
    "달리는 기차, 두 연인": "a running train, two lovers",
    "한강에서 부는 바람": "wind that blows from the Han river",
    "고양이와 나의 작은 방": "a cat and my small room",
    "다시 돌아온 여름": "summer that came back again",
    "얼음 밑의 빛나는 도시를 찾은 잠수부": "a diver who found a shining city under ice",
    "우주비행사의 마지막 편지": "an astronaut's last letter",
    "고향을 떠나는 밤기차": "a night train that leaves a hometown",
    "하늘을 나는 고양이": "a cat that flies across the sky",
    "새벽 세 시의 편의점": "a convenience store at three in the morning",
    "막차를 놓친 사람들": "people who missed the last train",
    "눈 덮인 산을 오르는 남자": "a man who climbs a snow-covered mountain",
    "너와 걷던 그 길": "that road where I walked with you",
    "버스를 타고 떠나는 소년": "a boy who leaves riding a bus",
    "고래를 찾아 떠나는 배": "a boat that leaves looking for a whale",
    "파도 소리를 듣는 노인": "an old man who listens to the sound of waves",
    "바람에 흔들리는 갈대": "reeds that sway in wind",
    "졸업식 날 운동장에서": "in a schoolyard on graduation day",
    "혼자 남은 로봇": "a robot left behind alone",
    "죽은 별의 노래": "a song of dead stars",
    "꿈에서 본 바다": "the sea seen in a dream",
    "벌거벗은 나무": "a bare tree",
    "비오는 밤": "a rainy night",
    "내 방 창문에 비친 달": "the moon that shone in a window of my room",
    "새 한 마리": "a bird",
}
#: Ordinary themes of songs whose English may be put in several ways: nothing of them is unknown, nothing stays Korean.
ORDINARY = (
    "너를 잊지 못하는 밤",
    "별이 쏟아지는 제주도의 밤",
    "바다 위의 빨간 풍선",
    "외로운 등대지기의 노래",
    "보고 싶은 얼굴",
    "비 오는 날의 수채화",
    "옥상에서 별을 보는 소녀",
    "잃어버린 우산을 찾는 아이",
    "포장마차에서 혼자 마시는 소주",
    "낙엽이 지는 가을 거리",
    "달빛 아래 춤추는 여우",
    "할아버지의 낡은 자전거",
    "도시의 불빛 속으로 사라진 그녀",
    "꽃이 피는 봄날의 고백",
    "겨울 바다에서 부르는 노래",
    "기차역에서 기다리는 여자",
    "여름밤의 불꽃놀이",
    "사막을 건너는 낙타",
    "엄마의 부엌",
    "네온사인이 반짝이는 거리",
    "떠나간 사람에게",
    "오래된 극장의 마지막 상영",
    "우주를 떠도는 고래",
    "눈사람의 꿈",
    "나는 너를 기다린다",
    "그녀가 떠난 뒤",
    "잠들지 못하는 도시",
    "춤추는 소녀와 눈사람",
    "불타는 도시의 기타리스트",
    "마법에 걸린 숲",
    "거울 속의 나",
    "봄이 오면",
    "사랑했던 날들",
    "늦은 밤 편의점 앞 고양이",
    "은하수를 건너는 기차",
    "홍대 거리의 가수",
    "학교 옥상의 비밀",
    "두 마리의 고양이",
)


@pytest.mark.parametrize(("korean", "english"), THEMES.items())
def test_a_theme_is_a_phrase_that_keeps_what_it_says(korean: str, english: str) -> None:
    assert translate(korean) == (english, ())


@pytest.mark.parametrize("theme", ORDINARY)
def test_ordinary_themes_are_read_whole(theme: str) -> None:
    english, unknown = translate(theme)
    assert unknown == ()
    assert not re.search("[가-힣]", english)


def test_what_is_not_known_is_said_and_kept() -> None:
    english, unknown = translate("두근두근 고양이")
    assert unknown == ("두근두근",)
    assert english == "a cat, 두근두근"
    assert translate("끼룩끼룩") == ("끼룩끼룩", ("끼룩끼룩",))


def test_without_the_analyser_the_dictionary_reads_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "_analyser", lambda: None)
    assert [translate(theme)[1] for theme in (*THEMES, *ORDINARY)] == [()] * (len(THEMES) + len(ORDINARY))


@pytest.mark.parametrize(
    ("stem", "irregular", "forms"),
    [
        ("기억하", "", "기억하는 기억한 기억할 기억하던 기억하며 기억해"),
        ("걷", "ㄷ", "걷는 걸은 걸을 걷던 걸으며 걸어"),
        ("부르", "르", "부르는 부른 부를 부르던 부르며 불러"),
        ("불", "", "부는 분 불 불던 불며 불어"),
        ("눕", "ㅂ", "눕는 누운 누울 눕던 누우며 누워"),
        ("짓", "ㅅ", "짓는 지은 지을 짓던 지으며 지어"),
        ("쓰", "", "쓰는 쓴 쓸 쓰던 쓰며 써"),
        ("보", "", "보는 본 볼 보던 보며 봐"),
        ("마시", "", "마시는 마신 마실 마시던 마시며 마셔"),
    ],
)
def test_verbs_are_spelt_as_people_spell_them(stem: str, irregular: str, forms: str) -> None:
    assert set(forms.split()) <= {form for form, _ in forms_of(stem, irregular)}


@pytest.mark.parametrize(
    ("stem", "irregular", "form"),
    [("빨갛", "ㅎ", "빨개"), ("하얗", "ㅎ", "하얘"), ("푸르", "러", "푸르러"), ("아프", "", "아파")],
)
def test_adjectives_too(stem: str, irregular: str, form: str) -> None:
    assert infinitive_of(stem, irregular) == form


def test_any_text_is_read_to_its_end() -> None:
    for text in ("가" * 3000, "을를이가", "는", "한 한 한", "의의의", "나는", "없는", "그 그 그", "것", "후에"):
        assert translate(text)[0]
