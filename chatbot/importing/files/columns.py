"""The columns of a table: their names, their synonyms, and their positions in a header."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from chatbot.domain import RowProblem
from chatbot.errors import ImportDataError, Problem

SHOWN_HEADERS = 12
_NOT_IN_NAMES = re.compile(r"[\s_\-.:：*\ufeff\u200b]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's own name and its synonyms in other programs, separated by commas, the most usual first."""

    name: str
    synonyms: str = ""
    required: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name, then the synonyms."""
        return (self.name, *(name for name in self.synonyms.split(",") if name))


class Line(NamedTuple):  # a file has millions: a frozen dataclass takes four times as long to make
    """One row. `number` counts from 1 below the header; `cells` has every column, absent ones empty.

    `place` names the sheet or the member of an archive if there is more than one.
    """

    number: int
    cells: Mapping[str, str]
    problem: RowProblem | None = None
    place: str = ""
    surplus: tuple[str, ...] = ()
    """Cells beyond the header, usually left by a missing quotation mark."""

    def wrong(self, column: str, problem: Problem) -> RowProblem:
        """A problem with the row, including the sheet or member that it is in."""
        placed = Problem.of("in_place", "{place}: {why}", place=self.place, why=problem) if self.place else problem
        return RowProblem(self.number, column, placed)


class Record(NamedTuple):
    """One row of a file: cells in the order of the header. `wrong` is the position of a bad cell and the problem."""

    number: int
    cells: Sequence[str]
    wrong: tuple[int, Problem] | None = None


@dataclass(slots=True)
class OpenTable:
    """One table of a file that is being read: a whole CSV file, a sheet, or a member of an archive.

    `file` is its name in messages, `place` the name of the part alone; `records` can be iterated once.
    """

    file: str
    encoding: str
    header: tuple[str, ...]
    records: Iterator[Record]
    place: str = ""

    def lines(self, columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Iterator[Line]:
        """The rows that are not blank, as these columns; `mapping` maps column names to header names.

        Raises:
            ImportDataError: immediately if a required column is missing; while reading if the file is broken or has no
            rows.
        """
        return self._lines(placed(self.file, self.header, columns, mapping or {}), columns)

    def _lines(self, places: Mapping[str, int], columns: Sequence[Column]) -> Iterator[Line]:
        width, found = len(self.header), 0
        absent = {column.name: "" for column in columns}
        needed = max(places.values(), default=0)
        all_of = _picker(places)
        for record in self.records:
            if record.wrong is None and not any(map(str.strip, record.cells)):
                continue
            found += 1
            given = len(record.cells)
            if given > needed:
                cells = absent | all_of(record.cells)
            else:
                cells = absent | {name: record.cells[at] for name, at in places.items() if at < given}
            line = Line(record.number, cells, None, self.place)
            if record.wrong is None and given <= width:
                yield line
                continue
            problem = None
            if record.wrong is not None:
                at, why = record.wrong
                problem = line.wrong(self.header[at] if at < width else "", why)
            elif given > width and any(map(str.strip, record.cells[width:])):
                why = Problem.of(
                    "row_too_wide",
                    "The row has {cells} cells, but the header has {columns}."
                    " Put text that contains the delimiter in quotation marks.",
                    cells=given,
                    columns=width,
                )
                problem = line.wrong("", why)
            surplus = tuple(record.cells[width:]) if problem is not None else ()
            yield line if problem is None else Line(record.number, cells, problem, self.place, surplus)
        if not found:
            raise ImportDataError.of(
                "no_rows",
                "{file} has a header line but no rows. Add at least one row and import it again.",
                file=self.file,
            )


def placed(file: str, header: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str]) -> dict[str, int]:
    """Position of each column in the header, in the order of the columns. A column mapped to "" is ignored.

    Raises:
        ImportDataError: a required column is missing, or the mapping names a column that does not exist.
    """
    chosen = _by_mapping(file, header, columns, {name: given for name, given in mapping.items() if given})
    left = ["" if at in chosen.values() else name for at, name in enumerate(header)]
    places = chosen | places_of(left, [column for column in columns if column.name not in {*chosen, *mapping}])
    missing = [column.name for column in columns if column.required and column.name not in places]
    if missing:
        raise ImportDataError(_missing(file, missing, header, columns))
    return {column.name: places[column.name] for column in columns if column.name in places}


def _picker(places: Mapping[str, int]) -> Callable[[Sequence[str]], dict[str, str]]:
    """A function that takes the cells of these columns out of a complete row."""
    names = tuple(places)
    if len(names) < 2:  # an itemgetter of one position gives no tuple
        return lambda cells: {name: cells[at] for name, at in places.items()}
    pick = itemgetter(*places.values())
    return lambda cells: dict(zip(names, pick(cells), strict=True))


def places_of(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Position of each column. A column's own name goes before its synonyms, an earlier synonym before a later one."""
    free: dict[str, int] = {}
    for at, cell in enumerate(header):
        free.setdefault(folded(cell), at)
    free.pop("", None)
    places = {column.name: free.pop(folded(column.name)) for column in columns if folded(column.name) in free}
    for column in columns:
        if column.name in places:
            continue
        found = next((name for name in map(folded, column.names) if name in free), None)
        if found is not None:
            places[column.name] = free.pop(found)
    return places


