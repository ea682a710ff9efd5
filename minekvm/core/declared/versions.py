"""Declarations and their members as the values that lineages are made of."""

from __future__ import annotations

from minekvm.core.declarations import Declaration, Declared, Member
from minekvm.core.model import Function, FunctionVersion


def whole(declared: Declared) -> FunctionVersion:
    """A declaration as a version with a name of its own; one without is named by its members."""
    found = declared.declaration
    return FunctionVersion(
        declared.path,
        Function(
            found.name or shown(found),
            found.kind,
            0,
            len(found.text),
            found.start_line,
            found.end_line,
            found.type,
            found.condition,
            found.text,
        ),
    )


def part(declared: Declared, member: Member) -> FunctionVersion:
    """A member as a version: `struct.field`, `table.entry`; a constant's name is its own."""
    text = f"{member.type} {member.name}".strip() if member.kind == "field" else member.name
    if member.kind != "field" and member.type:
        text = f"{member.name} = {member.type}"
    return FunctionVersion(
        declared.path,
        Function(
            full_name(declared.declaration, member),
            member.kind,
            0,
            len(text),
            member.line,
            member.line,
            member.type,
            member.condition,
            text.encode("latin-1", "replace"),
        ),
    )


def full_name(declaration: Declaration, member: Member) -> str:
    """The name by which a member is asked for."""
    return member.name if member.kind == "constant" else f"{declaration.name}.{member.name}"


def shown(declaration: Declaration) -> str:
    """What a declaration without a name is called."""
    first = next((m.name for m in declaration.members), "")
    return f"{declaration.kind} of {first}"
