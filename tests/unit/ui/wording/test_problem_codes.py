"""Every problem that has a code is worded in every other language, with values that it brings."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from string import Formatter
from typing import NamedTuple

import pytest

from chatbot.errors import InputError, Problem
from chatbot.importing.faq_rows import COLUMNS as FAQ_COLUMNS
from chatbot.knowledge.transcript_files import MAPPED
from support.paths import ROOT
from support.source_tree import nodes_of, place_of, sources
from ui.wording.problems import worded
from ui.wording.words import COLUMNS, LANGUAGES, PROBLEMS, Words, sections

OTHERS = tuple(lang for lang in LANGUAGES if lang != "en")


class Raised(NamedTuple):
    """One place that makes a problem: its code, its English template and the names of its values."""

    code: str
    template: str
    values: frozenset[str]
    place: str


@functools.cache
def raised() -> tuple[Raised, ...]:
    """Every `Problem.of(...)` and `SomeError.of(...)` of the source."""
    return tuple(_raised())


def _raised() -> Iterator[Raised]:
    for path in sources("chatbot", "training", "ui"):
        if path == ROOT / "chatbot" / "errors.py":
            continue
        for node, _ in nodes_of(path):
            if not isinstance(node, ast.Call) or len(node.args) != 2:
                continue
            if ast.unparse(node.func) != "Problem.of" and not ast.unparse(node.func).endswith("Error.of"):
                continue
            code = ast.literal_eval(node.args[0])
            template = "".join(
                part.value
                for part in ast.walk(node.args[1])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
            values = frozenset(str(keyword.arg) for keyword in node.keywords)
            yield Raised(code, template, values, place_of(path, node))


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_the_source_has_problems_with_codes() -> None:
    assert len(raised()) > 80


def test_a_problem_fills_its_own_sentence() -> None:
    assert [found for found in raised() if not blanks(found.template) <= found.values] == []


def test_a_code_means_one_thing() -> None:
    places: dict[str, list[str]] = {}
    for found in raised():
        places.setdefault(found.code, []).append(found.place)
    assert {code: where for code, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize("lang", OTHERS)
def test_every_problem_is_worded_with_values_that_it_brings(lang: str) -> None:
    templates = sections(lang)[PROBLEMS]
    assert [f"{found.place}: {found.code}" for found in raised() if found.code not in templates] == []
    assert [
        f"{found.place}: {found.code}" for found in raised() if not blanks(templates[found.code]) <= found.values
    ] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_no_wording_is_left_over(lang: str) -> None:
    codes = {found.code for found in raised()}
    assert [code for code in sections(lang)[PROBLEMS] if code not in codes] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_every_column_that_a_problem_names_has_a_name(lang: str) -> None:
    assert {*(column.name for column in FAQ_COLUMNS), "variant", *MAPPED} <= set(sections(lang)[COLUMNS])


def test_a_problem_without_a_wording_is_shown_in_english() -> None:
    assert worded(Problem.of("unheard_of", "There are {count:,} of them.", count=1_000), Words("zh")) == (
        "There are 1,000 of them."
    )
    assert worded(InputError("Plain.").problem, Words("zh")) == "Plain."
