"""Why a ticket's deadlines are where they are: counted time, nights, holidays and pauses, in plain words."""

from litestar import Router, get

from api.actor import Right
from api.sla.queries.receipt import get_receipt
from api.tickets.queries.detail import find_ticket_id
from api.web.http import Page, WebRequest, reading
from api.web.render import show
from api.web.words import N_, Word

SPAN = {
    "counted": Word(N_("Counted"), "clock"),
    "closed": Word(N_("Outside business hours"), "circle"),
    "holiday": Word(N_("Holiday"), "flag"),
    "paused": Word(N_("Paused"), "pause"),
    "done": Word(N_("Stopped"), "check"),
}
CAUSE = {
    "opened": N_("since the ticket was opened"),
    "status": N_("since the status changed to %(status)s"),
    "comment": N_("since a public comment"),
    "policy": N_("since a service level was applied"),
}


@get("/tickets/{number:str}/sla", right=Right.TICKET_WORK, include_in_schema=False)
async def ticket_receipt(request: WebRequest, number: str) -> Page:
    """What staff reads, escalation steps included."""
    return await _page(request, number, "/tickets")


@get("/complaints/{number:str}/sla", right=Right.TICKET_READ, include_in_schema=False)
async def complaint_receipt(request: WebRequest, number: str) -> Page:
    """What the customer reads: the promises made to them."""
    return await _page(request, number, "/complaints")


async def _page(request: WebRequest, number: str, room: str) -> Page:
    async with reading(request) as read:
        receipt = await get_receipt(read, await find_ticket_id(read, number))
        return await show(
            request,
            read,
            "receipt.html",
            number=number,
            back=f"{room}/{number}",
            receipt=receipt,
            spans=SPAN,
            causes=CAUSE,
        )


router = Router("/", route_handlers=[ticket_receipt, complaint_receipt])
