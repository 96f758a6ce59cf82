"""The steps of long work in the language of the page.

Knows: the sentences that the work tells its progress with, in English. Does not know: when. Others stay as they are.
"""

from __future__ import annotations

import re

import gradio as gr

from chatbot.types import Progress
from ui.wording.words import Words

CHINESE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"Pairing English and Chinese entries", "正在配对中英文条目"),
        (r"Comparing (\d+) entries \((en|zh)\)", "正在比对 {0} 条条目（{1}）"),
        (r"Collecting logged questions", "正在收集客户提问"),
        (r"Building the changed index", "正在建立修改后的索引"),
        (r"Asking again", "正在重新提问"),
        (r"Reading conversations", "正在读取会话"),
        (r"Grouping questions", "正在归类问题"),
        (r"Choosing answers", "正在选择答案"),
        (r"Done", "完成"),
    )
)


def step_in(step: str, say: Words) -> str:
    """The step in the language of the page."""
    if say.lang != "zh":
        return step
    for pattern, chinese in CHINESE:
        found = pattern.fullmatch(step)
        if found:
            return chinese.format(*found.groups())
    return step


def shown_on(progress: gr.Progress, say: Words) -> Progress:
    """What long work is handed to move the bar of the page."""

    def told(step: str, share: float) -> None:
        progress(share, desc=step_in(step, say))

    return told
