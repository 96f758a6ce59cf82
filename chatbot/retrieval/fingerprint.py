"""What makes two indexes the same: phrasings and answers of their entries, the encoder, the way of indexing.

Knows: digests. Does not know: vectors, files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from chatbot import text as words
from chatbot.domain import FaqEntry
from chatbot.retrieval.hybrid import HybridRetriever

FORMAT = "5"
"""Goes into the fingerprint: a new way to index or to learn must not find old directories."""
LENGTH = 16
"""Bytes of the digest of an entry."""
ANSWERS_UP_TO = 5_000
"""Most entries whose answers are indexed too: encoding answers takes several times as long as encoding questions."""
ANSWER_LENGTH = 300
"""Characters of an answer that are: what it is about is said at its beginning."""

Digests: TypeAlias = Sequence[bytes]


def digests_of(entries: Sequence[FaqEntry], previous: HybridRetriever | None = None) -> Digests:
    """The identity of each entry: its id, its phrasings and, in a base that is not too large, its answer.

    Those of the very entries that `previous` holds are taken over.
    """
    layers = previous.layers if previous is not None else ()
    known = {
        id(entry): digest
        for layer in layers
        for entry, digest in zip(layer.entries, layer.digests, strict=True)
        if entry
    }
    indexed = len(entries) <= ANSWERS_UP_TO
    if previous is not None and indexed != previous.answers_indexed:
        known = {}
    return [known.get(id(entry)) or _digest(entry, indexed) for entry in entries]


def indexed_answer(entry: FaqEntry) -> str:
    """The part of an answer that is indexed."""
    return entry.answer[:ANSWER_LENGTH]


def fingerprint_of(digests: Digests, encoder_id: str) -> str:
    """Identity of the encoder and all phrasings, hexadecimal; the order of the entries does not count."""
    halves = np.frombuffer(b"".join(digests), dtype=np.uint64).reshape(-1, LENGTH // 8)
    total = halves.sum(axis=0, dtype=np.uint64)
    return words.content_hash([FORMAT, encoder_id, str(len(digests)), *(str(half) for half in total.tolist())])


def _digest(entry: FaqEntry, with_answer: bool) -> bytes:
    answer = ("answer", indexed_answer(entry)) if with_answer else ()
    return bytes.fromhex(words.content_hash([entry.id, *entry.phrasings, *answer], length=2 * LENGTH))
