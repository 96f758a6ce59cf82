"""Files of any format as tables of text: encodings, delimiters, workbooks, columns, cells."""
