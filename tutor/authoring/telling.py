"""How `course check` says what it found: lines for a person, JSON for a build."""

from __future__ import annotations

import textwrap
from typing import Any

from tutor.authoring.check import Report
from tutor.authoring.findings import Finding, Verdict
from tutor.words import _, many

_LEVELS = {"error": _("✗ error"), "warning": _("! warning")}
_KINDS = {
    "course": _("course"),
    "lesson": _("lesson"),
    "lab": _("lab"),
    "item": _("question"),
    "bank": _("questions together"),
}


def unit_lines(verdict: Verdict, width: int) -> str:
    """A unit's line, and what was found in it.

    Args:
        verdict: how it stands.
        width: columns that the lines may have.
    """
    unit = verdict.unit
    status = _("✓ PASS") if verdict.passed else _("✗ FAIL")
    name = f"{_KINDS[unit.kind]} {unit.id}" if unit.kind != "bank" else _KINDS["bank"]
    title = f"  {unit.title}" if unit.title else ""
    took = _("unchanged") if verdict.cached else _("{seconds:.1f} s").format(seconds=verdict.seconds)
    lines = [f"{status}  {name}{title}  ({took})"]
    for finding in verdict.findings:
        lines += _finding_lines(finding, width)
    return "\n".join(lines)


def _finding_lines(finding: Finding, width: int) -> list[str]:
    problem = finding.problem
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    lines = [f"    {_LEVELS[finding.level]} {place}"]
    said = ((_("found"), problem.found), (_("expected"), problem.expected), (_("hint"), problem.hint))
    for label, text in said:
        if text:
            lines += textwrap.wrap(
                text, width, initial_indent=f"        {label}: ", subsequent_indent=" " * 12,
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
    return lines


def summary(report: Report) -> str:
    """The last line: how many units, errors, warnings, seconds."""
    errors = sum(verdict.errors for verdict in report.verdicts)
    warnings = sum(verdict.warnings for verdict in report.verdicts)
    unchanged = sum(verdict.cached for verdict in report.verdicts)
    parts = [
        many(len(report.verdicts), "{n} unit checked", "{n} units checked"),
        many(unchanged, "{n} unchanged", "{n} unchanged"),
        many(errors, "{n} error", "{n} errors"),
        many(warnings, "{n} warning", "{n} warnings"),
    ]
    status = _("✓ PASS") if report.passed else _("✗ FAIL")
    took = _("{seconds:.1f} s").format(seconds=report.seconds)
    return f"{status}  {', '.join(parts)}, {took}"


def as_json(report: Report) -> dict[str, Any]:
    """The report for programs.

    Returns:
        `course`, `status` (pass or fail), `seconds`, `errors`, `warnings`, and `units`: each with `kind`,
        `id`, `lesson`, `status`, `cached`, `seconds` and `problems` (`level`, `file`, `line`, `found`,
        `expected`, `hint`).
    """
    return {
        "course": report.course,
        "status": "pass" if report.passed else "fail",
        "seconds": round(report.seconds, 3),
        "errors": sum(verdict.errors for verdict in report.verdicts),
        "warnings": sum(verdict.warnings for verdict in report.verdicts),
        "units": [_unit(verdict) for verdict in report.verdicts],
    }


def _unit(verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": verdict.unit.kind,
        "id": verdict.unit.id,
        "lesson": verdict.unit.lesson,
        "status": "pass" if verdict.passed else "fail",
        "cached": verdict.cached,
        "seconds": round(verdict.seconds, 3),
        "problems": [
            {
                "level": finding.level,
                "file": finding.problem.file,
                "line": finding.problem.line,
                "found": finding.problem.found,
                "expected": finding.problem.expected,
                "hint": finding.problem.hint,
            }
            for finding in verdict.findings
        ],
    }
