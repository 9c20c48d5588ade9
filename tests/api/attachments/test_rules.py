"""Names that lie and bytes that do not."""

import pytest

from api.attachments.preview import EDGE, shrunk
from api.attachments.rules.names import MAX_NAME, clean_name, content_disposition
from api.attachments.rules.types import TYPES, sniffed_type
from tests.api.attachments.files import EXE, HTML, PDF, POLYGLOT, SVG, TEXT, archive, bomb, picture

OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Windows\\system32\\shot.PNG", "shot.PNG"),
        ("holiday\u202egnp.exe", "holidaygnp.exe.png"),
        ("a\r\nSet-Cookie: x=1.png", "a Set-Cookie_ x=1.png"),
        ("nul\x00l.png", "null.png"),
        ("", "file.png"),
        (".png", "png.png"),
        ("con.png", "_con.png"),
        ("page.html", "page.html.png"),
        ("Überweisung März.png", "Überweisung März.png"),
        ('<"|?*>.png', "______.png"),
    ],
)
def test_a_name_has_no_path_nothing_invisible_and_an_ending_that_tells_the_truth(sent: str, kept: str) -> None:
    assert clean_name(sent, TYPES["image/png"]) == kept


def test_a_name_is_never_too_long_for_a_file_system() -> None:
    assert len(clean_name("ü" * 5000 + ".png", (".png",))) == MAX_NAME + 4


def test_a_download_cannot_break_out_of_its_header() -> None:
    header = content_disposition('a"; filename=x.exe; "ü.png')
    assert header.startswith("attachment; filename=")
    assert header.count('"') == 2
    assert header.isascii() and "\n" not in header


@pytest.mark.parametrize(
    "content", [EXE, SVG, HTML, POLYGLOT, b"#!/bin/sh\nrm -rf /\n", b"\x7fELF" + bytes(64), bytes(999)]
)
def test_programs_and_markup_are_of_no_type_we_take_whatever_they_are_called(content: bytes) -> None:
    assert sniffed_type(content) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (PDF, "application/pdf"),
        (TEXT, "text/plain"),
        (b"a;b\n1;\xfc\n", "text/plain"),
        (b"From: a@example.org\r\nTo: b@example.org\r\n\r\nHello", "message/rfc822"),
        (archive("a.txt"), "application/zip"),
        (archive("[Content_Types].xml", "word/document.xml"), f"{OFFICE}.wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}.spreadsheetml.sheet"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(50), "video/mp4"),
        (b"ID3\x03" + bytes(60), "audio/mpeg"),
    ],
)
def test_a_type_is_told_by_content(content: bytes, kind: str) -> None:
    assert sniffed_type(content[:8192]) == kind


def test_a_preview_is_small_and_written_anew() -> None:
    small = shrunk(picture("JPEG", (3000, 2000)))
    assert small is not None
    assert small[8:12] == b"WEBP"
    assert len(small) < EDGE * EDGE


@pytest.mark.parametrize("content", [bomb(), picture()[:300], b"\x89PNG\r\n\x1a\n"])
def test_a_bomb_or_a_broken_picture_has_no_preview(content: bytes) -> None:
    assert shrunk(content) is None
