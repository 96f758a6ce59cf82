"""What the console shows of the review queue and of the gate."""

from __future__ import annotations

import dataclasses

from chatbot.domain.promotion import GateCheck, GateVerdict
from support.fakes.review import FakeDesk
from ui.console.review.present import item_html, topic_rows, verdict_html
from ui.wording.words import Words


def test_an_item_shows_its_message_guesses_and_neighbours_with_nothing_unescaped() -> None:
    desk = FakeDesk(texts=("<script>x</script>",))
    (item,) = desk.take("ann")
    html = item_html(desk.detail(item), Words("en"))
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "delivery" in html
    assert "where is my parcel" in html


def test_a_verdict_shows_failed_checks_and_changed_messages_in_both_languages() -> None:
    changes = ({"text": "<i>lost</i>", "before": ["faq", "Lost?", 0.9], "after": ["fallback", "", 0.2]},)
    checks = (GateCheck("per intent", False, "Worse for <b>a</b>."),)
    verdict = GateVerdict(False, "worse", 9, checks, changes=changes, replayed=7)
    for lang in ("en", "zh"):
        html = verdict_html(verdict, Words(lang))
        assert "&lt;i&gt;lost" in html
        assert "<b>" not in html
        assert 'class="bad"' in html
        assert "7" in html


def test_topics_are_rows_of_texts() -> None:
    (row,) = topic_rows(FakeDesk().topics())
    assert row == ["1", "boat, rent", "2", "2 / 0", "rent a boat"]
    chinese = dataclasses.replace(FakeDesk().topics()[0], lang="zh", phrases=("租船", "周末"))
    assert topic_rows([chinese])[0][1] == "租船、周末"