def folded(name: str) -> str:
    """A header name in the form in which names are compared: without case, width, blanks and common punctuation."""
    return _NOT_IN_NAMES.sub("", unicodedata.normalize("NFKC", name).casefold())


def _by_mapping(
    file: str, header: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str]
) -> dict[str, int]:
    known = {column.name for column in columns}
    spelled = {folded(cell): at for at, cell in reversed(list(enumerate(header)))}
    chosen: dict[str, int] = {}
    for name, given in mapping.items():
        if name not in known:
            raise ImportDataError(f"There is no column {name!r} to map to. Known: {', '.join(sorted(known))}.")
        at = spelled.get(folded(given))
        if at is None:
            raise ImportDataError.of(
                "no_such_column",
                "{file} has no column {given!r} to take as {column}: found {found}.",
                file=file,
                given=given,
                column=name,
                found=shown(header),
            )
        if at in chosen.values():
            raise ImportDataError.of(
                "mapped_twice",
                "The column {given!r} of {file} is mapped twice. Map it to one column only.",
                file=file,
                given=given,
            )
        chosen[name] = at
    return chosen


def shown(header: Sequence[str]) -> str:
    """Header names for a message, long ones shortened."""
    found = ", ".join(cell.strip()[:40] or "(blank)" for cell in header[:SHOWN_HEADERS]) or "none"
    return f"{found}, ..." if len(header) > SHOWN_HEADERS else found


def _missing(file: str, missing: Sequence[str], header: Sequence[str], columns: Sequence[Column]) -> Problem:
    expected = ",".join(column.name for column in columns if column.required)
    optional = ",".join(column.name for column in columns if not column.required)
    return Problem.of(
        "columns_missing",
        "{file} has no column {names}: expected {expected}, found {found}. {hint}",
        file=file,
        names=" and ".join(repr(name) for name in missing),
        expected=f"{expected} (optional: {optional})" if optional else expected,
        found=shown(header),
        hint=_suggestion(missing, header, columns)
        or Problem.of(
            "name_columns", "Name the columns in the first line, or say which is which: --map question=NAME."
        ),
    )


def _suggestion(missing: Sequence[str], header: Sequence[str], columns: Sequence[Column]) -> Problem | None:
    spelled = {folded(cell): cell.strip() for cell in header if cell.strip()}
    for column in columns:
        if column.name not in missing:
            continue
        for name in column.names:
            near = difflib.get_close_matches(folded(name), spelled, n=1, cutoff=0.7)
            if near:
                return Problem.of(
                    "did_you_mean",
                    "Did you mean {name!r} where it says {given!r}?",
                    name=column.name,
                    given=spelled[near[0]],
                )
    return None
