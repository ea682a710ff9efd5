"""A report as one self-contained HTML page; where they are served, small ones beside it."""

from minekvm.render.html.bar import Bar
from minekvm.render.html.writer import page, plain

__all__ = ["Bar", "page", "plain"]
