"""What was used last is kept, and made once."""

import pytest

from glance.system.recent import RecentlyUsed


def test_what_was_not_asked_for_the_longest_is_made_again() -> None:
    made: list[str] = []

    def get(key: str) -> str:
        return store.get(key, lambda: (made.append(key), key.upper())[1])

    store: RecentlyUsed[str] = RecentlyUsed(2)
    assert [get(key) for key in "abacab"] == list("ABACAB")
    assert made == ["a", "b", "c", "b"]
    assert len(store) == 2


def test_what_could_not_be_made_is_not_kept() -> None:
    store: RecentlyUsed[float] = RecentlyUsed(2)
    with pytest.raises(ZeroDivisionError):
        store.get("a", lambda: 1 / 0)
    assert store.get("a", lambda: 1.0) == 1.0
