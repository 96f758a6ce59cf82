"""What the gate says of a candidate model: may it replace the live one, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One check of the gate. `sentence` states the result; `live` and `candidate` are the figures of the two models."""

    name: str
    passed: bool
    sentence: str
    live: float | None = None
    candidate: float | None = None


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """Whether a candidate may go live, and why. `n` counts evaluation messages that neither model was trained on."""

    allowed: bool
    outcome: str
    n: int
    checks: tuple[GateCheck, ...]
    against: str = ""
    candidate: str = ""
    changes: tuple[Mapping[str, Any], ...] = field(default=())
    replayed: int = 0

    @property
    def reason(self) -> str:
        """The verdict in one paragraph."""
        return f"{'Passed' if self.passed else 'Not promoted'}: {self.grounds}"

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(check.passed for check in self.checks)

    @property
    def grounds(self) -> str:
        """What speaks against the candidate, else what speaks for it."""
        decisive = self.checks[:2] if self.passed else [check for check in self.checks if not check.passed]
        return " ".join(check.sentence for check in decisive)

    def as_json(self) -> dict[str, Any]:
        """The verdict as it is stored and printed, without the changed messages: they are customers' words."""
        return {
            "allowed": self.allowed,
            "outcome": self.outcome,
            "n": self.n,
            "against": self.against,
            "candidate": self.candidate,
            "replayed": self.replayed,
            "changed": len(self.changes),
            "checks": [
                {"name": c.name, "passed": c.passed, "sentence": c.sentence, "live": c.live, "candidate": c.candidate}
                for c in self.checks
            ],
        }
