"""`/api/export`: tickets and figures as files. Handles on the database are let go before a file is made."""

from datetime import datetime
from typing import Annotated

from litestar import Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.params import Parameter
from litestar.response import Response, Stream

from api.actor import Right
from api.errors import Forbidden
from api.events.openings import Openings
from api.exports.document import LISTED, list_document, ticket_document
from api.exports.download import CSV, PDF, XLSX, download, pages
from api.exports.files.analytics import write_analytics
from api.exports.files.pages import typeset
from api.exports.files.tickets import write_csv, write_workbook
from api.exports.gather import Choice, get_customers_view, get_figures, get_ticket_list, list_listed, zone_of
from api.exports.process import apart
from api.exports.rules import COLUMNS, MAX_LISTED
from api.installation.queries import get_settings
from api.tickets.queries.detail import get_ticket
from api.tickets.queries.lists import Sort, TicketFilter
from api.tickets.wire import Priority, Status

FieldValues = Annotated[
    list[Annotated[str, Parameter(max_length=5_100)]] | None,
    Parameter(max_items=10, description="`key:value` of a custom field; all must hold", required=False),
]


async def provide_choice(
    status: list[Status] | None = None,
    priority: list[Priority] | None = None,
    customer_id: int | None = None,
    assigned_agent_id: int | None = None,
    team_id: int | None = None,
    category_id: int | None = None,
    skill_id: int | None = None,
    is_sla_breached: bool | None = None,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    custom_field: FieldValues = None,
    sort: Sort = "created_at",
    order: Annotated[str, Parameter(pattern="^(asc|desc)$")] = "desc",
) -> Choice:
    """Which tickets: what `GET /api/tickets` takes."""
    wanted = TicketFilter(
        status=status,
        priority=priority,
        customer_id=customer_id,
        assigned_agent_id=assigned_agent_id,
        team_id=team_id,
        category_id=category_id,
        skill_id=skill_id,
        is_sla_breached=is_sla_breached,
        created_from=created_from,
        created_to=created_to,
        custom_field=custom_field,
    )
    return Choice(wanted=wanted, sort=sort, descending=order == "desc")


@get(
    "/tickets/excel",
    right=Right.TICKET_READ,
    operation_id="export_tickets_excel",
    summary="Tickets as a workbook",
    media_type=XLSX,
)
async def export_tickets_excel(openings: Openings, state: State, choice: Choice) -> Stream:
    """The tickets the caller may see, up to 100,000, with a sheet that says what each column means."""
    async with openings.read() as read:
        tickets = await get_ticket_list(read, choice, state.settings.database_url)
    return await download(write_workbook, tickets, f"tickets-{tickets.now:%Y-%m-%d}.xlsx", XLSX)


@get(
    "/tickets/csv", right=Right.TICKET_READ, operation_id="export_tickets_csv", summary="Tickets as CSV", media_type=CSV
)
async def export_tickets_csv(openings: Openings, state: State, choice: Choice) -> Stream:
    """The same as CSV: keys as header, instants in UTC; no cell begins as a formula does."""
    async with openings.read() as read:
        tickets = await get_ticket_list(read, choice, state.settings.database_url)
    return await download(write_csv, tickets, f"tickets-{tickets.now:%Y-%m-%d}.csv", CSV)


@get(
    "/tickets/pdf", right=Right.TICKET_READ, operation_id="export_tickets_pdf", summary="Tickets as PDF", media_type=PDF
)
async def export_tickets_pdf(openings: Openings, choice: Choice) -> Response[bytes]:
    """A list to print, of up to 1,000 tickets."""
    async with openings.read() as read:
        settings, rows = await get_settings(read), await list_listed(read, choice)
    document = list_document(
        rows,
        [column for column in COLUMNS if column.key in LISTED],
        described=choice.described(),
        now=read.now,
        zone=zone_of(read.actor),
        product=settings.branding_name,
    )
    listed = (min(len(rows), MAX_LISTED), len(rows) <= MAX_LISTED)
    return pages(await apart(typeset, "list", document), f"tickets-{read.now:%Y-%m-%d}.pdf", listed)


@get(
    "/tickets/{reference:str}/pdf",
    right=Right.TICKET_READ,
    operation_id="export_ticket_pdf",
    summary="One ticket as PDF",
    media_type=PDF,
)
async def export_ticket_pdf(openings: Openings, visible_ticket_id: int, with_internal: bool = False) -> Response[bytes]:
    """The ticket as its customer sees it: what was said, files with their SHA-256, what happened. Staff may ask for a copy
    with what is internal, which says so on every page."""
    async with openings.read() as read:
        if with_internal and not read.actor.is_staff:
            raise Forbidden("export.internal", "Only staff gets what is internal.")
        settings = await get_settings(read)
        ticket = await (get_ticket if with_internal else get_customers_view)(read, visible_ticket_id)
    document = ticket_document(
        ticket, is_internal=with_internal, now=read.now, zone=zone_of(read.actor), product=settings.branding_name
    )
    kind = "-internal" if with_internal else ""
    return pages(await apart(typeset, "ticket", document), f"{ticket.number}{kind}.pdf")


@get(
    "/analytics/excel",
    right=Right.ANALYTICS_READ,
    operation_id="export_analytics_excel",
    summary="Figures as a workbook",
    media_type=XLSX,
)
async def export_analytics_excel(
    openings: Openings, days: Annotated[int, Parameter(ge=1, le=366, description="Length of the period")] = 30
) -> Stream:
    """The figures of `/api/analytics` with charts, and a sheet that says what each means."""
    async with openings.read() as read:
        figures = await get_figures(read, days)
    return await download(write_analytics, figures, f"figures-{figures.now:%Y-%m-%d}.xlsx", XLSX)


router = Router(
    "/api/export",
    tags=["Exports"],
    dependencies={"choice": Provide(provide_choice)},
    route_handlers=[
        export_tickets_excel,
        export_tickets_csv,
        export_tickets_pdf,
        export_ticket_pdf,
        export_analytics_excel,
    ],
)
