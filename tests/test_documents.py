"""What the documents say about the project is true: links, paths, commands, settings and generated tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import chatbot
from chatbot.cli.reference import README as REFERENCE
from chatbot.cli.reference import refreshed
from chatbot.settings import ENV_PREFIX, Settings
from support.paths import ROOT

LONGEST_README = 150
MOST_TERMS = 40
PACKAGES = ("chatbot", "training", "ui", "data", "tests")
FOLDERS = ("", "chatbot", "training", "ui", "data", "tests")
ADDING = "## Where do I add ...?"
QUESTIONS = "## Where is ...?"
GLOSSARY = "## Glossary"
_BACKTICKS = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    """Every Markdown file of the project but the reports of trained models."""
    top = [path for path in ROOT.glob("*.md") if path.is_file()]
    below = [path for folder in PACKAGES for path in (ROOT / folder).rglob("*.md") if path.name != "report.md"]
    return sorted([*top, *below])


def prose(path: Path) -> str:
    """The text without its blocks of code."""
    return re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def heading_ids(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    found = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def named(text: str) -> str:
    return str(text.relative_to(ROOT)) if isinstance(text, Path) else text


def rows_below(path: Path, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    _, found, rest = path.read_text("utf-8").partition(f"\n{heading}\n")
    assert found, f"{path} has no heading {heading!r}"
    table = re.search(r"(?:^\|.*\n?)+", rest, re.MULTILINE)
    assert table is not None
    return [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in table[0].splitlines()[2:]]


@pytest.mark.parametrize("path", documents(), ids=named)
def test_every_link_of_a_document_leads_somewhere(path: Path) -> None:
    broken = []
    for target in _LINK.findall(prose(path)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        aim = (path.parent / file).resolve() if file else path
        if not aim.exists() or (anchor and anchor not in heading_ids(aim)):
            broken.append(target)
    assert broken == []


def mentioned_paths(text: str) -> Iterator[str]:
    """What stands in backticks and looks like a path of the project."""
    path = re.compile(r"(?:chatbot|training|ui|data|tests)/[\w./*-]*|[\w-]+(?:/[\w-]+)+\.py")
    for words in _BACKTICKS.findall(text):
        if path.fullmatch(words):
            yield words


@pytest.mark.parametrize("path", documents(), ids=named)
def test_every_path_in_a_document_exists(path: Path) -> None:
    places = (path.parent, *(ROOT / folder for folder in FOLDERS))
    missing = [
        words
        for words in mentioned_paths(path.read_text("utf-8"))
        if not any((place / words).exists() or ("*" in words and [*place.glob(words)]) for place in places)
    ]
    assert missing == []


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= LONGEST_README


def test_the_tables_of_commands_and_settings_are_up_to_date() -> None:
    text = REFERENCE.read_text("utf-8")
    assert text == refreshed(text), "run: make docs"


def test_every_setting_is_explained_and_no_document_names_an_unknown_one() -> None:
    known = {f"{ENV_PREFIX}{field.upper()}" for field in Settings.model_fields}
    reference = REFERENCE.read_text("utf-8")
    assert [name for name in known if f"`{name}`" not in reference] == []
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    wrong = [
        f"{named(path)}: {name}"
        for path in documents()
        for name in re.findall(rf"{ENV_PREFIX}[A-Z_]*[A-Z]", path.read_text("utf-8"))
        if name not in known
    ]
    assert wrong == []


@pytest.mark.parametrize("path", documents(), ids=named)
def test_every_command_in_a_document_exists(path: Path) -> None:
    known = set(re.findall(r"^\| `chatbot ([^`]*)`", REFERENCE.read_text("utf-8"), re.MULTILINE))
    groups = {name.split()[0] for name in known if len(name.split()) > 1 and name.split()[1].islower()}
    wrong = []
    for line in re.findall(r"(?:^|`)chatbot ([a-z][^`\n]*)", path.read_text("utf-8"), re.MULTILINE):
        words = line.split()
        name = " ".join(words[:2]) if words[0] in groups else words[0]
        if not any(command == name or command.startswith(f"{name} ") for command in known) and words[0] != "--version":
            wrong.append(line)
    assert wrong == []


def test_where_to_add_things_and_where_things_are_names_files_that_exist() -> None:
    guide = ROOT / "chatbot" / "README.md"
    for heading in (ADDING, QUESTIONS):
        rows = rows_below(guide, heading)
        assert len(rows) >= 12
        for row in rows:
            paths = [words for words in _BACKTICKS.findall(row[1]) if "/" in words or words.endswith((".py", ".toml"))]
            assert paths, row
            assert [words for words in paths if not (ROOT / words).exists()] == [], row


def test_the_glossary_is_short_and_names_each_term_once() -> None:
    terms = [row[0] for row in rows_below(ROOT / "chatbot" / "README.md", GLOSSARY)]
    assert 0 < len(terms) <= MOST_TERMS
    assert len(set(terms)) == len(terms)


def test_the_chinese_terms_of_the_glossary_are_those_of_the_pages() -> None:
    shown = (ROOT / "ui" / "wording" / "zh.toml").read_text("utf-8")
    shown += (ROOT / "chatbot" / "dialogue" / "answers" / "phrases.py").read_text("utf-8")
    chinese = [(row[0], row[1]) for row in rows_below(ROOT / "chatbot" / "README.md", GLOSSARY)]
    assert [pair for pair in chinese if pair[1] not in ("", "-") and pair[1] not in shown] == []


def test_every_package_of_the_assistant_has_its_line() -> None:
    guide = (ROOT / "chatbot" / "README.md").read_text("utf-8")
    packages = [path.parent.name for path in (ROOT / "chatbot").glob("*/__init__.py")]
    assert [name for name in packages if f"[`{name}/`](" not in guide] == []


def test_every_package_readme_says_what_was_decided_and_why() -> None:
    readmes = [path for path in documents() if path.name == "README.md" and path.parent not in (ROOT, ROOT / "data")]
    decided = re.compile(r"\n## Decisions\n[^#]*\| choice \| evidence \| date \||\n## Choices\n")
    assert [named(path) for path in readmes if not decided.search(path.read_text("utf-8"))] == []


def test_every_make_target_in_a_document_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named_targets = {
        target for path in documents() for target in re.findall(r"(?:^|`)make ([a-z-]+)", path.read_text("utf-8"), re.M)
    }
    assert named_targets - targets == set()


def test_the_container_installs_the_torch_of_the_project() -> None:
    wanted = re.search(r'"(torch==[^"]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert wanted is not None
    for path in ("Dockerfile", "Makefile", "README.md"):
        assert wanted[1] in (ROOT / path).read_text("utf-8"), path


def test_the_changelog_has_the_version_of_the_package() -> None:
    assert re.search(rf"^## {re.escape(chatbot.__version__)} \(", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
