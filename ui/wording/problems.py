"""Problems in the language of the page, by their codes."""

from __future__ import annotations

from chatbot.errors import Problem
from ui.wording.words import COLUMNS, PROBLEMS, Words, sections


def worded(problem: Problem, say: Words) -> str:
    """The problem in the language of the page; its English sentence where that language has no words for its code."""
    template = sections(say.lang).get(PROBLEMS, {}).get(problem.code)
    if template is None:
        return problem.sentence
    return template.format(**{name: _value(name, value, say) for name, value in problem.values.items()})


def column_in(column: str, say: Words) -> str:
    """The name of a column in the language of the page; other names are the file's own and stay."""
    return sections(say.lang).get(COLUMNS, {}).get(column, column)


def _value(name: str, value: object, say: Words) -> object:
    if isinstance(value, Problem):
        return worded(value, say)
    return column_in(value, say) if name == "column" and isinstance(value, str) else value
