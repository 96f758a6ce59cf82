"""Drafts mined from conversations: what customers ask, what people answer, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.domain import FaqEntry, Message, Role
from chatbot.domain.drafts import DraftKind
from training.discovery.exchanges import Exchange, exchanges, question_of, stands_alone
from training.discovery.faq_proposals import Knowing, Mined, mine_drafts

C, A, B = Role.CUSTOMER, Role.AGENT, Role.ASSISTANT


def talk(*said: tuple[Role, str], name: str = "c1") -> list[Exchange]:
    return list(exchanges(name, [Message(role, text) for role, text in said]))


def test_questions_come_without_courtesies_and_with_the_lines_of_people_only() -> None:
    (found,) = talk(
        (C, "Hello!"),
        (C, "How much is shipping to Leeds? Thanks!"),
        (B, "I am a bot, shipping is free."),
        (A, "Let me look that up."),
        (C, "ok"),
        (A, "Shipping to Leeds is 4 EUR."),
        (C, "Can I pay with a gift card?"),
    )
    assert found.question == "How much is shipping to Leeds?"
    assert found.answers == ("Let me look that up.", "Shipping to Leeds is 4 EUR.")


def test_what_only_bots_answered_is_not_proposed() -> None:
    assert talk((C, "How much is shipping to Leeds?"), (B, "It is free.")) == []


def test_what_needs_the_lines_before_is_no_question_of_its_own() -> None:
    assert question_of(["你好，谢谢"]) is None
    assert question_of(["[order]"]) is None
    assert [stands_alone(said) for said in ("and to Malaysia?", "how long does it take", "那周日呢")] == [False] * 3
    assert [stands_alone(said) for said in ("do you ship to Malaysia?", "运费怎么算呢")] == [True] * 2


FEE = (
    "How much is the shipping fee?",
    "how much is shipping",
    "what is the shipping fee please",
    "shipping fee how much",
)
RETURN = ("Can I return worn shoes?", "may I return worn shoes", "return of worn shoes possible?")
GIFT = ("Do you sell gift cards?", "are there gift cards", "gift cards available?")
ZH = ("运费怎么算？", "请问运费怎么算", "运费怎么算的", "你们运费怎么算")


def asked(questions: Sequence[str], answers: Sequence[str], name: str) -> list[Exchange]:
    pairs = zip(questions, answers, strict=True)
    stalling = "稍等，我帮您查一下。" if name == "zh" else "One moment, I will check."
    return [
        found
        for number, (question, answer) in enumerate(pairs)
        for found in talk((C, question), (A, stalling), (C, "ok"), (A, answer), name=f"{name}{number}")
    ]


def corpus() -> list[Exchange]:
    fees = (
        "The fee is 7 EUR.",
        "Shipping: the fee is 7 EUR.",
        "The fee is 7 EUR in [address].",
        "No idea, ask later ok.",
    )
    return [
        *asked(FEE, fees, "fee"),
        *asked(RETURN, ("Worn shoes cannot be returned.",) * 3, "return"),
        *asked(
            ("Do you sell gift cards?", "are there gift cards", "gift cards?"),
            ("Yes, gift cards from 10 EUR.",) * 3,
            "g",
        ),
        *asked(ZH, ("运费一律7元。", "运费是7元。", "运费一律7元。", "满百免运费，否则运费7元。"), "zh"),
    ]


def mine(found: list[Exchange], knowing: Knowing | None = None) -> Mined:
    return mine_drafts(found, {}, knowing or Knowing(lambda _: None))


def test_the_answer_most_people_give_is_proposed_and_never_the_stalling() -> None:
    drafts = {draft.question: draft for draft in mine(corpus()).drafts}
    fee = next(draft for question, draft in drafts.items() if "shipping" in question.casefold())
    assert fee.answer == "The fee is 7 EUR."
    assert (fee.evidence.conversations, fee.kind, fee.lang) == (4, DraftKind.FAQ, "en")
    assert len({fee.question, *fee.variants}) == 3, "the one who was answered otherwise may have asked something else"
    chinese = next(draft for draft in drafts.values() if draft.lang == "zh")
    assert chinese.answer in ("运费一律7元。", "运费是7元。")
    assert all("moment" not in draft.answer and "稍等" not in draft.answer for draft in drafts.values())


def test_what_few_ask_or_nobody_agrees_on_is_left_out() -> None:
    mined = mine([*asked(FEE[:2], ("The fee is 7 EUR.",) * 2, "fee")])
    assert (mined.drafts, mined.groups) == ((), 0)
    apart = ("Please see the website.", "Monday at noon in Leeds.", "A colleague calls back.")
    mined = mine(asked(FEE[:3], apart, "fee"))
    assert (mined.drafts, mined.unanswered) == ((), 1)


def test_what_the_faq_answers_gives_utterances_for_its_intent() -> None:
    known = FaqEntry("fee", "What does shipping cost?", "7 EUR.", intent="shipping_fee")
    answering = lambda question: known if "shipping" in question.casefold() else None  # noqa: E731
    mined = mine(corpus(), Knowing(answering, utterances=("how much is shipping",)))
    (utterances,) = [draft for draft in mined.drafts if draft.kind is DraftKind.UTTERANCES]
    assert (utterances.intent, mined.known) == ("shipping_fee", 1)
    assert "how much is shipping" not in utterances.variants
    assert len(utterances.variants) == 3


def test_what_was_decided_is_not_proposed_again() -> None:
    first = mine(corpus())
    decided = frozenset(question.casefold().strip("?？") for draft in first.drafts for question in FEE + RETURN)
    again = mine(corpus(), Knowing(lambda _: None, decided=decided))
    assert again.decided == 2
    assert len(again.drafts) == len(first.drafts) - 2
