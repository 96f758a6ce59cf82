"""Builds a retriever from entries: loads a saved index that fits, or encodes, fits the fusion and saves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chatbot import text as words
from chatbot.domain import FaqEntry
from chatbot.retrieval import index_cache
from chatbot.retrieval.backends import DenseBackend, in_files
from chatbot.retrieval.exact import ExactIndex
from chatbot.retrieval.fingerprint import ANSWERS_UP_TO, Digests, digests_of, fingerprint_of, indexed_answer
from chatbot.retrieval.fusion import Fusion
from chatbot.retrieval.fusion_fit import learn
from chatbot.retrieval.hybrid import LANGUAGES, HybridRetriever, Layer
from chatbot.retrieval.lexical import LexicalIndex
from chatbot.retrieval.phrasings import AnswerField, Phrasings
from chatbot.retrieval.synthetic_queries import Confirmed, confirmed_examples, examples, probe_texts
from chatbot.types import Encode, Progress, Vectors, no_progress
from chatbot.vectors.caches import KnownVectors
from chatbot.vectors.centring import scaled_to_unit

CENTRE_PRIOR = 10
"""Weight of the probes' mean, in phrasings, when a language's mean is computed: the mean of few phrasings is mostly
those phrasings."""
AMENDED_FROM = 2_000
"""Number of phrasings from which edits go into a separate layer; a smaller base is rebuilt within a second."""
MOST_AMENDED = 0.1
"""Largest share of changed phrasings for which a separate layer is used."""
MOST_CONFIRMED = 150
"""Most confirmations that the fusion is fitted to: encoding them is part of what an edit of a small base waits for."""


def build_retriever(
    entries: Sequence[FaqEntry],
    encode: Encode,
    *,
    encoder_id: str,
    index_dir: Path,
    previous: HybridRetriever | None = None,
    backend: DenseBackend | None = None,
    confirmed: Callable[[], Sequence[tuple[str, str]]] = tuple,
    progress: Progress = no_progress,
) -> HybridRetriever:
    """The retriever of these entries.

    A saved index with the same fingerprint is loaded without encoding anything. A large base with few changes keeps its
    index and gets a small one beside it. Otherwise the index is built, and only new texts are encoded.

    Args:
        entries: what can be found; answers are not indexed in a large base.
        encode: texts to unit vectors of shape (n, dimension), float32.
        encoder_id: identity of `encode`: equal ids must give equal vectors.
        index_dir: parent of the index directories; if the index cannot be saved there, it is used unsaved.
        previous: the retriever before a change of entries; its contents are not read again.
        backend: where the dense index is stored; in files by default.
        confirmed: gives customers' messages with the id of the entry that answered each, newest first; an empty id if
            no entry does. Called only when the fusion is fitted again.
        progress: called with the current step and the share of it that is done, 0 to 1.
    """
    backend = backend or in_files()
    if not entries:
        return _empty(encoder_id)
    digests = digests_of(entries, previous)
    fingerprint = fingerprint_of(digests, encoder_id)
    vectors = KnownVectors(encode, encoder_id=encoder_id, index_dir=index_dir, progress=progress)
    for base, fusions in index_cache.bases(index_dir, fingerprint, encoder_id, backend, previous):
        retriever = _amended(base, fusions, entries, digests, vectors, fingerprint, encoder_id)
        if retriever is not None:
            return retriever
    phrasings, fusions = _build(entries, vectors, _still_stored(confirmed(), entries), fingerprint, backend, progress)
    base = Layer(phrasings, entries, digests)
    index_cache.save(base, fusions, index_dir / fingerprint, encoder_id, backend)
    return HybridRetriever(fingerprint, encoder_id, (base,), fusions)


def _amended(
    base: Layer,
    fusions: Mapping[str, Fusion],
    entries: Sequence[FaqEntry],
    digests: Digests,
    vectors: KnownVectors,
    fingerprint: str,
    encoder_id: str,
) -> HybridRetriever | None:
    """The existing base with the changes in a layer of their own; None if too much changed for that."""
    place = {digest: number for number, digest in enumerate(digests)}
    now = [place.pop(digest, None) for digest in base.digests]
    gone = np.array([number is None for number in now])
    counts = base.phrasings.counts
    changed = int(counts[gone].sum()) + sum(len(entries[number].phrasings) for number in place.values())
    if changed and (base.phrasings.size < AMENDED_FROM or changed > MOST_AMENDED * base.phrasings.size):
        return None
    kept = [None if number is None else entries[number] for number in now]
    layers = [Layer(base.phrasings, kept, base.digests, gone if gone.any() else None)]
    if place:
        new = [entries[number] for number in place.values()]
        texts, answers = _texts(new), _answers(new) if base.phrasings.answers is not None else []
        found, said = np.split(vectors.of_some([*texts, *answers]), [len(texts)])
        field = base.phrasings.answers
        lexical = LexicalIndex.build(texts, like=base.phrasings.lexical.vocabulary)
        beside = Phrasings(
            _counts(new),
            lexical,
            ExactIndex(_centred(found, _languages_of(texts), base.phrasings.centres)),
            base.phrasings.centres,
            AnswerField(_centred(said, _languages_of(answers), field.centres), field.centres)
            if field is not None
            else None,
        )
        layers.append(Layer(beside, new, list(place)))
    return HybridRetriever(fingerprint, encoder_id, tuple(layers), fusions)


def _build(
    entries: Sequence[FaqEntry],
    known: KnownVectors,
    confirmed: Sequence[Confirmed],
    fingerprint: str,
    backend: DenseBackend,
    progress: Progress,
) -> tuple[Phrasings, dict[str, Fusion]]:
    texts = _texts(entries)
    answers = _answers(entries) if len(entries) <= ANSWERS_UP_TO else []
    probe = {lang: probe_texts(lang) for lang in LANGUAGES}
    vectors = known.of_all([*texts, *answers, *(sentence for lang in LANGUAGES for sentence in probe[lang])])
    bounds = np.cumsum([len(texts), len(answers), *(len(probe[lang]) for lang in LANGUAGES)])
    vectors, answer_vectors, *rest = np.split(vectors, bounds[:-1])
    probe_vectors = dict(zip(LANGUAGES, rest, strict=True))
    spoken = _languages_of(texts)
    centres = _centres(vectors, spoken, probe_vectors)
    index = backend.build(_centred(vectors, spoken, centres), fingerprint, progress)
    field = _answer_field(answer_vectors, _languages_of(answers), centres) if answers else None
    phrasings = Phrasings(_counts(entries), LexicalIndex.build(texts), index, centres, field)
    asked = known.unkept([one.text for one in confirmed]) if confirmed else vectors[:0]
    fusions = {
        lang: learn(
            examples(phrasings, texts, vectors, probe_vectors, lang)
            + confirmed_examples(phrasings, confirmed, asked, lang)
        )
        for lang in LANGUAGES
    }
    return phrasings, fusions


def _still_stored(confirmed: Sequence[tuple[str, str]], entries: Sequence[FaqEntry]) -> list[Confirmed]:
    """The newest confirmations whose entries still exist."""
    place = {entry.id: number for number, entry in enumerate(entries)}
    found = [
        Confirmed(text, place[entry] if entry else None) for text, entry in confirmed if not entry or entry in place
    ]
    return found[:MOST_CONFIRMED]


def _answer_field(vectors: Vectors, spoken: NDArray[np.str_], usual: Mapping[str, Vectors]) -> AnswerField:
    """Answers have a mean of their own: what they have in common differs from what questions have in common."""
    centres = {}
    for lang in LANGUAGES:
        side = spoken == lang
        subject = np.sum(vectors, axis=0, where=side[:, None])
        centres[lang] = (subject + CENTRE_PRIOR * usual[lang]) / (np.count_nonzero(side) + CENTRE_PRIOR)
    return AnswerField(_centred(vectors, spoken, centres), centres)


def _answers(entries: Sequence[FaqEntry]) -> list[str]:
    return [indexed_answer(entry) for entry in entries]


def _texts(entries: Sequence[FaqEntry]) -> list[str]:
    return [phrasing for entry in entries for phrasing in entry.phrasings]


def _counts(entries: Sequence[FaqEntry]) -> list[int]:
    return [1 + len(entry.variants) for entry in entries]


def _languages_of(texts: Sequence[str]) -> NDArray[np.str_]:
    return np.array([words.language(phrasing) for phrasing in texts], dtype="U2")


def _centred(vectors: Vectors, spoken: NDArray[np.str_], centres: Mapping[str, Vectors]) -> Vectors:
    """Unit vectors after each language's mean is subtracted, as `Phrasings.centred` does with a query."""
    moved = np.array(vectors)
    for lang in LANGUAGES:
        np.subtract(moved, centres[lang], out=moved, where=(spoken == lang)[:, None])
    return scaled_to_unit(moved)


def _centres(vectors: Vectors, spoken: NDArray[np.str_], probe_vectors: Mapping[str, Vectors]) -> dict[str, Vectors]:
    """By language, the mean vector of its texts in this base, to be subtracted before comparing."""
    usual = {lang: probe_vectors[lang].mean(axis=0) for lang in LANGUAGES}
    sides = {lang: spoken == lang for lang in LANGUAGES}
    subject = {lang: np.sum(vectors, axis=0, where=sides[lang][:, None]) for lang in LANGUAGES}
    count = {lang: int(sides[lang].sum()) for lang in LANGUAGES}
    centres = {lang: (subject[lang] + CENTRE_PRIOR * usual[lang]) / (count[lang] + CENTRE_PRIOR) for lang in LANGUAGES}
    main = max(LANGUAGES, key=lambda lang: count[lang])
    for lang in LANGUAGES:
        if not count[lang]:  # its questions will be about the same subject as the other language's entries
            centres[lang] = usual[lang] + centres[main] - usual[main]
    return centres


def _empty(encoder_id: str) -> HybridRetriever:
    return HybridRetriever(fingerprint_of([], encoder_id), encoder_id, (), {})
