"""Detects the encoding of a file in one pass that keeps little in memory, and decodes it.

Supported: byte order marks, UTF-8, UTF-16, GB18030, Big5, Windows-1252.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from chatbot.errors import ImportDataError, Problem

PUNCTUATION_ROWS = range(0xA1, 0xA4)
COMMON_ROWS = {
    "gb18030": ({*PUNCTUATION_ROWS, *range(0xB0, 0xD8)}, 0xA1),  # GB 2312 level 1
    "big5": ({*PUNCTUATION_ROWS, *range(0xA4, 0xC7)}, 0x40),  # Big5 level 1
}
"""First bytes, and the smallest second byte, of punctuation and the 4,000 to 5,000 most common characters."""
MIN_COMMON = 0.5
"""A text with more than this share of common characters is taken to be Chinese at once."""
MIN_ALONE = 0.3
"""Any other text with more than this share of isolated non-ASCII bytes is taken to be Western."""
MIN_NULS = 0.1
"""Share of NULs in every other byte from which a file without a byte order mark is UTF-16."""
MIN_UTF8 = 0.75
"""With more than this share of non-ASCII bytes in valid UTF-8 sequences, a file is damaged UTF-8; GBK reaches 0.3 by
chance."""
MAX_OTHER_NULS = 0.2
"""Share of those NULs that may be on the other side: U+4E00, the Chinese "one", has its NUL there."""
_SPECIAL_RUN = re.compile(rb"[\x80-\xff]+")
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)
_UTF8_CHINESE = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")
MIN_DAMAGED = 12
"""Number of non-ASCII bytes from which damaged Chinese text can be told from Western text with a run of special
letters."""
CERTAIN_UTF8 = 5
"""A valid UTF-8 line with this many Chinese characters is UTF-8, whatever the other lines are."""
SAMPLE_BYTES = 65_536
CHUNK_BYTES = 1 << 20
NOT_TEXT = {
    b"PK\x03\x04": Problem.of("kind_broken_zip", "an Excel or ZIP file that cannot be opened"),
    b"\xd0\xcf\x11\xe0": Problem.of("kind_old_excel", "an old Excel file (.xls)"),
    b"%PDF": Problem.of("kind_pdf", "a PDF file"),
}
ADVICE = "Save it as CSV UTF-8 and import it again."
MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
MARK = "\ufeff"
ENCODINGS = ("utf-8", "utf-16", "gb18030", "gbk", "big5", "windows-1252")
"""Encodings that may be named instead of detected."""


@dataclass(frozen=True, slots=True)
class Detected:
    """`codec` reads the file, including its byte order mark; `shown` is the name for people."""

    codec: str
    shown: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a file stops being valid: `line` counts from 1; `offset` is that of the first bad byte."""

    line: int
    offset: int
    found: bytes


def decode(raw: bytes, file: str) -> tuple[str, str]:
    """The text and the name of its encoding.

    Raises:
        ImportDataError: the file is empty, not text, or in no supported encoding.
    """
    stream = io.BytesIO(raw)
    detected = detect(stream, file)
    broken = first_broken(stream, detected.codec)
    if broken is not None:
        raise ImportDataError.of(
            "line_undecodable",
            "{file} is not valid {encoding} text (line {line}). " + ADVICE,
            file=file,
            encoding=detected.shown,
            line=broken.line,
        )
    return raw.decode(detected.codec).removeprefix(MARK), detected.shown


def detect(stream: IO[bytes], file: str, *, named: str | None = None) -> Detected:
    """The encoding of a seekable file; `named` is the encoding that the user gave.

    Without a byte order mark or valid UTF-8 it is the most likely encoding: only reading shows whether it is valid.

    Raises:
        ImportDataError: the file is empty, not text, mixed or in no supported encoding.
    """
    stream.seek(0)
    head = stream.read(SAMPLE_BYTES)
    for magic, kind in NOT_TEXT.items():
        if head.startswith(magic):
            raise _no_table(file, kind)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00") and not stream.read(1):
        raise ImportDataError(empty(file))
    marked = next((Detected(codec, shown) for mark, codec, shown in MARKS if head.startswith(mark)), None)
    if named is not None:
        return _declared_encoding(named, marked)
    if marked is not None:
        return marked
    if b"\x00" in head:
        utf16 = _utf16_without_mark(head, file)
        return Detected(utf16, utf16)
    broken = first_broken(stream, "utf-8")
    if broken is None:
        return Detected("utf-8", "utf-8")
    guessed = _guess(stream, file, broken)
    return Detected(guessed, guessed)


