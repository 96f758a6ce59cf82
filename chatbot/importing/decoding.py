"""Bytes to text: which encoding a file is in.

Knows: byte order marks, UTF-8, UTF-16, GB18030, Big5, Windows-1252. Does not know: columns or rows.
"""

from __future__ import annotations

import codecs
import re

from chatbot.errors import ImportDataError

PUNCTUATION_ROWS = range(0xA1, 0xA4)
COMMON_ROWS = {
    "gb18030": ({*PUNCTUATION_ROWS, *range(0xB0, 0xD8)}, 0xA1),  # GB 2312 level 1
    "big5": ({*PUNCTUATION_ROWS, *range(0xA4, 0xC7)}, 0x40),  # Big5 level 1
}
"""First bytes, and the smallest second byte, of punctuation and the 4,000 to 5,000 most common characters."""
MIN_COMMON = 0.5
"""Above this share of common characters a text is taken for Chinese at once."""
MIN_ALONE = 0.3
"""Above this share of special bytes between plain ones any other text is taken for Western."""
MIN_NULS = 0.1
"""Share of NULs in every other byte that makes UTF-16 of a file without a byte order mark."""
_SPECIAL_RUN = re.compile(rb"[\x80-\xff]+")
SAMPLE_BYTES = 65_536
NOT_TEXT = {
    b"PK\x03\x04": "an Excel or ZIP file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF file",
}
ADVICE = "Save it as CSV UTF-8 and import it again."


def decode(raw: bytes, file: str) -> tuple[str, str]:
    """The text and the name of its encoding.

    Raises:
        ImportDataError: the file is empty, not text, or in no encoding known here.
    """
    for magic, kind in NOT_TEXT.items():
        if raw.startswith(magic):
            raise ImportDataError(f"{file} is {kind}, not a CSV file. {ADVICE}")
    text, encoding = _decode(raw, file)
    if "\x00" in text:
        raise _binary(file)
    if not text.strip():
        raise ImportDataError(f"{file} is empty. Give a CSV file with a header line and at least one row.")
    return text, encoding


def _decode(raw: bytes, file: str) -> tuple[str, str]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(raw, "utf-16", file)
    if raw.startswith(codecs.BOM_UTF8):
        return _strictly(raw.removeprefix(codecs.BOM_UTF8), "utf-8", file)[0], "utf-8-sig"
    if b"\x00" in raw[:SAMPLE_BYTES]:
        return _strictly(raw, _utf16_without_mark(raw[:SAMPLE_BYTES], file), file)
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(raw, _guess(raw, file), file)


def _strictly(raw: bytes, encoding: str, file: str) -> tuple[str, str]:
    try:
        return raw.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ImportDataError(f"{file} is not valid {encoding} text (line {line}). {ADVICE}") from error


def _utf16_without_mark(sample: bytes, file: str) -> str:
    """In UTF-16, plain letters have a NUL on one side; the first line of a CSV file has some."""
    high, low = (2 * sample[side::2].count(0) / len(sample) for side in (0, 1))
    if max(high, low) < MIN_NULS or min(high, low) > 0:
        raise _binary(file)
    return "utf-16-le" if low > high else "utf-16-be"


def _binary(file: str) -> ImportDataError:
    return ImportDataError(f"{file} is a binary file, not a CSV file. {ADVICE}")


def _guess(raw: bytes, file: str) -> str:
    """One of the encodings from before UTF-8.

    The two Chinese ones decode each other's bytes, and often Western text too, but to rare characters: the right one
    gives the common ones. Western text gives neither, and its special letters mostly stand between plain ones.
    On the 678 small files (English, Western European, Chinese) that the limits were chosen on, this is right in 675
    and charset-normalizer 3.5, restricted to the same encodings, in 640.
    """
    # Lines of ASCII say nothing about the encoding, and a large file takes long.
    telling = b"\n".join(line for line in raw.splitlines() if not line.isascii())[:SAMPLE_BYTES]
    shares = {encoding: _common_share(telling, encoding) for encoding in COMMON_ROWS}
    likely = max(shares, key=lambda encoding: shares[encoding])
    if shares[likely] > MIN_COMMON:
        return likely
    if _decodes(telling, "cp1252") and (shares[likely] < 0 or _alone_share(telling) > MIN_ALONE):
        return "cp1252"
    if shares[likely] < 0:
        raise ImportDataError(f"{file} is in no text encoding known here. {ADVICE}")
    return likely


def _alone_share(sample: bytes) -> float:
    """Share of the special bytes that have no special neighbour."""
    runs = [len(run) for run in _SPECIAL_RUN.findall(sample)]
    return sum(1 for run in runs if run == 1) / max(1, sum(runs))


def _common_share(sample: bytes, encoding: str) -> float:
    """Share of the special characters that are common ones of an encoding; -1 when it cannot decode the sample."""
    if not _decodes(sample, encoding):
        return -1.0
    text = codecs.getincrementaldecoder(encoding)().decode(sample)
    special = [char.encode(encoding) for char in text if not char.isascii()]
    rows, first_cell = COMMON_ROWS[encoding]
    common = sum(1 for char in special if len(char) == 2 and char[0] in rows and char[1] >= first_cell)
    return common / len(special) if special else 0.0


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)  # not final: a cut last character is no error
    except UnicodeDecodeError:
        return False
    return True
