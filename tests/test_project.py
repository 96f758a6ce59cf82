"""The rules of the architecture, as tests: who imports whom, who owns which library, what a file may look like.

Knows: the source text of the project. Does not know: what the code does.
"""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from collections import Counter

import pytest

from support.import_rules import (
    ADAPTERS,
    IN_ONE_FILE,
    MAY_IMPORT,
    MOST_FILES,
    MOST_ON_TOP,
    NEVER_LOADED_EARLY,
    OWNERS,
    PACKAGES,
    ROOT_PACKAGES,
)
from support.paths import ROOT
from support.source_tree import Import, imports_of, name_of, nodes_of, place_of, sources, tree_of

PICKLING = ("pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve", "marshal")

LONGEST_FILE = 300
LONGER_FILES: dict[str, str] = {}  # path -> the reason why it cannot be cut


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def part_of(name: str) -> str | None:
    """The row of the table of imports that a module belongs to."""
    known = [part for part in MAY_IMPORT if within(name, part)]
    return max(known, key=len) if known else None


def own_imports() -> list[Import]:
    """The imports of the project's own modules by its own modules."""
    return [
        found
        for path in sources(*PACKAGES)
        for found in imports_of(path)
        if found.imported.partition(".")[0] in PACKAGES and found.imported not in ROOT_PACKAGES
    ]


def test_every_module_stands_in_the_table_of_imports() -> None:
    strangers = [name_of(path) for path in sources(*PACKAGES) if part_of(name_of(path)) is None]
    assert [name for name in strangers if name not in ROOT_PACKAGES] == []


def test_every_row_of_the_table_of_imports_exists() -> None:
    names = {name_of(path) for path in sources(*PACKAGES)}
    assert [part for part in MAY_IMPORT if part not in names] == []


def test_modules_import_what_the_table_allows() -> None:
    wrong = []
    for found in own_imports():
        importer, imported = part_of(found.importer), part_of(found.imported)
        if importer is None or importer == imported:
            continue
        if any(within(found.imported, allowed) for allowed in MAY_IMPORT[importer]):
            continue
        wrong.append(f"{found.place}: {found.importer} imports {found.imported}")
    assert wrong == []


def test_no_part_imports_itself_in_a_circle() -> None:
    arrows: dict[str, set[str]] = {}
    for found in own_imports():
        importer, imported = part_of(found.importer), part_of(found.imported)
        if importer and imported and importer != imported:
            arrows.setdefault(importer, set()).add(imported)
    try:
        tuple(graphlib.TopologicalSorter(arrows).static_order())
    except graphlib.CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_adapters_never_import_one_another() -> None:
    wrong = [
        f"{found.place}: {found.importer} imports {found.imported}"
        for found in own_imports()
        for importer, imported in [(part_of(found.importer), part_of(found.imported))]
        if importer in ADAPTERS and imported in ADAPTERS and importer != imported
    ]
    assert wrong == []


def test_no_folder_holds_more_than_a_reader_can_see_at_once() -> None:
    side_by_side = Counter(str(path.parent.relative_to(ROOT)) for path in sources(*PACKAGES, "tests"))
    assert {folder: n for folder, n in side_by_side.items() if n > MOST_FILES} == {}
    on_top = [path.name for path in (ROOT / "chatbot").iterdir() if path.is_file()]
    assert len(on_top) <= MOST_ON_TOP, on_top


def test_the_running_assistant_knows_neither_pages_nor_training() -> None:
    wrong = [
        f"{found.place}: {found.importer} imports {found.imported}"
        for found in own_imports()
        if within(found.importer, "chatbot")
        and found.imported.partition(".")[0] in ("ui", "training")
        and not (within(found.importer, "chatbot.cli") and found.deferred)
    ]
    assert wrong == []


def test_nobody_but_the_command_line_itself_imports_the_command_line() -> None:
    wrong = [
        f"{found.place}: {found.importer} imports {found.imported}"
        for found in own_imports()
        if within(found.imported, "chatbot.cli") and not within(found.importer, "chatbot.cli")
        if found.importer != "chatbot.__main__"
    ]
    assert wrong == []


