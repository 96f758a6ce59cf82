"""Replies in the customer's way of writing Chinese, with what the team wrote beside them."""

from __future__ import annotations

import pytest

from chatbot.dialogue.answers.phrases import PHRASES
from chatbot.dialogue.assistant import Assistant
from chatbot.domain import FaqHit, Reply, Route, RoutingPolicy
from chatbot.domain.decision_record import DecisionRecord
from chatbot.text import Script, script
from support.fakes.conversations import FakeConversationStore
from support.fakes.core import FakeGenerator, FakeIntentModel, FakeRetriever, entry
from support.fakes.shop import POLICY, Shop, record_of

STORED = "30 天内可以退货，运费 ¥99.00，查看 https://shop.cn/退货?订单=发1 或 **SKU-发A1**，支持 iPhone 13 Pro。"
TAIWAN = "30 天內可以退貨，運費 ¥99.00，檢視 https://shop.cn/退货?订单=发1 或 **SKU-发A1**，支持 iPhone 13 Pro。"
HONG_KONG = "30 天內可以退貨，運費 ¥99.00，查看 https://shop.cn/退货?订单=发1 或 **SKU-发A1**，支持 iPhone 13 Pro。"
OWN = "鋪頭喺旺角，星期一至日 10:00 開門，里數換領請去後面。"
GOODS = FaqHit(entry("goods", question="软件怎么退货？", answer=STORED, lang="zh"), 0.95)
PLACE = FaqHit(entry("place", question="邊度有鋪頭？", answer=OWN, lang="zh"), 0.95)
TERSE = FaqHit(entry("terse", question="營業時間？", answer="周日 10:00，后面。", lang="zh"), 0.95)


def weak(hit: FaqHit, score: float) -> FaqHit:
    return FaqHit(hit.entry, score)


@pytest.fixture
def shop() -> Shop:
    asked = {
        **{key: [GOODS] for key in ("我想退货", "我想退貨", "我想退貨唔該", "退", "软件怎么退货？")},
        **{key: [PLACE] for key in ("鋪頭在哪裡", "邊度有鋪頭？")},
        "幾點開門": [TERSE],
        **{key: [weak(GOODS, 0.45), weak(PLACE, 0.42)] for key in ("退貨和鋪頭", "退货和铺头")},
        "最接近的答案是什麼": [weak(GOODS, 0.45)],
    }
    intents = FakeIntentModel(dict.fromkeys(asked, "shopping"))
    return Shop(intents=intents, retriever=FakeRetriever(asked), policy=RoutingPolicy(suggests=False))


def replies(shop: Shop, *said: str) -> list[Reply]:
    assistant, conversation = shop.assistant, shop.conversation("zh")
    return [assistant.reply(conversation, text) for text in said]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("我想退货", STORED), ("我想退貨", TAIWAN), ("我想退貨唔該", HONG_KONG)],
    ids=["cn", "tw", "hk"],
)
def test_an_answer_is_written_as_its_question(shop: Shop, asked: str, answer: str) -> None:
    (reply,) = replies(shop, asked)
    assert reply.route is Route.FAQ
    assert reply.text == shop.messages[-1].text == answer


def test_the_answer_word_for_word_is_kept_beside_what_was_shown(shop: Shop) -> None:
    (reply,) = replies(shop, "我想退貨")
    assert reply.stored_reply == record_of(shop).stored_reply == STORED == GOODS.entry.answer
    assert [hit.entry.question for hit in reply.sources] == ["软件怎么退货？"]
    stored = record_of(shop).to_json()
    assert DecisionRecord.from_json(stored) == record_of(shop)


def test_an_answer_that_was_not_changed_is_kept_once(shop: Shop) -> None:
    (reply,) = replies(shop, "我想退货")
    assert reply.stored_reply == ""
    assert "stored_reply" not in record_of(shop).to_json()


@pytest.mark.parametrize("asked", ["鋪頭在哪裡", "邊度有鋪頭？"])
def test_an_entry_in_traditional_chinese_stays_as_it_is(shop: Shop, asked: str) -> None:
    (reply,) = replies(shop, asked)
    assert (reply.text, reply.stored_reply) == (OWN, "")


