"""The copy cache: which tokens of the sources become likelier, and how much."""

from __future__ import annotations

from chatbot.generation.backends.copying import Copier

END = 99


def test_without_a_match_it_has_no_share() -> None:
    assert Copier([[5, 6, 7]], END).following([8]) == (0.0, {})


def test_a_source_may_be_begun_and_ends_with_the_end() -> None:
    copier = Copier([[5, 6, 7]], END)
    assert copier.following([])[1] == {5: 1.0}
    assert copier.following([5, 6, 7])[1] == {END: 1.0}


def test_the_share_grows_with_the_match_and_the_longest_match_counts() -> None:
    copier = Copier([[1, 2, 3, 4], [9, 2, 8]], END)
    shares = [copier.following([1, 2, 3][-n:])[0] for n in (1, 2, 3)]
    assert shares == sorted(shares)
    assert copier.following([2])[1] == {3: 0.5, 8: 0.5}
    assert copier.following([1, 2])[1] == {3: 1.0}
