"""What a training run found out besides the model: handed to the report, never to serving.

Knows: names and numbers. Does not know: how they were measured, files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Compared:
    """One mode that `auto` tried: its cross-validated figures, 0 to 1, and how long it took in seconds."""

    mode: str
    accuracy: float
    log_loss: float
    unknown_intent_auroc: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class RetrievalChange:
    """How the tuned encoder finds FAQ phrasings that it was not tuned on, against the encoder it came from.

    Shares are 0 to 1 over `n` held-out phrasings; dense search alone.
    """

    n: int
    hit_1_before: float
    hit_1_after: float
    mrr_before: float
    mrr_after: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of the data in one sentence, with up to a few of the texts it is about."""

    kind: str
    sentence: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspect:
    """An utterance whose label is doubted: held-out models gave `suggested` and not `label`; `quality` is 0 to 1."""

    text: str
    label: str
    suggested: str
    quality: float


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Everything a report tells beside the held-out figures.

    `seconds` are of each step; `compared` is empty unless several modes were tried, `why` says which of them won and
    for what reason; `kept` what the model keeps of the live version; `retrieval` is None without FAQ phrasings or
    without a tuned encoder; `suspects` are the most doubtful first.
    """

    mode: str = "fast"
    why: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    compared: tuple[Compared, ...] = ()
    retrieval: RetrievalChange | None = None
    findings: tuple[Finding, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    kept: str = ""
