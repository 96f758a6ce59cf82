"""A model's report as the console shows it: its Markdown as HTML, its pictures inside.

HTML in a report stays text, and nothing is loaded from outside: a picture is one of the report's own or only its
description.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ui.services import ModelReport
from ui.wording.words import Words

_DEEPER = 2
"""The page has headings of its own above the report's."""
_DEEPEST = 6


def model_report_html(version: str, report: ModelReport, say: Words) -> str:
    """The report under a heading that names its version. Reports are written in English."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("autolink")
    tokens = markdown.parse(report.text)
    if tokens and tokens[0].tag == "h1":
        del tokens[:3]  # the report's title: the page has its own
    pictures = dict(report.pictures)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_DEEPEST, int(token.tag[1:]) + _DEEPER)}"
        for child in token.children or ():
            _embed(child, pictures)
    shown = markdown.renderer.render(tokens, markdown.options, {})
    shown = shown.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    heading = say("report_of", version=html.escape(version))
    return f'<article class="model-report"><h3>{heading}</h3><div lang="en">{shown}</div></article>'


def report_missing_html(reason: str) -> str:
    """Why there is no report to show."""
    return f'<p class="result bad" role="alert">{html.escape(reason)}</p>'


def _embed(token: Token, pictures: Mapping[str, bytes]) -> None:
    """Put the picture itself in the place of its name; a link or an unknown picture becomes its words."""
    if token.type == "image":
        picture = pictures.get(str(token.attrs.get("src", "")))
        if picture is None:
            token.type, token.tag = "text", ""
        else:
            token.attrs["src"] = f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"
    elif token.type in ("link_open", "link_close"):
        token.type, token.tag, token.content = "text", "", ""
