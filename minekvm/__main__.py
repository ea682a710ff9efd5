"""`python -m minekvm`: Python looks for modules in the current folder then, which is not wanted.

That folder may be a stranger's clone. What Python itself imports before this line cannot be helped
from here: in such a folder run `minekvm`, or `python -P -m minekvm`.
"""

import sys

if not sys.flags.safe_path:
    del sys.path[0]

from minekvm.cli import entry

entry()
