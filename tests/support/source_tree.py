"""Parses the project's source into modules and imports, for the rules in `test_project.py`."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from support.paths import ROOT


class Import(NamedTuple):
    """One import statement: importing module, imported module, place, and whether it is deferred.

    `deferred`: it is inside a function, or only for the type checker.
    """

    importer: str
    imported: str
    place: str
    deferred: bool


def sources(*folders: str) -> list[Path]:
    """Every Python file below these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """The dotted module name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def place_of(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def nodes_of(path: Path) -> Iterator[tuple[ast.AST, bool]]:
    """Every node of a file, with whether importing the file skips it."""
    todo: list[tuple[ast.AST, bool]] = [(tree_of(path), False)]
    while todo:
        node, inside = todo.pop()
        yield node, inside
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        inside = inside or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        todo.extend((child, inside) for child in ast.iter_child_nodes(node))


def imports_of(path: Path) -> Iterator[Import]:
    """Every module that a file imports, with `from package import module` resolved to the module."""
    importer = name_of(path)
    package = importer if path.name == "__init__.py" else importer.rpartition(".")[0]
    for node, inside in nodes_of(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(importer, alias.name, place_of(path, node), inside)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield Import(importer, full if is_module(full) else base, place_of(path, node), inside)


@functools.cache
def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
