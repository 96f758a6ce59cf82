"""What is wrong with past conversations or a draft, in Chinese.

Knows: the sentences that reading transcripts and deciding about drafts give in English. Does not know: when.
"""

from __future__ import annotations

import re

PAST_COLUMNS = {
    "conversation_id": "会话",
    "turn": "次序",
    "speaker": "说话人",
    "text": "消息",
    "timestamp": "时间",
}
PAST_CHINESE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"The speaker '(.*)' is not known\. .*",
         "无法判断说话人“{1}”的角色。请在上方列表中指定，或改写为 customer、agent、bot。"),
        (r"The time '(.*)' is not of the form .*", "无法识别时间“{1}”，请写成 2026-01-31 13:45:00 的形式。"),
        (r"The turn '(.*)' is not a whole number\.", "轮次“{1}”不是整数。"),
        (r"Turn (\d+) of this conversation stands in row (\d+) already\.", "本会话的第 {1} 轮已在第 {2} 行出现。"),
        (r"The conversation_id is empty\.", "会话编号为空。"),
        (r"The text is empty\.", "消息为空。"),
        (r"The (?:text|conversation_id) has (\d+) characters, the limit is (\d+)\.",
         "内容有 {1} 个字符，上限为 {2} 个。"),
        (r"No speaker was found\. .*", "没有找到说话人。请写成“客户：……客服：……”的形式。"),
        (r"There is no list of messages .*", "这段会话没有消息列表。"),
        (r"The line is not valid JSON \(.*\)\.", "本行不是有效的 JSON。"),
        (r"(.+) is not valid JSON \(.*\)\. .*", "{1} 不是有效的 JSON 文件，请重新导出。"),
        (r"(.+) holds no conversation\. .*", "{1} 中没有会话。请提供至少有一条消息的文件。"),
        (r"(.+) is damaged after line (\d+) .*", "{1} 在第 {2} 行之后损坏，请重新导出。"),
        (r"Import (\d+) was undone already .*", "导入 {1} 已经撤销过。"),
        (r"Nothing is left of import (\d+), .*", "导入 {1} 没有留下任何内容，或来自尚不能撤销的旧版本。"),
        (r"There is no time zone '(.*)'\. .*",
         "没有时区“{1}”。请填写 Asia/Shanghai 这样的名称，或 +08:00 这样的时差。"),
        (r"There are no conversations in which people answered\. .*",
         "还没有人工客服答复过的会话。请先导入历史会话。"),
        (r"Draft (\d+) was (?:accepted|rejected) already\. .*", "草稿 {1} 已经处理过。"),
        (r"There is no draft (\d+)\. .*", "没有草稿 {1}。"),
        (r"Draft (\d+) has no answer\. .*", "草稿 {1} 没有答案，请先填写。"),
        (r"Draft (\d+) lacks an intent\. .*", "草稿 {1} 没有意图，请先填写。"),
        (r"Draft (\d+) lacks utterances\. .*", "草稿 {1} 没有例句，请先填写。"),
        (r"The answer of draft (\d+) still holds (\S+) in place of .*",
         "草稿 {1} 的答案里还有脱敏占位符 {2}，请先改写。"),
        (r"There is an entry with the question '(.*)' already, .*",
         "知识库里已有问题“{1}”，但答案不同。请修改草稿的问题，或拒绝该草稿。"),
        (r"The question of a draft cannot be empty\. .*", "草稿的问题不能为空，请填写。"),
    )
)  # fmt: skip
