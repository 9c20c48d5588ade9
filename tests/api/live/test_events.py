"""What happened reaches whoever may know of it, wherever they are connected, once, and nobody else."""

import asyncio

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.asyncio.client import connect

from tests.api.live.clients import Client, person
from tests.api.live.conftest import Site
from tests.worlds import World


async def test_an_event_reaches_a_subscriber_of_another_process(site: Site) -> None:
    agent, customer = await person(site.there, "agent"), await person(site.here, "customer")
    async with agent.listening("tickets") as client:
        ticket_id = await customer.open_ticket()
        event = await client.until_action("ticket.created", ticket_id)
        assert event["version"] >= 1 and set(event) == {
            "id", "action", "entity_type", "entity_id", "ticket_id", "version", "is_for_me",
        }  # fmt: skip


async def test_a_notice_is_told_to_the_person_it_is_for(site: Site) -> None:
    agent, customer = await person(site.there, "agent"), await person(site.here, "customer")
    ticket_id = await customer.open_ticket()
    async with customer.listening("me") as client:
        await agent.comment(ticket_id)
        event = await client.until_action("comment.added", ticket_id)
        assert event["is_for_me"]
