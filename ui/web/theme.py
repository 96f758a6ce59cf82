"""Colours, fonts and the page's head: nothing is loaded from outside."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from ui.web.icon import ICON_ADDRESS
from ui.wording.words import HTML_LANG

_SANS = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "PingFang SC", "Microsoft YaHei")
_CJK = ("Noto Sans CJK SC", "Noto Sans SC", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """A plain theme in teal and grey with the system's own fonts."""
    made = gr.themes.Base(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="slate",
        radius_size="md",
        font=[*_SANS, *_CJK],
        font_mono=list(_MONO),
    )
    return made.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color="*neutral_900",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_800",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_title_background_fill="transparent",
        block_title_background_fill_dark="transparent",
        block_border_width="1px",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_background_fill_dark="*neutral_800",
        button_secondary_background_fill_hover_dark="*neutral_700",
        button_border_width="1px",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_700",
        input_background_fill="white",
        input_background_fill_dark="*neutral_800",
    )


def head(lang: str) -> str:
    """The page's own icon instead of gradio's, its language for screen readers, and its style.

    The style goes here because gradio's own `css` option rewrites selectors.
    """
    style = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return (
        f'<link rel="icon" type="image/svg+xml" href="{ICON_ADDRESS}">'
        f"<script>document.documentElement.lang = '{HTML_LANG[lang]}';</script><style>{style}</style>"
    )
