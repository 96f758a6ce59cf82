"""Entries to retriever: from the saved index when it fits, else encoded, learned and saved.

Knows: the order of the steps and the identity of an index. Does not know: which encoder it is given, databases.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from chatbot import text as words
from chatbot.domain import FaqEntry
from chatbot.retrieval import dense, exact, saved
from chatbot.retrieval.fusion import Fusion, fusion_from_json
from chatbot.retrieval.hybrid import (
    LANGUAGES,
    DenseIndex,
    HybridRetriever,
    Phrasings,
    Vectors,
    exact_phrasings,
)
from chatbot.retrieval.known_vectors import encode_new
from chatbot.retrieval.learning import learn
from chatbot.retrieval.selfmade import examples, probe_texts

Encode: TypeAlias = Callable[[Sequence[str]], Vectors]

FORMAT = "2"
"""Goes into the fingerprint: a new way to index or to learn must not find old directories."""
CENTRES = "centres.npy"
CENTRE_PRIOR = 10
"""The mean of few phrasings is mostly those phrasings: so many times the mean of the probes is added to it."""

_log = logging.getLogger(__name__)


def build_retriever(
    entries: Sequence[FaqEntry], encode: Encode, *, encoder_id: str, index_dir: Path
) -> HybridRetriever:
    """The retriever of these entries; a saved index of equal fingerprint is loaded without encoding anything.

    A changed one is built from the vectors of the last one and those of what is new.

    Args:
        entries: what can be found; answers are taken as given and are no part of the index.
        encode: texts to unit vectors of shape (n, dimension), float32.
        encoder_id: identity of `encode`: equal ids must give equal vectors.
        index_dir: parent of the index directories; an index that cannot be saved there is used unsaved.
    """
    fingerprint = fingerprint_of(entries, encoder_id)
    if not entries:
        return HybridRetriever(fingerprint, _nothing(), {}, {})
    directory = index_dir / fingerprint
    loaded = _load(entries, directory)
    if loaded is None:
        loaded = _build(entries, lambda texts: encode_new(texts, encode, encoder_id=encoder_id, index_dir=index_dir))
        _save(*loaded, directory)
    base, fusions = loaded
    return HybridRetriever(fingerprint, base, fusions, exact_phrasings(entries))


def fingerprint_of(entries: Sequence[FaqEntry], encoder_id: str) -> str:
    """Identity of the encoder and all phrasings in order, hexadecimal."""
    parts = [FORMAT, encoder_id]
    for entry in entries:
        parts += [entry.id, str(len(entry.phrasings)), *entry.phrasings]
    return words.content_hash(parts)


def _build(entries: Sequence[FaqEntry], encode: Encode) -> tuple[Phrasings, dict[str, Fusion]]:
    texts = [phrasing for entry in entries for phrasing in entry.phrasings]
    probe = {lang: probe_texts(lang) for lang in LANGUAGES}
    vectors = encode([*texts, *(sentence for lang in LANGUAGES for sentence in probe[lang])])
    vectors, *rest = np.split(vectors, np.cumsum([len(texts), *(len(probe[lang]) for lang in LANGUAGES)])[:-1])
    probe_vectors = dict(zip(LANGUAGES, rest, strict=True))
    spoken = np.array([words.language(phrasing) for phrasing in texts])
    centres = _centres(vectors, spoken, probe_vectors)
    moved = vectors - np.stack([centres[lang] for lang in spoken.tolist()])
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
    index: DenseIndex = (dense.FaissIndex if dense.available() else exact.ExactIndex).build(moved)
    base = Phrasings(entries, index, centres)
    fusions = {lang: learn(examples(base, vectors, probe_vectors, lang)) for lang in LANGUAGES}
    return base, fusions


def _centres(vectors: Vectors, spoken: NDArray[np.str_], probe_vectors: Mapping[str, Vectors]) -> dict[str, Vectors]:
    """What all texts of a language share in this base, by language: to be taken away before comparing."""
    usual = {lang: probe_vectors[lang].mean(axis=0) for lang in LANGUAGES}
    subject = {lang: vectors[spoken == lang].sum(axis=0) for lang in LANGUAGES}
    count = {lang: int(np.count_nonzero(spoken == lang)) for lang in LANGUAGES}
    centres = {lang: (subject[lang] + CENTRE_PRIOR * usual[lang]) / (count[lang] + CENTRE_PRIOR) for lang in LANGUAGES}
    main = max(LANGUAGES, key=lambda lang: count[lang])
    for lang in LANGUAGES:
        if not count[lang]:  # its questions will be about the subject of the other language's entries
            centres[lang] = usual[lang] + centres[main] - usual[main]
    return centres


def _save(base: Phrasings, fusions: Mapping[str, Fusion], directory: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.stack([base.centres[lang] for lang in LANGUAGES]), allow_pickle=False)
    facts = {
        "format": FORMAT,
        "phrasings": len(base.texts),
        "dimension": base.index.shape[1],
        "fusion": {lang: fusion.as_json() for lang, fusion in fusions.items()},
    }
    name = dense.FILE if isinstance(base.index, dense.FaissIndex) else exact.FILE
    try:
        saved.write(directory, {name: base.index.to_bytes(), CENTRES: buffer.getvalue()}, facts)
    except OSError as error:
        _log.warning(
            "The search index could not be saved in %s and will be built again next time: %s", directory, error
        )
        return
    saved.prune(directory.parent, keep=directory)


def _load(entries: Sequence[FaqEntry], directory: Path) -> tuple[Phrasings, dict[str, Fusion]] | None:
    found = saved.read(directory)
    if found is None:
        return None
    try:
        index: DenseIndex
        if exact.FILE in found.files:
            index = exact.ExactIndex.from_bytes(found.files[exact.FILE])
        elif dense.available():
            index = dense.FaissIndex.from_bytes(found.files[dense.FILE])
        else:
            return None
        centres = np.load(io.BytesIO(found.files[CENTRES]), allow_pickle=False)
        fusions = {lang: fusion_from_json(found.facts["fusion"][lang]) for lang in LANGUAGES}
    except (KeyError, TypeError, ValueError, EOFError) as error:
        _log.warning("The search index in %s does not fit and will be built again: %s", directory, error)
        return None
    count = sum(len(entry.phrasings) for entry in entries)
    if index.shape[0] != count or centres.shape != (len(LANGUAGES), index.shape[1]):
        _log.warning("The search index in %s has the wrong size and will be built again.", directory)
        return None
    return Phrasings(entries, index, dict(zip(LANGUAGES, centres, strict=True))), fusions


def _nothing() -> Phrasings:
    empty = np.zeros((0, 1), dtype=np.float32)
    return Phrasings((), exact.ExactIndex.build(empty), dict.fromkeys(LANGUAGES, np.zeros(1, dtype=np.float32)))
