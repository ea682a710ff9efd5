"""Findings as forges read them: SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from minekvm.core.check.model import RULES
from minekvm.version import __version__

if TYPE_CHECKING:
    from minekvm.core.check.model import Checked, Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def log(found: Checked) -> dict[str, Any]:
    """The findings of a check as one run."""
    rules = [
        {
            "id": rule,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": severity},
        }
        for rule, (severity, text) in RULES.items()
    ]
    driver = {"name": "minekvm", "version": __version__, "rules": rules}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "results": [_result(finding) for finding in found.findings],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _result(finding: Finding) -> dict[str, Any]:
    said = "".join(f' ("{c.quote}", {c.commit[:12]})' for c in finding.citations)
    where = {
        "artifactLocation": {"uri": quote(finding.path.encode("utf-8", "surrogateescape"))},
        "region": {"startLine": max(finding.line, 1)},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "level": finding.severity,
        "message": {"text": finding.text + said},
        "locations": [{"physicalLocation": where}],
    }
