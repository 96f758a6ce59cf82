"""The features that words are compared by: integers, each of one kind.

Words of alphabetic scripts are also cut into character 4-grams, so that "deleting" matches "delete" and typing errors
cost little (McNamee and Mayfield 2004 found 4-grams as good as stemming in European languages). A feature is a 64-bit
number with its kind in the two highest bits and a digest of its letters in the others: numbers can be sorted, saved and
memory-mapped, and among a hundred million features the chance of a collision is 0.1 %.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from chatbot import text

WORD, GRAM, CHARACTER, PAIR = range(4)
KIND_SHIFT = 62
GRAM_LENGTH = 4
_CACHED_TOKENS = 100_000


def features(phrase: str) -> list[int]:
    """The features of a phrase in order, with repetitions: words with their 4-grams, CJK characters and pairs."""
    return [feature for token in text.tokens(phrase) for feature in _of_token(token)]


@lru_cache(maxsize=_CACHED_TOKENS)
def _of_token(token: str) -> tuple[int, ...]:
    if text.language(token[0]) == "zh":
        return (_number(CHARACTER if len(token) == 1 else PAIR, token),)
    padded = f" {token} "  # blanks mark the ends
    grams = (padded[start : start + GRAM_LENGTH] for start in range(max(1, len(padded) - GRAM_LENGTH + 1)))
    return (_number(WORD, token), *(_number(GRAM, gram) for gram in grams))


def _number(kind: int, letters: str) -> int:
    digest = hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "little") >> 2) | kind << KIND_SHIFT
