"""minekvm: how did this C code come to be here, and why did it move?"""

__version__ = "0.1.0"
