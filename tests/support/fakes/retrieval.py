"""A deterministic encoder of hashed words, and small knowledge bases."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chatbot.domain import FaqEntry
from chatbot.text import tokens
from chatbot.types import Vectors


class HashingEncoder:
    """Each token adds a fixed random direction, so that common words give similar vectors; counts its calls."""

    dimension = 96

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension)."""
        self.calls += 1
        return np.stack([self.encode_one(text) for text in texts])

    def encode_one(self, text: str) -> Vectors:
        """Unit vector, shape (dimension,)."""
        total = np.full(self.dimension, 1e-3)
        for token in tokens(text):
            total += _direction(token)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


@functools.cache
def _direction(token: str) -> NDArray[np.float64]:
    return np.random.default_rng(zlib.crc32(token.encode())).normal(size=HashingEncoder.dimension)


def entry(number: int, question: str, *variants: str, lang: str = "en") -> FaqEntry:
    return FaqEntry(id=f"e{number}", question=question, answer=f"Answer {number}.", variants=variants, lang=lang)


ENGLISH = (
    entry(1, "How do I return a damaged lamp?", "the lamp arrived broken, can it go back"),
    entry(2, "When will my parcel arrive?", "delivery time of my order", "parcel arrival"),
    entry(3, "Which payment methods do you accept?", "can I pay with a card"),
    entry(4, "How do I change my delivery address?"),
    entry(5, "Do you repair old chairs?", "chair repair"),
    entry(6, "Where is your shop?", "address of the showroom"),
)
CHINESE = (
    entry(11, "台灯坏了怎么退货？", "收到的灯碎了能退吗", lang="zh"),
    entry(12, "包裹什么时候送到？", "快递几天到", lang="zh"),
    entry(13, "支持哪些付款方式？", "可以刷卡吗", lang="zh"),
    entry(14, "怎么修改收货地址？", lang="zh"),
)
