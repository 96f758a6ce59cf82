"""Every visible string of the pages, in the languages of the `.toml` files beside this module."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

LANGUAGES = ("en", "zh")
HTML_LANG = {"en": "en", "zh": "zh-CN"}
PROBLEMS, COLUMNS = "problems", "columns"
"""Sections of the other languages alone: problems and the columns of files have English words where they arise."""


@functools.cache
def sections(lang: str) -> Mapping[str, Mapping[str, str]]:
    """The strings of one of LANGUAGES by section and key."""
    return tomllib.loads((Path(__file__).parent / f"{lang}.toml").read_text(encoding="utf-8"))


@functools.cache
def strings(lang: str) -> Mapping[str, str]:
    """The strings of the pages in one of LANGUAGES by key; no two sections share one."""
    of_pages = (part for name, part in sections(lang).items() if name not in (PROBLEMS, COLUMNS))
    return {key: string for part in of_pages for key, string in part.items()}


class Words:
    """The strings of one language; English for a language that has none."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else "en"
        self._strings = strings(self.lang)

    def __call__(self, key: str, **values: object) -> str:
        """The string of that key with its `{names}` filled in. Raises KeyError for an unknown key."""
        return self._strings[key].format(**values)

    def named(self, prefix: str, name: str) -> str:
        """The string of `prefix_name`, or the name itself where there is none: names may come from a model."""
        return self._strings.get(f"{prefix}_{name}", name)