def first_broken(stream: IO[bytes], codec: str) -> Broken | None:
    """The first position that a codec cannot read; None if the whole file is valid."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(codec)()
    line, done = 1, 0
    while True:
        chunk = stream.read(CHUNK_BYTES)
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            good = bytes(error.object[: error.start]).decode(codec, "ignore")
            bad = bytes(error.object[error.start : max(error.end, error.start + 1)])
            offset = done + len(chunk) - len(error.object) + error.start
            return Broken(line + good.count("\n"), offset, bad)
        if not chunk:
            return None
        done += len(chunk)


def _declared_encoding(named: str, marked: Detected | None) -> Detected:
    given = named.strip().casefold().replace("_", "-")
    codec = {"gbk": "gb18030", "gb2312": "gb18030", "windows-1252": "cp1252", "utf8": "utf-8"}.get(given, given)
    if codec not in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp1252"):
        raise ImportDataError(f"The encoding {named!r} is not known. Name one of {', '.join(ENCODINGS)}.")
    if codec == "utf-16":
        return marked if marked is not None and marked.shown == "utf-16" else Detected("utf-16-le", "utf-16-le")
    return Detected(codec, codec)


def _utf16_without_mark(sample: bytes, file: str) -> str:
    """In UTF-16, ASCII letters have a NUL on one side; the first line of a CSV file has some."""
    high, low = (2 * sample[side::2].count(0) / len(sample) for side in (0, 1))
    if max(high, low) < MIN_NULS or min(high, low) > MAX_OTHER_NULS * max(high, low):
        raise binary(file)
    return "utf-16-le" if low > high else "utf-16-be"


def binary(file: str) -> ImportDataError:
    """The error for a file with bytes that no text has."""
    return _no_table(file, Problem.of("kind_binary", "a binary file"))


def empty(file: str) -> Problem:
    """The problem with an empty file or workbook."""
    return Problem.of(
        "file_empty", "{file} is empty. Provide a file with a header line and at least one row.", file=file
    )


def _no_table(file: str, kind: Problem) -> ImportDataError:
    return ImportDataError.of("no_table", "{file} is {kind}, not a table. " + ADVICE, file=file, kind=kind)


def _guess(stream: IO[bytes], file: str, broken: Broken) -> str:
    """One of the encodings from before UTF-8.

    The two Chinese ones decode each other's bytes, and often Western text too, but to rare characters: the right one
    gives common ones. Western text gives neither, and its non-ASCII letters mostly stand alone between ASCII ones. On
    the 678 small files (English, Western European, Chinese) that the limits were chosen on, this is right for 675;
    charset-normalizer 3.5, restricted to the same encodings, is right for 640.
    """
    telling, certain = _telling(stream)
    if certain or _utf8_share(telling) > MIN_UTF8:
        return "utf-8"  # damaged or mixed with another encoding: reading it shows where
    shares = {encoding: _common_share(telling, encoding) for encoding in COMMON_ROWS}
    likely = max(shares, key=lambda encoding: shares[encoding])
    if shares[likely] > MIN_COMMON:
        return likely
    if shares[likely] < 0 and _alone_share(telling) < MIN_ALONE and _special(telling) >= MIN_DAMAGED:
        damaged = {encoding: _common_share(telling, encoding, errors="ignore") for encoding in COMMON_ROWS}
        nearest = max(damaged, key=lambda encoding: damaged[encoding])
        if damaged[nearest] > MIN_COMMON:
            return nearest  # damaged too; as Western text it would be read without an error, but wrongly
    if _decodes(telling, "cp1252") and (shares[likely] < 0 or _alone_share(telling) > MIN_ALONE):
        return "cp1252"
    if shares[likely] < 0:
        raise ImportDataError.of(
            "unknown_encoding",
            "{file} is not in a known text encoding: line {line} contains the bytes {bytes}. " + ADVICE,
            file=file,
            line=broken.line,
            bytes=broken.found.hex(" "),
        )
    return likely


def _telling(stream: IO[bytes]) -> tuple[bytes, bool]:
    """Lines that say something about the encoding, at most SAMPLE_BYTES, and whether one is certainly UTF-8."""
    # ASCII lines say nothing about the encoding, and reading a large file takes long.
    stream.seek(0)
    kept: list[bytes] = []
    size = 0
    for line in _lines(stream):
        if line.isascii():
            continue
        if size < SAMPLE_BYTES:
            kept.append(line)
            size += len(line) + 1
        if _certain_utf8(line):
            return b"\n".join(kept)[:SAMPLE_BYTES], True
    return b"\n".join(kept)[:SAMPLE_BYTES], False


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines by any line end, in pieces if one is very long."""
    while piece := stream.readline(CHUNK_BYTES):
        yield from piece.splitlines()


def _certain_utf8(line: bytes) -> bool:
    if len(_UTF8_CHINESE.findall(line)) < CERTAIN_UTF8:
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf8_share(sample: bytes) -> float:
    """Share of the non-ASCII bytes that are part of valid UTF-8 characters."""
    return sum(len(found) for found in _UTF8_CHARACTER.findall(sample)) / max(1, _special(sample))


def _special(sample: bytes) -> int:
    return sum(len(run) for run in _SPECIAL_RUN.findall(sample))


def _alone_share(sample: bytes) -> float:
    """Share of the non-ASCII bytes without a non-ASCII neighbour."""
    runs = [len(run) for run in _SPECIAL_RUN.findall(sample)]
    return sum(1 for run in runs if run == 1) / max(1, sum(runs))


def _common_share(sample: bytes, encoding: str, *, errors: str = "strict") -> float:
    """Share of the non-ASCII characters that are common in an encoding; -1 if it cannot decode the sample."""
    if errors == "strict" and not _decodes(sample, encoding):
        return -1.0
    text = codecs.getincrementaldecoder(encoding)(errors).decode(sample)
    special = [char.encode(encoding) for char in text if not char.isascii()]
    rows, first_cell = COMMON_ROWS[encoding]
    common = sum(1 for char in special if len(char) == 2 and char[0] in rows and char[1] >= first_cell)
    return common / len(special) if special else 0.0


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)  # not final: a truncated last character is no error
    except UnicodeDecodeError:
        return False
    return True
