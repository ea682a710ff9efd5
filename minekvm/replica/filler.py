"""The unrelated rest of the history: drivers and file systems that nobody asks about.

A life (`lives/*.life`) is what happens to one small file over the years, in the story's own
format but without people and dates. It is lived several times, under different names; who and
when follow from a digest of the name, so that they are scattered and yet always the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from string import Template

from minekvm.replica import patches
from minekvm.replica.model import MAINLINE, Moment, Person, Step, StoryError
from minekvm.replica.resources import Resource

_STEP = "\n====\n"
_TRAILERS = re.compile(r"\n\n(?:[A-Z][a-z-]+: .+\n)+\Z")
_LAST = datetime(2025, 10, 20, tzinfo=UTC)
_PEOPLE = tuple(
    Person(name, f"{mail}@example.org")
    for name, mail in (
        ("Abena Kowalczyk", "abena"),
        ("Björn Achebe", "bjoern.achebe"),
        ("Dolores Whitlock", "dolores.whitlock"),
        ("Emre Vandersloot", "emre"),
        ("Jürgen Östlund", "juergen.oestlund"),
        ("Kavita Lundgren", "kavita.lundgren"),
        ("Oisin Tanaka", "oisin.tanaka"),
        ("Zofia Marlowe", "zofia"),
    )
)
_ZONES = (-8, -5, 0, 1, 2, 5.5, 9)


@dataclass(frozen=True, slots=True)
class Instance:
    """One life under one name, from its first day on, `pace` days from step to step."""

    life: str
    name: str
    first: str
    pace: int
    branch: str = MAINLINE


INSTANCES = (
    Instance("ring", "marlin", "2015-05-11", 120),
    Instance("ring", "teasel", "2018-02-05", 170, "net"),
    Instance("ring", "brookfin", "2021-06-14", 150),
    Instance("ring", "siskin", "2023-02-13", 140),
    Instance("inode", "tarnfs", "2016-01-18", 140, "tarnfs"),
    Instance("inode", "heronfs", "2020-01-13", 110),
    Instance("inode", "quillfs", "2022-05-09", 130),
    Instance("sensor", "duskfan", "2015-09-07", 200),
    Instance("sensor", "thermo7", "2017-11-06", 190),
    Instance("sensor", "emberlite", "2021-03-01", 210, "hwmon"),
    Instance("counter", "pagetally", "2016-08-15", 210),
    Instance("counter", "nodemeter", "2019-09-16", 160),
    Instance("sched", "ebb", "2017-04-10", 180),
    Instance("sched", "weir", "2022-10-17", 150),
    Instance("guide", "mouse-wheels", "2018-07-02", 500),
    Instance("guide", "old-floppies", "2020-09-21", 400),
)


def steps(lives: Resource, committer: Person) -> Iterator[Step]:
    """Every step of every instance, with the merges of those that live on a branch."""
    for instance in INSTANCES:
        text = lives.joinpath(f"{instance.life}.life").read_text(encoding="utf-8")
        yield from _lived(instance, text, committer)


def _lived(instance: Instance, text: str, committer: Person) -> Iterator[Step]:
    parts = Template(text).substitute(name=instance.name).split(_STEP)
    for number, part in enumerate(parts, 1):
        step = _step(instance, number, part, committer)
        yield step
        if instance.branch != MAINLINE and (number % 2 == 0 or number == len(parts)):
            yield _merge(instance, number, step, committer)


def _step(instance: Instance, number: int, part: str, committer: Person) -> Step:
    """One part of the life, with the people and dates that the story's format wants."""
    chance = hashlib.sha256(f"{instance.name} {number}".encode()).digest()
    author = _PEOPLE[chance[0] % len(_PEOPLE)]
    when = datetime.fromisoformat(instance.first).replace(tzinfo=UTC) + timedelta(
        days=instance.pace * (number - 1) + chance[1] % 30,
        hours=7 + chance[2] % 12,
        minutes=chance[3] % 60,
        seconds=chance[4] % 60,
    )
    zone = timezone(timedelta(hours=_ZONES[chance[5] % len(_ZONES)]))
    taken = when + timedelta(days=chance[6] % 6, hours=3, minutes=chance[7] % 60)
    if taken > _LAST:
        raise StoryError(f"{instance.name} lives on after the history's end")
    step = patches.parse(
        f"From: {author.name} <{author.email}>\n"
        f"Date: {_mail_date(when.astimezone(zone))}\n"
        f"Committed: {_mail_date(taken.astimezone(timezone(timedelta(hours=2))))}\n"
        f"On: {instance.branch}\n{part}"
    )
    trailers = "".join(f"Signed-off-by: {who.name} <{who.email}>\n" for who in (author, committer))
    # Trailers are one block: no empty line between a Fixes: and what is added here.
    gap = "" if _TRAILERS.search(step.message) else "\n"
    return replace(
        step, key=f"{instance.name}-{step.key}", message=f"{step.message}{gap}{trailers}"
    )


def _merge(instance: Instance, number: int, last: Step, committer: Person) -> Step:
    later = Moment(last.committed.seconds + 4 * 86400 + 7217, "+0200")
    return Step(
        key=f"merge-{instance.name}-{number}",
        author=committer,
        authored=later,
        committed=later,
        message=f"Merge branch '{instance.branch}'\n\n"
        f"Signed-off-by: {committer.name} <{committer.email}>\n",
        merges=(instance.branch,),
    )


def _mail_date(when: datetime) -> str:
    # Not strftime: its names of days and months follow the locale.
    days, months = "MonTueWedThuFriSatSun", "JanFebMarAprMayJunJulAugSepOctNovDec"
    day, month = days[when.weekday() * 3 :][:3], months[when.month * 3 - 3 :][:3]
    return f"{day}, {when:%d} {month} {when:%Y %H:%M:%S %z}"
