"""The sample shop, whose Chinese entries are Simplified, asked in Traditional Chinese."""

from __future__ import annotations

import pytest

from chatbot.bootstrap.application import Application
from chatbot.dialogue.decide import decide
from chatbot.domain import CustomerMessage, FaqEntry, Reply, Route
from chatbot.text import Wording, in_traditional

_FOUND = 0.9
"""Of the questions that are not clicked but typed: words of Taiwan that folding does not bring back cost a few."""


def entries(shop: Application) -> list[FaqEntry]:
    return [entry for entry in shop.stores.knowledge.entries() if entry.lang == "zh"]


@pytest.mark.parametrize("wording", list(Wording))
def test_a_stored_question_in_traditional_chinese_finds_its_entry(sample_shop: Application, wording: Wording) -> None:
    snapshot, found = sample_shop.live(), 0
    for entry in entries(sample_shop):
        decided = decide(snapshot, CustomerMessage.read(in_traditional(entry.question, wording)))
        found += bool(decided.hits) and decided.hits[0].entry.id == entry.id
    assert found >= _FOUND * len(entries(sample_shop))


def test_a_choice_that_is_clicked_leads_to_the_entry_it_stands_for(sample_shop: Application) -> None:
    assistant, stored = sample_shop.assistant, {entry.id: entry for entry in entries(sample_shop)}
    questions = {entry.question: entry for entry in stored.values()}
    followed = 0
    for word in ("配送", "退貨", "發票", "運費", "會員積分", "禮品卡", "優惠碼", "訂單", "賬戶", "付款方式"):
        conversation = assistant.start("somebody-who-asks", "zh")
        first = assistant.reply(conversation, f"請問{word}")
        if first.route not in (Route.CLARIFY, Route.SUGGEST) or len(first.choices) < 2:
            continue
        second: Reply = assistant.reply(conversation, first.choices[0])
        record = first.message.decision
        assert record is not None
        meant = questions[record.offered_as_stored[0]]
        assert [hit.entry.id for hit in second.sources] == [meant.id]
        assert (second.stored_reply or second.text) == meant.answer
        followed += 1
    assert followed >= 2
