"""Fingerprints of an index: digests of its entries' phrasings and answers, of the encoder and of the index format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from chatbot import text as words
from chatbot.domain import FaqEntry
from chatbot.retrieval.hybrid import HybridRetriever

FORMAT = "5"
"""Part of the fingerprint. Raise it when indexing or fitting changes, so that saved directories are not reused."""
LENGTH = 16
"""Bytes of an entry's digest."""
ANSWERS_UP_TO = 5_000
"""Largest number of entries whose answers are indexed too: encoding answers takes several times as long as questions.
"""
ANSWER_LENGTH = 300
"""Characters of an answer that are indexed: the beginning says what the answer is about."""

Digests: TypeAlias = Sequence[bytes]


def digests_of(entries: Sequence[FaqEntry], previous: HybridRetriever | None = None) -> Digests:
    """The digest of each entry: its id, its phrasings and, in a base of at most `ANSWERS_UP_TO` entries, its answer.

    Digests of entry objects that `previous` also holds are reused.
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
    """Fingerprint of the encoder and all digests, hexadecimal; the order of the entries does not matter."""
    halves = np.frombuffer(b"".join(digests), dtype=np.uint64).reshape(-1, LENGTH // 8)
    total = halves.sum(axis=0, dtype=np.uint64)
    return words.content_hash([FORMAT, encoder_id, str(len(digests)), *(str(half) for half in total.tolist())])


def _digest(entry: FaqEntry, with_answer: bool) -> bytes:
    answer = ("answer", indexed_answer(entry)) if with_answer else ()
    return bytes.fromhex(words.content_hash([entry.id, *entry.phrasings, *answer], length=2 * LENGTH))
