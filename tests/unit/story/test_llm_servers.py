"""Language-model servers as people have them: the right next step is tried, else the cause is named."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from glance.app.story import WriterChoice
from glance.cli.main import main
from glance.errors import WriterError
from glance.story.llm_endpoints import KEY_VARIABLE, Endpoint, find_endpoint
from glance.story.llm_transport import proxy_of
from glance.story.storyboard import Storyboard
from glance.story.writer import StoryWriter, checked_patience
from tests.support.chat_server import (
    ChatHandler,
    Reply,
    chat_server,
    dawdle,
    fail,
    fault_in_stream,
    plain,
    say,
    stream,
    whole,
)
from tests.unit.story.test_writer_failures import GOOD, SECTIONS, assert_offline

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *(name.lower() for name in PROXIES), KEY_VARIABLE, "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def write(address: str, model: str = "", **options: float) -> Storyboard:
    endpoint = find_endpoint(address, model)
    return StoryWriter(endpoint, **{"patience_s": 8.0, **options}).write_storyboard("a red kite", SECTIONS, 7)


def deaf(*names: str) -> Reply:
    """Refuse the models of these names, and let all others write."""

    def reply(handler: ChatHandler, body: dict) -> None:
        if body["model"] in names:
            fail(400, f'"{body["model"]}" does not support chat')(handler, body)
        else:
            say(GOOD)(handler, body)

    return reply


@pytest.mark.parametrize(
    "first",
    [
        "text-embedding-nomic-embed-text-v1.5",
        "nomic-embed-text:latest",
        "whisper-1",
        "bge-m3:latest",
        "mxbai-embed-large",
        "jina-reranker-v2",
        "all-minilm:l6-v2",
        "tts-1-hd",
        "stable-diffusion-3.5",
    ],
)
def test_the_first_model_that_can_talk_is_asked(first: str) -> None:
    with chat_server(deaf(first)) as chat:
        chat.models = (first, "qwen3-8b")
        story = write(chat.url)
    assert (story.source, story.note) == ("qwen3-8b", "")
    assert [request["model"] for request in chat.requests] == ["qwen3-8b"]


def test_a_model_whose_name_does_not_tell_that_it_is_mute_is_passed_over() -> None:
    with chat_server(deaf("aurora", "borealis")) as chat:
        chat.models = ("aurora", "borealis", "qwen3-8b")
        assert write(chat.url).source == "qwen3-8b"


def test_where_no_model_can_talk_the_models_are_named() -> None:
    with chat_server(deaf("aurora", "borealis")) as chat:
        chat.models = ("aurora", "borealis")
        story = write(chat.url)
    assert_offline(story, "the models there are aurora, borealis: name one (--model")


def test_a_named_model_is_not_exchanged_for_another() -> None:
    with chat_server(deaf("aurora")) as chat:
        chat.models = ("aurora", "qwen3-8b")
        assert_offline(write(chat.url, "aurora"), '"aurora" does not support chat')


@pytest.mark.parametrize("models", [None, ()])
def test_a_server_without_a_list_of_models_is_asked_all_the_same(models: tuple[str, ...] | None) -> None:
    with chat_server(say(GOOD)) as chat:
        chat.models = models
        assert write(chat.url).note == ""


@pytest.mark.parametrize("model", ["", "tiny"])
@pytest.mark.parametrize(
    "shape",
    [
        "http://{host}",
        "http://{host}/",
        "{host}",
        "http://{host}/v1/",
        "http://{host}/v1/chat/completions",
        "{host}/api",
    ],
)
def test_an_address_is_found_in_every_form_that_people_know(shape: str, model: str) -> None:
    with chat_server(say(GOOD)) as chat:
        chat.under = "/v1"
        story = write(shape.format(host=chat.url.removeprefix("http://").removesuffix("/v1")), model)
    assert (story.source, story.note) == ("tiny", "")


@pytest.mark.parametrize("model", ["", "tiny"])
def test_a_server_that_answers_without_v1_is_found_too(model: str) -> None:
    with chat_server(say(GOOD)) as chat:
        chat.under = "/serve"
        assert write(chat.url.replace("/v1", "/serve"), model).source == "tiny"
        chat.under = "/chat" if model else "/"
        assert write(chat.url.removesuffix("/v1"), model).source == "tiny"


def test_a_server_that_answers_every_address_with_an_error_object_is_asked_at_the_next() -> None:
    unexpected = fail(200, "Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway")
    with chat_server(unexpected, say(GOOD)) as chat:
        assert write(chat.url.replace("/v1", "/lm"), "tiny").source == "tiny"


THOUGHT = "The user wants one object like {concept: ...} and scenes."


@pytest.mark.parametrize(
    "answer",
    [
        f"<think>\n{THOUGHT}\n</think>\n\n{GOOD}",
        f"{THOUGHT}\n</think>\n{GOOD}",
        f"<thinking>{THOUGHT}</thinking>{GOOD}",
        f"[THINK]{THOUGHT}[/THINK]{GOOD}",
        f"◁think▷{THOUGHT}◁/think▷{GOOD}",
        f"<think>a</think><think>{THOUGHT}</think>{GOOD}",
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>{GOOD}",
        f"{GOOD}<think>{THOUGHT}</think>",
        f"Sure!\n```json\n{GOOD}\n```\nEnjoy!",
        GOOD.replace("]}", ",]}"),
        json.dumps({"storyboard": json.loads(GOOD)}),
        repr(json.loads(GOOD)),
    ],
)
def test_an_answer_is_found_behind_thoughts_and_in_odd_wrappings(answer: str) -> None:
    with chat_server(say(answer)) as chat:
        story = write(chat.url)
    assert (story.source, story.note) == ("tiny", "")
    assert len(chat.requests) == 1


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_an_answer_in_the_place_of_the_thoughts_is_taken(name: str) -> None:
    with chat_server(stream({name: GOOD})) as chat:
        assert write(chat.url).source == "tiny"
    assert len(chat.requests) == 1


def test_a_model_that_only_thinks_is_asked_in_another_form() -> None:
    thinks = stream({"reasoning_content": THOUGHT})
    with chat_server(thinks, fail(400, "'response_format.type' must be 'json_schema' or 'text'"), say(GOOD)) as chat:
        assert write(chat.url).source == "tiny"
    assert chat.forms() == ["json_schema", "json_object", "plain"]


def test_a_model_that_never_does_more_than_think_is_named() -> None:
    with chat_server(stream({"reasoning_content": THOUGHT})) as chat:
        assert_offline(write(chat.url), "only thought, and answered with nothing")
    with chat_server(stream({"content": f"<think>{THOUGHT}</think>"})) as chat:
        assert_offline(write(chat.url), "only thought, and answered with nothing")


def test_an_answer_used_up_by_thoughts_or_cut_off_is_named() -> None:
    with chat_server(stream({"reasoning_content": THOUGHT}, finish="length")) as chat:
        assert_offline(write(chat.url), "used up its whole answer with thinking")
    with chat_server(stream({"content": GOOD[:200]}, finish="length")) as chat:
        assert_offline(write(chat.url), "no room to finish its answer")
    assert len(chat.requests) == 1


def test_a_whole_answer_without_a_sign_of_its_end_is_taken() -> None:
    with chat_server(stream({"content": GOOD}, finish=None, done=False)) as chat:
        assert write(chat.url).source == "tiny"


def test_an_answer_that_is_no_stream_is_read() -> None:
    with chat_server(whole({"content": GOOD})) as chat:
        assert write(chat.url).source == "tiny"
    with chat_server(whole({"content": "", "reasoning_content": GOOD})) as chat:
        assert write(chat.url).source == "tiny"
    with chat_server(whole({"content": None, "refusal": "no"})) as chat:
        assert_offline(write(chat.url), "refused to answer")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (fail(200, "model not loaded"), "reported an error: model not loaded"),
        (plain(b'{"error": "model not loaded"}', "application/json"), "reported an error: model not loaded"),
        (plain(b'{"choices": []}', "application/json"), "JSON that holds no answer"),
        (plain(b"[1, 2]", "application/json"), "JSON that holds no answer"),
        (fault_in_stream("The model has crashed"), "The model has crashed"),
        (plain(b"<html><title>Hotel Wi-Fi</title></html>", "text/html"), "a web page (Hotel Wi-Fi)"),
        (plain(b"<!doctype html><p>hello", "text/html; charset=utf-8"), "is a web page, and no language model"),
        (fail(400, "request (3912 tokens) exceeds the available context size (2048 tokens)"), "too little room"),
        (fail(400, "This model's maximum context length is 4096 tokens"), "too little room"),
    ],
)
def test_what_is_no_answer_is_named(reply: Reply, told: str) -> None:
    with chat_server(reply) as chat:
        assert_offline(write(chat.url, "tiny"), told)


def test_a_grammar_that_breaks_the_server_is_left_out() -> None:
    with chat_server(fail(500, "failed to parse grammar"), fail(500, "unsupported schema"), say(GOOD)) as chat:
        assert write(chat.url).source == "tiny"
    assert chat.forms() == ["json_schema", "json_object", "plain"]


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://127.0.0.1:9", "socks5://ada:secret@127.0.0.1:9"])
@pytest.mark.parametrize("name", ["ALL_PROXY", "HTTP_PROXY", "all_proxy"])
def test_a_server_on_this_machine_is_asked_without_a_proxy(
    name: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, proxy)
    with chat_server(say(GOOD)) as chat:
        assert write(chat.url).source == "tiny"


def test_a_server_that_no_proxy_names_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = Endpoint("custom", "http://models.example:8080/v1", "tiny")
    monkeypatch.setenv("ALL_PROXY", "socks5://ada:secret@127.0.0.1:1080")
    assert proxy_of(endpoint) == "socks5://127.0.0.1:1080"
    monkeypatch.setenv("NO_PROXY", "localhost,models.example")
    assert proxy_of(endpoint) == ""


def test_a_proxy_that_cannot_be_used_is_named_without_its_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", "socks5://ada:secret@127.0.0.1:1080")
    story = write("http://models.example:8080/v1")
    assert_offline(story, "cannot be asked through the proxy socks5://127.0.0.1:1080")
    assert "NO_PROXY=models.example" in story.note
    assert "secret" not in story.note


def test_a_dead_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert_offline(write("http://models.example:8080/v1"), "through the proxy http://127.0.0.1:9")


def test_the_time_a_model_may_take_can_be_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with chat_server(dawdle) as chat:
        assert main(["prompt", "a kite", "--llm", chat.url, "--llm-patience", "1"]) == 0
    told = capsys.readouterr().err
    assert "did not finish within 1 s; allow more time (--llm-patience" in told


@pytest.mark.parametrize("value", ["0", "-5", "soon", "1e400", "nan", 10**400, [1]])
def test_a_time_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(WriterError, match="Seconds to wait: expected seconds from 1"):
        checked_patience(value, "Seconds to wait")


def test_the_pages_time_reaches_the_writer() -> None:
    writer = WriterChoice("ollama", patience="900").writer()
    assert writer._patience_s == 900.0
    with pytest.raises(WriterError, match="Seconds to wait"):
        WriterChoice("ollama", patience="soon").endpoint()


def test_thoughts_without_end_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glance.story.llm_client.MAX_THOUGHT", 1000)
    with chat_server(stream(*({"reasoning": "x" * 100},) * 30)) as chat:
        assert_offline(write(chat.url), "did not stop writing")


def spoken(count: int) -> Callable[[], str]:
    from glance.story.llm_messages import spoken_of

    return lambda: spoken_of("<think>" * count + "</think" * count)


def test_tags_that_never_close_take_no_time() -> None:
    assert spoken(100_000)() != ""
