"""The batch in FIX Simple Binary Encoding: pure functions between bytes and frozen messages.

`schema.xml` is the source; the tables follow from it. Imports the standard library, msgspec and itself.
"""
