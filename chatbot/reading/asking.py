"""What kind of thing a text asks for, and whether it denies: how much, how long, when, where; "not", 不."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")
_DENIAL = re.compile(
    r"\b(?:not|no|never|without|except|instead|nor|neither|besides|other than|rather than|cannot)\b|n'?t\b"
    r"|不|没|沒|別|别|未|非|無|无|唔|冇|除了|以外",
    re.IGNORECASE,
)
_KINDS = {
    "amount": r"how much|price|cost|\bfees?\b|charge|\bpay\b"
    r"|多少钱|多少錢|价格|價錢|费用|費用|收费|收費|几钱|幾錢|贵|貴",
    "duration": r"how long|how many (?:days|hours|weeks|months)|多久|几天|幾天|多长时间|多長時間|工作日",
    "time": r"\bwhen\b|what time|until|deadline|几点|幾點|什么时候|什麼時候|何时|何時|几号|截止|幾時",
    "place": r"\bwhere\b|address|哪里|哪裡|哪儿|在哪|地址|邊度",
    "person": r"\bwho\b|谁|誰|邊個",
    "manner": r"\bhow (?:do|can|to|should)\b|怎么|怎麼|如何|怎样|怎樣|點樣",
    "whether": r"^(?:is|are|can|do|does|will|could|may|am|would)\b"
    r"|吗|嗎|能不能|可以|是否|可不可以|会不会|有没有|得唔得",
    "cause": r"\bwhy\b|为什么|為什麼|为啥|點解",
    "thing": r"\bwhat\b|什么|什麼|啥|咩",
}
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _KINDS.values())
KINDS = tuple(_KINDS)


def kinds(text: str) -> NDArray[np.float64]:
    """1 for each of `KINDS` that the text asks for, else 0; shape (len(KINDS),)."""
    return np.array([pattern.search(text) is not None for pattern in _PATTERNS], dtype=np.float64)


def denies(text: str) -> bool:
    """Whether the text has a word that turns its meaning."""
    return _DENIAL.search(text) is not None
