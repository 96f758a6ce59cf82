"""Proposals that a person has to accept before anything comes of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from chatbot.errors import Problem


class DraftKind(StrEnum):
    """What a draft becomes when it is accepted: a FAQ entry, or labelled utterances."""

    FAQ = "faq"
    UTTERANCES = "utterances"


class DraftStatus(StrEnum):
    """Whether somebody has decided about a draft."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class DraftEvidence:
    """Where a draft comes from.

    `questions` customers' messages in `conversations` conversations; `agreement` is how alike the agents' answers were,
    0 to 1; `samples` are pairs of conversation id and question.
    """

    questions: int
    conversations: int
    agreement: float = 0.0
    key_phrases: tuple[str, ...] = ()
    samples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed FAQ entry (`question`, `answer`, `variants`) or proposed utterances (`variants`) of an `intent`.

    `id` is 0 until storage has assigned one. `edited` says that a person has changed it.
    """

    kind: DraftKind
    question: str
    evidence: DraftEvidence
    answer: str = ""
    variants: tuple[str, ...] = ()
    intent: str | None = None
    lang: str = "en"
    id: int = 0
    status: DraftStatus = DraftStatus.OPEN
    edited: bool = False
    created_at: dt.datetime | None = None


def already_decided(draft: Draft) -> Problem:
    """What is wrong with changing or deciding a draft that is not open."""
    return Problem.of(
        "draft_decided",
        "Draft {draft} was {status} already. See the open ones: chatbot drafts list",
        draft=draft.id,
        status=draft.status.value,
    )
