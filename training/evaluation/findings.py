"""Results of a training run besides the model, for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Compared:
    """One mode that `auto` tried: its cross-validated figures, 0 to 1, and its duration in seconds."""

    mode: str
    accuracy: float
    log_loss: float
    unknown_intent_auroc: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class RetrievalChange:
    """Change in search for held-out FAQ phrasings, from the source encoder to the tuned one.

    Shares are 0 to 1 over `n` held-out phrasings; dense search alone.
    """

    n: int
    hit_1_before: float
    hit_1_after: float
    mrr_before: float
    mrr_after: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of the data in one sentence, with a few of the texts concerned."""

    kind: str
    sentence: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspect:
    """An utterance with a doubtful label: held-out models predicted `suggested`, not `label`; `quality` is 0 to 1."""

    text: str
    label: str
    suggested: str
    quality: float


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The contents of a report besides the held-out figures.

    `seconds` is per step; `compared` is empty unless several modes were tried, and `why` gives the reason for the
    choice; `kept` describes the warm start; `retrieval` is None without FAQ phrasings or without a tuned encoder;
    `suspects` are sorted with the most doubtful first.
    """

    mode: str = "fast"
    why: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    compared: tuple[Compared, ...] = ()
    retrieval: RetrievalChange | None = None
    findings: tuple[Finding, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    kept: str = ""
