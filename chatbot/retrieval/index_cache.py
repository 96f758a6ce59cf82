"""Saves and loads indexed bases in their directories."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from chatbot.artifacts import arrays, checked_directory
from chatbot.retrieval.backends import DenseBackend
from chatbot.retrieval.fingerprint import FORMAT, LENGTH
from chatbot.retrieval.fusion import Fusion, fusion_from_json
from chatbot.retrieval.hybrid import LANGUAGES, HybridRetriever, Layer
from chatbot.retrieval.lexical import LexicalIndex
from chatbot.retrieval.phrasings import AnswerField, Phrasings
from chatbot.types import Vectors

LEXICAL = "words-"
COUNTS, DIGESTS, CENTRES = "counts", "digests", "centres"
ANSWERS, ANSWER_CENTRES = "answers", "answer-centres"

Base = tuple[Layer, Mapping[str, Fusion]]

_log = logging.getLogger(__name__)


def bases(
    index_dir: Path, fingerprint: str, encoder_id: str, backend: DenseBackend, previous: HybridRetriever | None
) -> Iterator[Base]:
    """Reusable bases: the directory with this fingerprint, the layers of `previous`, the newest other directory.

    Only the digests and phrasings of their layers are valid; the caller supplies the current entries.
    """
    wanted = index_dir / fingerprint
    if previous is not None and previous.encoder_id == encoder_id and previous.layers:
        yield previous.layers[0], previous.fusions
    others = [directory for directory in checked_directory.newest_first(index_dir) if directory != wanted]
    fitting = [directory for directory in others if _fits(checked_directory.facts(directory), encoder_id, backend)]
    for directory in (wanted, *(fitting[:1] if previous is None else ())):
        found = _load(directory, backend)
        if found is not None:
            yield found


def save(base: Layer, fusions: Mapping[str, Fusion], directory: Path, encoder_id: str, backend: DenseBackend) -> None:
    """Write a directory; if that fails, the index is used unsaved."""
    phrasings = base.phrasings
    field = phrasings.answers
    answers = {} if field is None else {ANSWERS: field.vectors, ANSWER_CENTRES: _stacked(field.centres)}
    files = arrays.writes(
        {
            **answers,
            COUNTS: phrasings.counts,
            DIGESTS: np.frombuffer(b"".join(base.digests), dtype=np.uint8).reshape(-1, LENGTH),
            CENTRES: _stacked(phrasings.centres),
            **{f"{LEXICAL}{name}": array for name, array in phrasings.lexical.arrays.items()},
        }
    )
    facts = {
        "format": FORMAT,
        "encoder": encoder_id,
        "dense": backend.name,
        "phrasings": phrasings.size,
        "dimension": phrasings.index.shape[1],
        "fusion": {lang: fusion.as_json() for lang, fusion in fusions.items()},
    }
    try:
        checked_directory.write(directory, {**files, **backend.files(phrasings.index)}, facts)
    except OSError as error:
        _log.warning(
            "The search index could not be saved in %s and will be built again next time: %s", directory, error
        )
        return
    checked_directory.prune(directory.parent, keep=directory)


def _fits(facts: Mapping[str, object], encoder_id: str, backend: DenseBackend) -> bool:
    return (facts.get("format"), facts.get("encoder"), facts.get("dense")) == (FORMAT, encoder_id, backend.name)


def _load(directory: Path, backend: DenseBackend) -> Base | None:
    found = checked_directory.read(directory)
    if found is None:
        return None
    try:
        if found.facts["dense"] != backend.name:
            return None
        names = [COUNTS, DIGESTS, CENTRES]
        names += [ANSWERS, ANSWER_CENTRES] if f"{ANSWERS}{arrays.SUFFIX}" in found.files else []
        own = {name: arrays.read(found.files[f"{name}{arrays.SUFFIX}"]) for name in names}
        lexical = LexicalIndex(
            {name: arrays.read(found.files[f"{LEXICAL}{name}{arrays.SUFFIX}"]) for name in LexicalIndex.ARRAYS}
        )
        index = backend.load(directory.name, found.files)
        fusions = {lang: fusion_from_json(found.facts["fusion"][lang]) for lang in LANGUAGES}
        count = int(own[COUNTS].sum())
        sizes = {own[DIGESTS].shape == (len(own[COUNTS]), LENGTH), index.shape == (count, own[CENTRES].shape[1])}
        sizes |= {lexical.size == count, len(own[CENTRES]) == len(LANGUAGES)}
        if ANSWERS in own:
            sizes |= {own[ANSWERS].shape == (len(own[COUNTS]), index.shape[1])}
            sizes |= {own[ANSWER_CENTRES].shape == own[CENTRES].shape}
    except (KeyError, TypeError, ValueError, IndexError, OSError) as error:
        _log.warning("The search index in %s does not fit and will be built again: %s", directory, error)
        return None
    if sizes != {True}:
        _log.warning("The search index in %s has the wrong size and will be built again.", directory)
        return None
    field = AnswerField(own[ANSWERS], _by_language(own[ANSWER_CENTRES])) if ANSWERS in own else None
    phrasings = Phrasings(own[COUNTS].tolist(), lexical, index, _by_language(own[CENTRES]), field)
    digests = [row.tobytes() for row in own[DIGESTS]]
    return Layer(phrasings, (None,) * len(digests), digests), fusions


def _stacked(centres: Mapping[str, Vectors]) -> Vectors:
    return np.stack([centres[lang] for lang in LANGUAGES])


def _by_language(stacked: Vectors) -> dict[str, Vectors]:
    return dict(zip(LANGUAGES, stacked, strict=True))
