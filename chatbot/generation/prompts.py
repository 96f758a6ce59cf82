"""Builds the prompt of the GPT-2 generator, in training and serving: control tokens, sources, and the conversation.

Layout, oldest first; the sources come right before the turn that may use them: `<|en|> <|customer|>...
<|agent|>...<|end|> <|customer|>... <|source|>... <|agent|>`
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chatbot.domain import FaqHit, Message, Role
from chatbot.text import clean

PAD = "<|pad|>"
END = "<|end|>"
CUSTOMER = "<|customer|>"
AGENT = "<|agent|>"
SOURCE = "<|source|>"
LANGUAGES = ("en", "zh")
CONTROL_TOKENS = (PAD, END, CUSTOMER, AGENT, SOURCE, *(f"<|{lang}|>" for lang in LANGUAGES))

MAX_SOURCES = 2
"""More sources dilute a small model's attention and use up the conversation's share of the budget."""

_SOURCE_SHARE = 0.5


def plain(text: str) -> str:
    """Text that is safe in a prompt: cleaned, and without anything that reads as a control token.

    Every control token contains `<|`, so breaking that pair is enough; both pairs are broken to keep text symmetric.
    """
    return clean(text).replace("<|", "< |").replace("|>", "| >")


def language_mark(lang: str) -> str:
    """The control token of a language; an unknown one counts as English."""
    return f"<|{lang}|>" if lang in LANGUAGES else f"<|{LANGUAGES[0]}|>"


def turn(role: Role, text: str) -> str:
    """One turn of the conversation as prompt text."""
    return f"{CUSTOMER}{plain(text)}" if role is Role.CUSTOMER else f"{AGENT}{plain(text)}{END}"


def source(text: str) -> str:
    """One source as prompt text."""
    return f"{SOURCE}{plain(text)}"


def build_prompt(
    history: Sequence[Message], hits: Sequence[FaqHit], *, lang: str, budget: int, count: Callable[[str], int]
) -> str:
    """The prompt for the reply to the last message of `history`; it ends with the agent token.

    Kept in this order of importance: the newest message (its end, if it is too long), the best sources (whole or not at
    all, at most half the budget), then older turns, newest first. An empty history is a valid prompt.

    `budget` is the maximum number of tokens of the prompt, at least 16; `count` counts the tokens of a text, with one
    for each control token.
    """
    head, tail = language_mark(lang), AGENT
    left = budget - count(head) - count(tail)
    newest = ""
    if history:
        last = history[-1]
        newest = turn(last.role, _last_part(plain(last.text), max(1, left // 2), count))
        left -= count(newest)
    chosen = ""
    for hit in hits[:MAX_SOURCES]:
        piece = source(hit.entry.answer)
        if count(chosen + piece) <= min(left, int(budget * _SOURCE_SHARE)):
            chosen += piece
    left -= count(chosen)
    older = ""
    for message in reversed(history[:-1]):
        piece = turn(message.role, message.text)
        if count(piece + older) > left:
            break
        older = piece + older
    return head + older + newest + chosen + tail


def _last_part(text: str, limit: int, count: Callable[[str], int]) -> str:
    """The longest end of `text`, found by bisection, with at most `limit` tokens, including its control tokens."""
    room = max(1, limit - 2)
    if count(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if count(text[middle:]) <= room:
            high = middle
        else:
            low = middle + 1
    return text[low:]
