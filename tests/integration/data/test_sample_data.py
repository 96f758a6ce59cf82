"""The sample shop agrees with itself: both languages state the same facts, and agents say nothing the FAQ does not.

A fact is a number, price, time, date, e-mail address, web address, postal address or order number. Everything here is
plain text work; the guard of the generator, which also knows number words and units, has tests of its own.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from chatbot.domain import OUT_OF_SCOPE, Route
from chatbot.text import normalise
from support.shops.sample_data import (
    COLUMNS,
    DATA,
    LANGUAGES,
    MAY_BE_EMPTY,
    ORDER_NUMBER,
    conversations,
    entries,
    facts,
    intents,
    rows,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs S$6.90, or S$1,200.00.", {"6.9", "1200"}),
        ("费用为 6.90 新元，1200 元", {"6.9", "1200"}),
        ("From 15 June, May we?", {"15", "6"}),
        ("6 月 15 日 09:00 起", {"15", "6", "09:00"}),
        (
            "18 Tannery Walk, #03-07, a.b@c.example, c.example/jobs",
            {"18 tannery walk", "#03-07", "a.b@c.example", "c.example/jobs"},
        ),
        ("E27 bulbs of 10 W, 150 x 210 cm", {"27", "10", "150", "210"}),
    ],
)
def test_facts_are_found_in_any_spelling(text: str, expected: set[str]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize("file", COLUMNS)
def test_a_file_is_utf8_with_the_columns_the_documentation_names(file: str) -> None:
    raw = (DATA / file).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n"), "line endings are mixed"
    assert raw.endswith(b"\r\n")
    assert list(rows(file)[0]) == COLUMNS[file]


def test_the_documentation_names_every_file_and_column_and_counts_the_rows() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    wanted = {f"`{name}`" for file, columns in COLUMNS.items() for name in (file, *columns)}
    wanted |= {f"{len(rows(file)):,}" for file in COLUMNS}
    wanted |= {f"{len(conversations(lang))}" for lang in LANGUAGES}
    assert sorted(name for name in wanted if name not in readme) == []


def test_every_csv_file_has_rules() -> None:
    assert {path.name for path in DATA.glob("*.csv")} == set(COLUMNS)


@pytest.mark.parametrize("file", COLUMNS)
def test_no_cell_is_empty_padded_or_broken_over_lines(file: str) -> None:
    wrong = [
        (number, column)
        for number, row in enumerate(rows(file), start=1)
        for column, value in row.items()
        if value is None
        or value != value.strip()
        or "\n" in value
        or "\ufffd" in value
        or (not value and (file, column) not in MAY_BE_EMPTY)
    ]
    assert wrong == []


# --- FAQ ---


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_faq_is_large_enough_to_be_interesting(lang: str) -> None:
    assert len(entries(lang)) >= 80


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_can_be_asked_in_several_ways(lang: str) -> None:
    counts = {key: 1 + len(row["variants"].split("|")) for key, row in entries(lang).items()}
    assert {key: count for key, count in counts.items() if not 4 <= count <= 8} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ids_are_unique_and_say_their_language(lang: str) -> None:
    ids = [row["id"] for row in rows(f"faq_{lang}.csv")]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(rf"{lang}(-[a-z0-9]+)+", name)] == []
    assert {row["lang"] for row in rows(f"faq_{lang}.csv")} == {lang}


def test_no_phrasing_asks_for_two_entries_or_stands_twice() -> None:
    owners: dict[str, list[str]] = {}
    for lang in LANGUAGES:
        for row in rows(f"faq_{lang}.csv"):
            for phrasing in (row["question"], *row["variants"].split("|")):
                assert normalise(phrasing), row["id"]
                owners.setdefault(normalise(phrasing), []).append(row["id"])
    assert {phrasing: ids for phrasing, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_belongs_to_an_intent_that_is_answered_from_the_faq(lang: str) -> None:
    routes = intents()
    used = Counter(row["intent"] for row in rows(f"faq_{lang}.csv"))
    assert {intent for intent in used if routes.get(intent) is not Route.FAQ} == set()
    assert {intent for intent, route in routes.items() if route is Route.FAQ and not used[intent]} == set()


def test_both_languages_describe_the_same_shop() -> None:
    english, chinese = entries("en"), entries("zh")
    assert set(english) == set(chinese)
    for column in ("intent", "tags"):
        assert [key for key in english if english[key][column] != chinese[key][column]] == []


@pytest.mark.parametrize("key", sorted(entries("en")))
def test_both_languages_state_the_same_facts(key: str) -> None:
    assert facts(entries("en")[key]["answer"]) == facts(entries("zh")[key]["answer"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_is_written_in_the_language_of_its_file(lang: str) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    wrong = [row["id"] for row in rows(f"faq_{lang}.csv") if bool(chinese.search(row["answer"])) != (lang == "zh")]
    assert wrong == []


# --- intents and utterances ---


def test_every_intent_has_a_route_and_a_description() -> None:
    assert len(intents()) >= 25
    assert len(intents()) == len(rows("intents.csv")), "an intent stands twice"
    assert set(intents().values()) == {Route.FAQ, Route.GENERATE, Route.HANDOFF}
    assert OUT_OF_SCOPE not in intents()
    assert [row["intent"] for row in rows("intents.csv") if len(row["description"]) < 20] == []
    assert [intent for intent in intents() if not re.fullmatch(r"[a-z]+(_[a-z]+)*", intent)] == []


def test_every_intent_has_enough_utterances_and_so_has_what_is_out_of_scope() -> None:
    counts = Counter(row["intent"] for lang in LANGUAGES for row in rows(f"utterances_{lang}.csv"))
    assert {intent: counts[intent] for intent in intents() if counts[intent] < 25} == {}
    assert counts[OUT_OF_SCOPE] >= 150
    assert set(counts) == {*intents(), OUT_OF_SCOPE}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_intent_is_heard_in_both_languages(lang: str) -> None:
    counts = Counter(row["intent"] for row in rows(f"utterances_{lang}.csv"))
    assert {intent: counts[intent] for intent in intents() if counts[intent] < 10} == {}
    assert {row["lang"] for row in rows(f"utterances_{lang}.csv")} == {lang}


def test_no_utterance_stands_twice() -> None:
    counts = Counter(normalise(row["text"]) for lang in LANGUAGES for row in rows(f"utterances_{lang}.csv"))
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_utterance_repeats_a_phrasing_of_the_faq_under_another_intent() -> None:
    phrasings = {
        normalise(phrasing): row["intent"]
        for lang in LANGUAGES
        for row in rows(f"faq_{lang}.csv")
        for phrasing in (row["question"], *row["variants"].split("|"))
    }
    wrong = [
        (row["text"], row["intent"])
        for lang in LANGUAGES
        for row in rows(f"utterances_{lang}.csv")
        if phrasings.get(normalise(row["text"]), row["intent"]) != row["intent"]
    ]
    assert wrong == []


# --- transcripts and replies ---


def test_there_are_enough_conversations() -> None:
    assert sum(len(conversations(lang)) for lang in LANGUAGES) >= 300


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_conversation_is_numbered_through_and_has_two_sides(lang: str) -> None:
    for name, turns in conversations(lang).items():
        assert re.fullmatch(rf"{lang}-\d{{3}}", name), name
        assert 4 <= len(turns) <= 14, name
        assert [turn["turn"] for turn in turns] == [str(n) for n in range(1, len(turns) + 1)], name
        assert {turn["speaker"] for turn in turns} == {"customer", "agent"}, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_conversation_stands_twice(lang: str) -> None:
    texts = Counter(tuple(turn["text"] for turn in turns) for turns in conversations(lang).values())
    assert [turns[0] for turns, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_agent_says_nothing_that_the_faq_does_not(lang: str) -> None:
    known = {fact for row in rows(f"faq_{lang}.csv") for fact in facts(row["answer"])}
    invented = []
    for name, turns in conversations(lang).items():
        orders: set[str] = set()
        for turn in turns:
            named = set(ORDER_NUMBER.findall(turn["text"]))
            if turn["speaker"] == "customer":
                orders |= named
                continue
            rest = facts(ORDER_NUMBER.sub(" ", turn["text"]))
            invented += [(name, turn["turn"], fact) for fact in sorted((named - orders) | (rest - known))]
    assert invented == []


def test_a_ready_made_reply_belongs_to_an_intent_and_states_no_fact() -> None:
    labels = {*intents(), OUT_OF_SCOPE}
    for row in rows("replies.csv"):
        assert row["intent"] in labels
        assert row["lang"] in LANGUAGES
        re.compile(row["match"])
        assert facts(row["text"]) == set(), row["text"]


# --- all made up ---


def test_no_address_leads_to_anybody_who_exists() -> None:
    """The top-level domain .example belongs to nobody (RFC 2606)."""
    addresses = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:https?://|www\.)\S+", re.A)
    found = [
        address
        for file in COLUMNS
        for row in rows(file)
        for value in row.values()
        for address in addresses.findall(value)
    ]
    assert found
    assert [address for address in found if not re.search(r"\.example\b", address)] == []


def test_no_number_could_be_that_of_a_bank_card() -> None:
    card = re.compile(r"(?:\d[ -]?){15,}\d", re.A)
    assert [value for file in COLUMNS for row in rows(file) for value in row.values() if card.search(value)] == []
