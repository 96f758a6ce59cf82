"""Proposals that take effect only once a person accepts them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from chatbot.errors import Problem


class DraftKind(StrEnum):
    """What a draft becomes when it is accepted: an FAQ entry, or labelled utterances."""

    FAQ = "faq"
    UTTERANCES = "utterances"


class DraftStatus(StrEnum):
    """Whether a draft has been decided, and how."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class DraftEvidence:
    """Where a draft comes from.

    `questions` is the number of customers' messages, in `conversations` conversations; `agreement` is the similarity of
    the agents' answers, 0 to 1; `samples` are pairs of conversation id and question.
    """

    questions: int
    conversations: int
    agreement: float = 0.0
    key_phrases: tuple[str, ...] = ()
    samples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed FAQ entry (`question`, `answer`, `variants`) or proposed utterances (`variants`) of an `intent`.

    `id` is 0 until storage has assigned one. `edited` says whether a person has changed it.
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
    """The problem with changing or deciding a draft that is not open."""
    return Problem.of(
        "draft_decided",
        "Draft {draft} was {status} already. See the open ones: chatbot drafts list",
        draft=draft.id,
        status=draft.status.value,
    )
