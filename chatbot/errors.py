"""Errors whose message is meant for the user, and what a message is made of.

`ChatbotError` means: show this one sentence, no traceback, exit code 1. Anything else is a bug and keeps its
traceback. A message says what was wrong, the value, where, and what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in English, with the code and the values by which a page words it in another language.

    A value may be a problem itself: a reason, a place or a hint inside the sentence. Without a code the sentence is
    shown as it is.
    """

    sentence: str
    code: str = ""
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, code: str, template: str, /, **values: object) -> Self:
        """The problem of that code; the values fill the English template."""
        return cls(template.format(**values), code, values)

    def __str__(self) -> str:
        return self.sentence


class ChatbotError(Exception):
    """A mistake or condition that the user can act on."""

    def __init__(self, problem: Problem | str) -> None:
        self.problem = problem if isinstance(problem, Problem) else Problem(problem)
        super().__init__(self.problem.sentence)

    @classmethod
    def of(cls, code: str, template: str, /, **values: object) -> Self:
        """The error about the problem of that code."""
        return cls(Problem.of(code, template, **values))


class ConfigError(ChatbotError):
    """A setting, flag or environment variable has a value that cannot be used."""


class ImportDataError(ChatbotError):
    """A file given for import cannot be read as what it claims to be."""


class ArtifactError(ChatbotError):
    """A model or index directory is missing, incomplete, damaged or does not fit."""


class StorageError(ChatbotError):
    """The database or the home directory cannot be read or written."""


class TrainingError(ChatbotError):
    """Training or evaluation cannot run on the data given."""


class PromotionRefusedError(ChatbotError):
    """The gate refuses a model version; the message says why."""


class NotFoundError(ChatbotError):
    """A conversation, import, model version or entry of that name does not exist."""


class HeldError(ChatbotError):
    """Somebody else answers in this conversation; the message says who."""


class BusyError(ChatbotError):
    """The message before is still being answered in this conversation."""


class CancelledError(ChatbotError):
    """A long piece of work was stopped by the person who had started it; nothing of it was kept."""


class InputError(ChatbotError):
    """A message or option given by the user is outside its limits."""


class UngroundedReply(Exception):  # noqa: N818  # not an error of the program: the guard did its work
    """A generated reply was about to say what none of its sources supports.

    `fact` is what was found, `rule` the guard's rule that found it, and `instead` what may follow what has left,
    empty when there is nothing. `enough`: what has left is small talk that needs no rest.
    """

    def __init__(self, fact: str, *, rule: str = "fact", instead: str = "", enough: bool = False) -> None:
        super().__init__(f"unsupported: {rule} {fact!r}")
        self.fact = fact
        self.rule = rule
        self.instead = instead
        self.enough = enough


class GeneratorUnavailable(Exception):  # noqa: N818  # reads as what happened
    """Nobody can write a reply just now: the server is down, or too many replies are being written."""
