"""A cross-encoder reads the best hits again, without keeping the first answer waiting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chatbot.retrieval.build import build_retriever
from chatbot.retrieval.hybrid import HybridRetriever
from chatbot.retrieval.reranking import CrossEncoderScorer, RerankedRetriever, reweighed
from support.fakes.retrieval import ENGLISH, HashingEncoder

ENCODER = HashingEncoder()
QUERY = "order arrive late address"


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> HybridRetriever:
    return build_retriever(ENGLISH, ENCODER.encode, encoder_id="hashing", index_dir=tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def model(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder with one output, untrained: its opinions are arbitrary but fixed."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    directory = tmp_path_factory.mktemp("cross")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        config = BertConfig.from_pretrained(tiny, num_labels=1, initializer_range=1.0)
        BertForSequenceClassification(config).save_pretrained(directory)
    AutoTokenizer.from_pretrained(tiny).save_pretrained(directory)
    return directory


def search(retriever: HybridRetriever | RerankedRetriever, query: str = QUERY) -> list[tuple[str, float]]:
    return [(hit.entry.id, hit.score) for hit in retriever.search(query, ENCODER.encode_one(query), limit=4)]


def test_the_first_answer_does_not_wait_and_later_ones_are_read_again(retriever: HybridRetriever, model: Path) -> None:
    reranked = RerankedRetriever(retriever, CrossEncoderScorer(str(model)))
    assert search(reranked) == search(retriever)
    assert reranked.scorer.wait()
    after = search(reranked)
    assert after != search(retriever)
    assert [score for _, score in after] == sorted((score for _, score in after), reverse=True)
    assert sum(score for _, score in after) <= 1.0
    assert reranked.fingerprint != retriever.fingerprint


def test_a_question_asked_word_for_word_is_not_doubted(retriever: HybridRetriever, model: Path) -> None:
    reranked = RerankedRetriever(retriever, CrossEncoderScorer(str(model)))
    reranked.scorer.wait()
    assert search(reranked, ENGLISH[1].question) == search(retriever, ENGLISH[1].question)


def test_a_model_that_cannot_be_loaded_leaves_the_hits_as_they_are(
    retriever: HybridRetriever, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reranked = RerankedRetriever(retriever, CrossEncoderScorer(str(tmp_path / "nowhere")))
    assert not reranked.scorer.wait()
    assert search(reranked) == search(retriever)
    assert "cannot be loaded" in caplog.text


def test_odds_move_the_scores_as_evidence_does(retriever: HybridRetriever) -> None:
    hits = retriever.search(QUERY, ENCODER.encode_one(QUERY), limit=4)
    same = reweighed(hits, np.zeros(len(hits)))
    assert [hit.score for hit in same] == pytest.approx([hit.score for hit in hits], abs=1e-6)
    lifted = reweighed(hits, np.array([-5.0, 5.0, -5.0, -5.0]))
    assert lifted[0].entry == hits[1].entry
    assert lifted[0].score > hits[1].score
    doubted = reweighed(hits, np.full(len(hits), -5.0))
    assert sum(hit.score for hit in doubted) < sum(hit.score for hit in hits)
