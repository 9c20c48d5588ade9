"""What our workbooks have in common: how they look, and the sheet that says what the others mean."""

import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from api.exports.rules import cell_text

INK, RULE, SHADE, ACCENT = "#1F2937", "#D1D5DB", "#F3F4F6", "#1D4ED8"
PALETTE = ("#1D4ED8", "#059669", "#D97706", "#DC2626", "#7C3AED")


class Formats(msgspec.Struct, frozen=True, kw_only=True):
    """The formats of cells, by what they are for."""

    title: Format
    head: Format
    label: Format
    text: Format
    wrapped: Format
    number: Format
    share: Format
    hours: Format
    day: Format
    instant: Format


@contextmanager
def open_workbook(path: str, title: str, now: datetime, *, is_large: bool = False) -> Generator[Workbook]:
    """A workbook written to `path` when the block ends. `is_large` keeps one row in memory, so rows come in their order.

    Its temporary files lie beside it.
    """
    folder = Path(path).with_suffix(".parts")
    folder.mkdir()
    workbook = Workbook(
        path,
        {
            "constant_memory": is_large,
            "tmpdir": str(folder),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    workbook.set_properties({"title": title, "created": now.astimezone(UTC).replace(tzinfo=None)})
    try:
        yield workbook
        workbook.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def formats(workbook: Workbook) -> Formats:
    def made(**look: object) -> Format:
        return workbook.add_format({"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"} | look)

    return Formats(
        title=made(bold=True, font_size=16),
        head=made(bold=True, bg_color=SHADE, bottom=1, border_color=RULE, text_wrap=True, valign="vcenter"),
        label=made(font_color="#6B7280"),
        text=made(),
        wrapped=made(text_wrap=True),
        number=made(num_format="#,##0.##"),
        share=made(num_format="0.0%"),
        hours=made(num_format="#,##0.0"),
        day=made(num_format="yyyy-mm-dd", align="left"),
        instant=made(num_format="yyyy-mm-dd hh:mm", align="left"),
    )


def about(
    workbook: Workbook,
    look: Formats,
    *,
    title: str,
    made: str,
    facts: Sequence[tuple[str, str]],
    meanings: Sequence[tuple[str, str]],
) -> Worksheet:
    """The sheet Definitions: when and for whom the file was made, what it holds, and what each column means."""
    sheet = workbook.add_worksheet("Definitions")
    sheet.set_column(0, 0, 26, look.text)
    sheet.set_column(1, 1, 96, look.text)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, look.title)
    sheet.set_row(0, 28)
    place = 1
    for label, value in [("Made", made), *facts]:
        sheet.write_string(place, 0, label, look.label)
        sheet.write_string(place, 1, cell_text(value), look.wrapped)
        place += 1
    place += 1
    sheet.write_string(place, 0, "Column", look.head)
    sheet.write_string(place, 1, "Meaning", look.head)
    for term, meaning in meanings:
        place += 1
        sheet.write_string(place, 0, term, look.wrapped)
        sheet.write_string(place, 1, meaning, look.wrapped)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return sheet
