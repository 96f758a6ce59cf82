"""The strings of the pages: the same keys and blanks in every language, none missing, none left over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

from support.source_tree import nodes_of, place_of, sources
from ui.wording.words import COLUMNS, LANGUAGES, PROBLEMS, Words, sections, strings


def blanks(string: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(string) if name}


def asked_for() -> Iterator[tuple[ast.expr, str]]:
    """What is asked of a `Words`, which the pages call `say`, and where."""
    for path in sources("ui"):
        for node, _ in nodes_of(path):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in ("say", "self._say"):
                yield node.args[0], place_of(path, node)


def test_every_string_exists_in_every_language_with_the_same_blanks() -> None:
    english = sections("en")
    for lang in LANGUAGES:
        found = {name: part for name, part in sections(lang).items() if name not in (PROBLEMS, COLUMNS)}
        assert {name: list(part) for name, part in found.items()} == {
            name: list(part) for name, part in english.items()
        }
        assert all(string.strip() for string in strings(lang).values())
        for key, string in strings(lang).items():
            assert blanks(string) == blanks(strings("en")[key]), (lang, key)


def test_no_string_takes_the_place_of_another() -> None:
    assert len(strings("en")) == sum(map(len, sections("en").values()))


def test_every_string_that_a_page_asks_for_exists() -> None:
    missing = [
        f"{place}: {asked.value}"
        for asked, place in asked_for()
        if isinstance(asked, ast.Constant) and asked.value not in strings("en")
    ]
    assert missing == []


def test_every_string_is_asked_for_somewhere() -> None:
    named: set[str] = set()
    begun: set[str] = set()
    for path in sources("ui", "chatbot/cli"):
        for node, _ in nodes_of(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "named":
                begun.add(f"{ast.literal_eval(node.args[0])}_")
    begun |= {name for name in named if name.endswith("_")}  # the constant beginning of f"prefix_{name}"
    left_over = [key for key in strings("en") if key not in named and not key.startswith(tuple(begun))]
    assert left_over == []


def test_every_step_of_the_work_behind_the_pages_has_a_name() -> None:
    steps = {
        ast.unparse(node.args[0]).strip("'")
        for path in sources("chatbot/knowledge", "chatbot/importing", "chatbot/storage/faq", "training/discovery")
        if path.name != "vectors.py"  # filling the index says in prose how far it is
        for node, _ in nodes_of(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("progress", "watch") and len(node.args) == 2
        if isinstance(node.args[0], ast.Constant)
    }
    assert {"stage", "mask", "pair", "collect", "group"} <= steps
    assert [step for step in steps if f"step_{step}" not in strings("en")] == []


def test_an_unknown_language_reads_english_and_an_unknown_name_stays_itself() -> None:
    assert Words("fr")("send") == "Send"
    assert Words("zh").named("metric", "accuracy") == "准确率"
    assert Words("zh").named("metric", "brier") == "brier"
