"""What a person has set in the host once for all projects."""

import pytest

from glance.app.host import Defaults
from glance.app.story import WriterChoice, with_host_key
from glance.project.model import Output
from glance.story.llm_endpoints import KEY_VARIABLE

URL = "https://models.example.org/v1"
SET = Defaults(Output(), writer=URL, writer_has_key=True)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(KEY_VARIABLE, "sk-planted")
    return "sk-planted"


def test_the_environments_key_goes_to_the_server_that_the_host_names(key: str) -> None:
    choice = with_host_key(WriterChoice(f" {URL} ", "big"), SET)
    assert choice.key == key
    assert choice.model == "big"
    assert key not in repr(choice)


@pytest.mark.parametrize(
    ("choice", "defaults"),
    [
        (WriterChoice("https://elsewhere.example.org/v1"), SET),
        (WriterChoice(URL), Defaults(Output(), writer=URL, writer_has_key=False)),
        (WriterChoice(""), Defaults(Output(), writer="", writer_has_key=True)),
    ],
)
def test_the_environments_key_goes_nowhere_else(choice: WriterChoice, defaults: Defaults) -> None:
    assert with_host_key(choice, defaults).key == ""


def test_a_key_that_was_typed_goes_before_the_environments() -> None:
    assert with_host_key(WriterChoice(URL, "", "typed"), SET).key == "typed"
