"""All there is to complain about, in one order."""

from api.sample.words.connections import INTERNET, MOBILE
from api.sample.words.money import BILLING, CONTRACTS, ORDERS
from api.sample.words.supply import ENERGY, FIELD
from api.sample.words.topic import Area, Topic

AREAS: tuple[Area, ...] = (INTERNET, MOBILE, ENERGY, FIELD, BILLING, CONTRACTS, ORDERS)
TOPICS: tuple[Topic, ...] = tuple(topic for area in AREAS for topic in area.topics)
AREA_OF: tuple[int, ...] = tuple(index for index, area in enumerate(AREAS) for _ in area.topics)
"""For each topic, the place of its area in AREAS."""
TEAMS: tuple[str, ...] = tuple(dict.fromkeys(area.team for area in AREAS))
TEAM_OF: tuple[int, ...] = tuple(TEAMS.index(area.team) for area in AREAS)
"""For each area, the place of its team in TEAMS."""
