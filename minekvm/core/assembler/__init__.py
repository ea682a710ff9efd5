"""Assembler for the C preprocessor: the entry points that C code calls and is called from."""
