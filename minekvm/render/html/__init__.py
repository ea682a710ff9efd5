"""A report as one self-contained HTML page."""

from minekvm.render.html.writer import page

__all__ = ["page"]