def test_an_answerer_knows_its_own_route_and_no_other() -> None:
    shared = {"chatbot.dialogue.answers", "chatbot.dialogue.answers.partial", "chatbot.dialogue.answers.phrases"}
    wrong = [
        f"{found.place}: {found.importer} imports {found.imported}"
        for found in own_imports()
        if within(found.importer, "chatbot.dialogue.answers")
        and within(found.imported, "chatbot.dialogue.answers")
        and found.imported not in shared
    ]
    assert wrong == []


def users_of(library: str) -> dict[str, str]:
    """The product files that import a library, with the first place."""
    users: dict[str, str] = {}
    for path in sources(*PACKAGES):
        for found in imports_of(path):
            if found.imported.partition(".")[0] == library:
                users.setdefault(str(path.relative_to(ROOT)), found.place)
    return users


@pytest.mark.parametrize("library", OWNERS)
def test_a_heavy_library_is_imported_by_its_owner_only(library: str) -> None:
    assert [place for file, place in users_of(library).items() if not file.startswith(OWNERS[library])] == []


@pytest.mark.parametrize("library", IN_ONE_FILE)
def test_these_libraries_are_imported_by_exactly_one_file(library: str) -> None:
    assert len(users_of(library)) == 1, list(users_of(library))


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in sources(*PACKAGES, "data", "tests")
    }
    assert {file: n for file, n in lengths.items() if n > LONGEST_FILE and file not in LONGER_FILES} == {}
    assert [file for file in LONGER_FILES if lengths.get(file, 0) <= LONGEST_FILE] == [], "exempted without need"


def test_every_module_says_what_it_is() -> None:
    assert [str(p.relative_to(ROOT)) for p in sources(*PACKAGES, "data") if not ast.get_docstring(tree_of(p))] == []


def test_only_the_command_line_prints() -> None:
    printing = [
        place_of(path, node)
        for path in sources(*PACKAGES)
        if not within(name_of(path), "chatbot.cli")
        for node, _ in nodes_of(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_product_code_checks_with_errors_and_never_with_assert() -> None:
    asserting = [
        place_of(path, node)
        for path in sources(*PACKAGES)
        for node, _ in nodes_of(path)
        if isinstance(node, ast.Assert)
    ]
    assert asserting == []


def test_nothing_is_pickled() -> None:
    wrong = [
        found.place
        for path in sources(*PACKAGES, "data", "tests")
        for found in imports_of(path)
        if found.imported.partition(".")[0] in PICKLING
    ]
    wrong += [
        place_of(path, node)
        for path in sources(*PACKAGES)
        for node, _ in nodes_of(path)
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False"
    ]
    assert wrong == []


def loaded_by(*before: str) -> list[str]:
    """Which of the slow libraries a fresh interpreter has loaded after these statements."""
    code = "\n".join([*before, "import sys", f"print('|', *sorted(set(sys.modules) & set({NEVER_LOADED_EARLY!r})))"])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.rpartition("|")[2].split()


def test_importing_the_package_loads_no_slow_library() -> None:
    assert loaded_by("import chatbot") == []


def test_asking_the_module_for_help_loads_no_slow_library() -> None:
    run = "runpy.run_module('chatbot', run_name='__main__', alter_sys=True)"
    assert loaded_by(*until_exit("import runpy", run)) == []


def test_asking_the_command_for_help_loads_no_slow_library() -> None:
    assert loaded_by(*until_exit("from chatbot.cli import main", "main()")) == []


def until_exit(prepare: str, call: str) -> list[str]:
    """Statements that run the command line with `--help` and go on after it has left."""
    return [
        "import sys",
        prepare,
        "sys.argv = ['chatbot', '--help']",
        "try:",
        f"    {call}",
        "except SystemExit as left:",
        "    if left.code: raise",
    ]


def test_every_rule_switched_off_in_the_configuration_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    ignored = re.search(r"^ignore = \[\n(.*?)^\]", text, re.S | re.M)
    per_file = re.search(r"^\[tool\.ruff\.lint\.per-file-ignores\]\n(.*?)(?=^\[|\Z)", text, re.S | re.M)
    assert ignored is not None
    assert per_file is not None
    lines = [line for block in (ignored, per_file) for line in block.group(1).splitlines() if line.strip()]
    assert [line for line in lines if "#" not in line] == []


def test_every_package_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = {name_of(path) for path in sources(*PACKAGES) if path.name == "__init__.py"}
    assert set(listed) == found
