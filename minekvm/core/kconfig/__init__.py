"""Kconfig: the files in which a kernel's options are declared."""
