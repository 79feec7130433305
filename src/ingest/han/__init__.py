"""What every room knows about Chinese print, once: numerals, dates, document numbers, width, kinds of documents, names.

Takes strings, gives strings, numbers and compiled patterns. Knows no page, no block, no stage, and imports none of them.
"""
