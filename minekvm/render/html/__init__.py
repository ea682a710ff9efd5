"""A report document as one self-contained HTML page."""

from minekvm.render.html.writer import page

__all__ = ["page"]
