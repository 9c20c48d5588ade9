"""The shape of what can be complained about."""

import msgspec


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A category, and sentences about it.

    Slots: `{product}`, `{place}`, `{since}` (follows "since"), `{day}` (follows "on"), `{amount}`, `{number}` (4 to 20,
    so that it can be followed by "th"), `{ref}`.
    `share` weighs it within all; `urgency` multiplies the odds of the two higher priorities.
    """

    name: str
    share: float = 1
    urgency: float = 1
    subjects: tuple[str, ...]
    problems: tuple[str, ...]
    findings: tuple[str, ...]
    """What an agent notes for colleagues."""
    questions: tuple[str, ...]
    """What an agent must ask before going on."""
    answers: tuple[str, ...]
    """What the customer says to that, question by question."""
    fixes: tuple[str, ...]
    """What solves it."""


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A parent category with the skill it takes and the team that has it."""

    name: str
    skill: str
    team: str
    products: tuple[str, ...]
    topics: tuple[Topic, ...]
