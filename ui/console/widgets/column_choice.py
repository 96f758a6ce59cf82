"""The drop-downs that say which column of a file is which, the same for every kind of file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gradio as gr

from ui.wording.words import Words


def column_card(
    names: Sequence[str], prefix: str, elem_id: str, say: Words
) -> tuple[gr.Accordion, gr.Markdown, list[gr.Dropdown]]:
    """Hidden until a file has columns: the card, its hint, and a drop-down each; their ids begin with `prefix`."""
    with gr.Accordion(say("columns_of_file"), open=True, visible=False, elem_id=elem_id) as card:
        hint = gr.Markdown(say("columns_hint"))
        with gr.Row(elem_classes="fields"):
            mapping = [
                gr.Dropdown(
                    [],
                    label=say(f"col_{name}"),
                    elem_id=f"{prefix}{name}".replace("_", "-"),
                    min_width=140,
                    interactive=True,
                )
                for name in names
            ]
    return card, hint, mapping


def no_columns(names: Sequence[str]) -> tuple[gr.Dropdown, ...]:
    """The drop-downs of a file without columns."""
    return tuple(gr.Dropdown(choices=[], value=None) for _ in names)


def header_choices(
    header: Sequence[str], found: Mapping[str, str], names: Sequence[str], say: Words
) -> tuple[gr.Dropdown, ...]:
    """The drop-downs with the names of a header to choose from, and what was recognised chosen."""
    headers = [name for name in dict.fromkeys(cell.strip() for cell in header) if name]
    choices = [(say("column_none"), ""), *((name, name) for name in headers)]
    return tuple(gr.Dropdown(choices=choices, value=found.get(name, "")) for name in names)
