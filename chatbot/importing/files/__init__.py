"""Files of any supported format as tables of text: encodings, delimiters, workbooks, columns, cells."""