def test_a_question_in_traditional_chinese_speaks_for_an_answer_that_both_ways_of_writing_share(shop: Shop) -> None:
    assert replies(shop, "幾點開門")[0].text == TERSE.entry.answer


def test_fixed_sentences_and_choices_follow_too(shop: Shop) -> None:
    (reply,) = replies(shop, "退貨和鋪頭")
    assert reply.route is Route.CLARIFY
    assert reply.text == "我想先確認一下您的問題，您是想問下面哪一個？"
    assert reply.choices == ("軟體怎麼退貨？", "邊度有鋪頭？", "都不是")
    record = record_of(shop)
    assert record.stored_reply == PHRASES["clarify"]["zh"]
    assert record.stored_choices == ("软件怎么退货？", "邊度有鋪頭？", "都不是")


def test_the_closest_entry_follows_with_its_question(shop: Shop) -> None:
    shop.policy = RoutingPolicy()
    (reply,) = replies(shop, "最接近的答案是什麼")
    assert reply.route is Route.SUGGEST
    assert reply.text.split("\n\n")[1:] == ["軟體怎麼退貨？", TAIWAN]
    assert reply.stored_reply.split("\n\n")[1:] == ["软件怎么退货？", STORED]


@pytest.mark.parametrize("choice", ["軟體怎麼退貨？", "1", "第一個"])
def test_a_choice_in_traditional_chinese_asks_the_stored_question(shop: Shop, choice: str) -> None:
    _, reply = replies(shop, "退貨和鋪頭", choice)
    assert shop.retriever.asked[-1] == record_of(shop).searched == "软件怎么退货？"
    assert [hit.entry.id for hit in reply.sources] == ["goods"]
    assert reply.text == TAIWAN


def test_none_of_these_is_understood_in_either_script(shop: Shop) -> None:
    _, reply = replies(shop, "退貨和鋪頭", "都不是")
    assert reply.text.startswith("好的，謝謝告知")


def test_choices_that_are_shown_again_are_shown_alike(shop: Shop) -> None:
    first, second = replies(shop, "退貨和鋪頭", "好的")
    assert second.choices == first.choices
    assert record_of(shop).stored_choices[0] == "软件怎么退货？"


def test_a_message_that_shows_no_script_is_answered_like_the_ones_before(shop: Shop) -> None:
    assert [reply.text for reply in replies(shop, "我想退貨唔該", "退")] == [HONG_KONG, HONG_KONG]
    assert replies(shop, "我想退貨", "退")[-1].text == TAIWAN
    assert replies(shop, "我想退货", "退")[-1].text == STORED
    assert replies(shop, "退")[-1].text == STORED


def test_the_setting_answers_everybody_as_stored(shop: Shop) -> None:
    assistant = Assistant(FakeConversationStore(), shop.snapshot, customers_script=False)
    reply = assistant.reply(assistant.start("visitor", "zh"), "我想退貨")
    assert (reply.text, reply.stored_reply) == (STORED, "")


def test_a_reply_that_fails_apologises_in_the_customers_script(shop: Shop) -> None:
    def fail(_text: str) -> object:
        raise RuntimeError("the encoder fails")

    shop.encoder.encode_one = fail  # type: ignore[method-assign, assignment]
    assert replies(shop, "我想退貨")[0].text == "系統出了點問題，沒能回答您，請稍後再試一次。"


def test_a_generated_reply_grows_in_the_customers_script(shop: Shop) -> None:
    shop.intents = FakeIntentModel({"你好": "greeting", "妳好嗎": "greeting"})
    shop.policy = POLICY
    shop.generator = FakeGenerator(pieces=("您好，", "请问有什么", "可以帮您？"))
    parts = [part.text for part in shop.assistant.stream(shop.conversation("zh"), "妳好嗎")]
    assert parts[-1] == "您好，請問有什麼可以幫您？"
    assert all(script(part) is not Script.SIMPLIFIED or part == "您好，" for part in parts)
