from minekvm.api import Clone as Clone
from minekvm.api import open as open
from minekvm.api.callers import Callers as Callers
from minekvm.api.check import Checked as Checked
from minekvm.api.definitions import Definitions as Definitions
from minekvm.api.drift import Drift as Drift
from minekvm.api.lineage import Inspection as Inspection
from minekvm.api.lineage import Lineage as Lineage
from minekvm.api.needs import Needs as Needs
from minekvm.api.origins import Origins as Origins
from minekvm.api.ports import Ports as Ports
from minekvm.api.region import Region as Region
from minekvm.api.relate import Connection as Connection
from minekvm.api.relate import Relations as Relations
from minekvm.api.report import Report as Report
from minekvm.api.thread import Thread as Thread
from minekvm.api.why import Answer as Answer
from minekvm.errors import CacheFailed as CacheFailed
from minekvm.errors import GitFailed as GitFailed
from minekvm.errors import MinekvmError as MinekvmError
from minekvm.errors import NotARepository as NotARepository
from minekvm.errors import QueryFailed as QueryFailed
from minekvm.errors import UnknownCommit as UnknownCommit
from minekvm.errors import UnknownSymbol as UnknownSymbol
from minekvm.version import __version__ as __version__

__all__: list[str]
