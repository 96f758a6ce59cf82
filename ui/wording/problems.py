"""What is wrong with a file or a row, in the language of the page.

Knows: the sentences that reading a file gives in English. Does not know: when they are given. A sentence that has no
translation is shown as it is: better understood in part than not said.
"""

from __future__ import annotations

import re

from ui.wording.problems_transcripts import PAST_CHINESE, PAST_COLUMNS
from ui.wording.words import Words

_COLUMNS = {
    "question": "问题",
    "answer": "答案",
    "variants": "其他问法",
    "intent": "意图",
    "lang": "语言",
    "tags": "标签",
    "id": "编号",
    "variant": "其他问法",
}
_NAMES = "|".join(_COLUMNS)
CHINESE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (rf"The ({_NAMES}) is empty\.", "“{c1}”为空。"),
        (rf"(?:The|A) ({_NAMES}) has (\d+) characters, the limit is (\d+)\.", "“{c1}”有 {2} 个字符，上限为 {3} 个。"),
        (r"The language '(.*)' is not known\. .*", "无法识别语言“{1}”。请填写 en 或 zh，或留空。"),
        (r"Row (\d+) has the same question with another answer; .*", "第 {1} 行有相同的问题但答案不同，本行未导入。"),
        (r"The same question as row (\d+); the two were joined\.", "与第 {1} 行的问题相同，两行已合并。"),
        (r"Row (\d+) has the id '(.*)' with another question\. .*",
         "第 {1} 行的另一个问题已使用编号“{2}”，请使用不同的编号。"),
        (r"The row has (\d+) cells and the header (\d+); .*",
         "本行有 {1} 个单元格，而表头有 {2} 列；含分隔符的文字请加引号。"),
        (r"The line is not valid JSON at character (\d+)\. .*", "本行在第 {1} 个字符处不是有效的 JSON，请更正。"),
        (r"The cell holds a formula without its result\. .*",
         "单元格里的公式没有计算结果。请用表格软件打开并保存后再导入。"),
        (rf"The (?:cell|{_NAMES}) (?:holds|is) the error (\S+) of (?:a|the) spreadsheet\. .*",
         "单元格是表格错误值 {1}，请填写正文。"),
        (r"(.+) has no column (.+): expected .*?, found (.*?)\. .*",
         "{1} 缺少列 {2}，现有的列：{3}。请指定各列，或在第一行写明列名。"),
        (r"(.+) is not valid (\S+) text in row (\d+), column '(.*?)' .*",
         "{1} 第 {3} 行“{4}”列的内容不是有效的 {2} 文本。请修正该单元格，或另存为 CSV UTF-8 后再导入。"),
        (r"(.+) cannot be read as CSV in row (\d+), column '(.*?)', .*: a quotation .*",
         "{1} 第 {2} 行“{3}”列的引号缺失或位置不对。请修正该行，或重新另存为 CSV。"),
        (r"(.+) cannot be read as CSV in row (\d+), column '(.*?)', .*: a cell is longer .*",
         "{1} 第 {2} 行“{3}”列超过 131,072 个字符，或缺少结束引号。"),
        (r"(.+) is empty\. .*", "{1} 是空文件。请提供带表头且至少有一行数据的文件。"),
        (r"(.+) has a header line but no rows\. .*", "{1} 只有表头，没有数据。请至少添加一行后再导入。"),
        (r"(.+) is a binary file, not a table\. .*", "{1} 是二进制文件，不是表格。请另存为 CSV UTF-8 后再导入。"),
        (r"(.+) is an old Excel file \(\.xls\), .*",
         "{1} 是旧版 Excel 文件（.xls）。请另存为 .xlsx 或 CSV UTF-8 后再导入。"),
        (r"(.+) is in no text encoding known here.*", "无法识别 {1} 的文字编码。请另存为 CSV UTF-8 后再导入。"),
        (r"(.+) has ([\d.]+) MB, the limit is ([\d.]+) MB\. .*",
         "{1} 有 {2} MB，上限为 {3} MB。请拆分文件，或调高 CHATBOT_MAX_IMPORT_MB。"),
        (r"(.+) is locked with a password\. .*", "{1} 有密码保护。请解压后导入其中的文件。"),
        (r"(.+) is a damaged Excel file.*", "{1} 是损坏的 Excel 文件。请打开后另存为 CSV UTF-8 再导入。"),
        (r"The import was cancelled\. .*", "导入已取消，没有任何改动。"),
        (r"No entry was chosen\. .*", "没有选中条目，请至少选择一条。"),
        (r"The entry '(.*?)' has the question '(.*)' already\. .*", "条目“{1}”已经是这个问题：“{2}”，请修改那一条。"),
        (r"The entry '(.*)' was changed by somebody else at .*", "条目“{1}”刚被他人修改。请重新打开后再改。"),
    )
)  # fmt: skip


def column_in(column: str, say: Words) -> str:
    """The name of a column in the language of the page; the file's own names stay."""
    return _COLUMNS.get(column) or PAST_COLUMNS.get(column, column) if say.lang == "zh" else column


def localised(sentence: object, say: Words) -> str:
    """The sentence in the language of the page."""
    said = str(sentence)
    if say.lang != "zh":
        return said
    for pattern, chinese in (*PAST_CHINESE, *CHINESE):
        found = pattern.fullmatch(said)
        if found:
            parts = ("", *found.groups())
            return chinese.format(*parts, c1=_COLUMNS.get(parts[1], parts[1]) if len(parts) > 1 else "")
    return said
