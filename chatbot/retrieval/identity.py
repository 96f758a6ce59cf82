"""What makes two indexes the same: the phrasings of their entries, the encoder, the way of indexing.

Knows: digests. Does not know: vectors, files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from chatbot import text as words
from chatbot.domain import FaqEntry
from chatbot.retrieval.hybrid import HybridRetriever

FORMAT = "4"
"""Goes into the fingerprint: a new way to index or to learn must not find old directories."""
LENGTH = 16
"""Bytes of the digest of an entry."""

Digests: TypeAlias = Sequence[bytes]


def digests_of(entries: Sequence[FaqEntry], previous: HybridRetriever | None = None) -> Digests:
    """The identity of each entry's id and phrasings; those of the very entries that `previous` holds are taken over."""
    layers = previous.layers if previous is not None else ()
    known = {
        id(entry): digest
        for layer in layers
        for entry, digest in zip(layer.entries, layer.digests, strict=True)
        if entry
    }
    return [known.get(id(entry)) or _digest(entry) for entry in entries]


def fingerprint_of(digests: Digests, encoder_id: str) -> str:
    """Identity of the encoder and all phrasings, hexadecimal; the order of the entries does not count."""
    halves = np.frombuffer(b"".join(digests), dtype=np.uint64).reshape(-1, LENGTH // 8)
    total = halves.sum(axis=0, dtype=np.uint64)
    return words.content_hash([FORMAT, encoder_id, str(len(digests)), *(str(half) for half in total.tolist())])


def _digest(entry: FaqEntry) -> bytes:
    return bytes.fromhex(words.content_hash([entry.id, *entry.phrasings], length=2 * LENGTH))
