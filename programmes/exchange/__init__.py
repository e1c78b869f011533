"""Files that leave the workshop: a chapter to paste, the programme's own file, short texts.

All start from the Document of printing.document, never from the rows.
"""
