"""Rules of reading a mail: it is read whatever is wrong with it, and what a reply quotes is told from what it says."""

import time

import pytest

from api.inbound.rules.fate import dmarc_of, dmarc_reason, machine_reason
from api.inbound.rules.mail import Mail, read_mail
from api.inbound.rules.words import folded
from tests.api.inbound.messages import NASTY, PNG, mail, nested, with_files

OWN = frozenset({"redress@redress.example", "reply@redress.example"})


def read(raw: bytes) -> Mail:
    found = read_mail(raw)
    assert found is not None
    return found


@pytest.mark.parametrize("what", NASTY)
def test_a_mail_is_read_whatever_is_wrong_with_it(what: str) -> None:
    raw, subject, text = NASTY[what]
    started = time.monotonic()
    found = read(raw)
    assert time.monotonic() - started < 3
    assert found.subject == subject
    assert text is None or found.text == text
    assert "\x00" not in found.text + found.subject


def test_a_mail_may_nest_as_people_do_and_no_deeper() -> None:
    assert read(nested(10)).text == "Hello"
    assert read(nested(60)).text == ""
    assert read_mail(nested(5_000)) is None


def test_ten_thousand_parts_are_a_few_files() -> None:
    part = b'--b\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nx\r\n'
    found = read(b'From: a@b.cc\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * 10_000 + b"--b--")
    assert len(found.files) < 200


def test_plain_text_comes_before_html_and_files_are_files() -> None:
    found = read(with_files(("a.png", "image/png", PNG), ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22")))
    assert found.text == "It drops every night."
    assert [(file.name, len(file.content)) for file in found.files] == [("a.png", len(PNG)), ("winmail.dat", 4)]


def test_a_forwarded_mail_is_a_file() -> None:
    inner = mail(subject="Inner", message_id="<inner@example.com>")
    raw = (
        b"From: customer@example.com\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\nSee below\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--"
    )
    found = read(raw)
    assert found.text == "See below"
    assert [file.name for file in found.files] == ["message.eml"]
    assert b"subject: Inner" in found.files[0].content


@pytest.mark.parametrize(
    "sender",
    ["a@b.cc, c@d.ee", "", "no address", "a@b", '"a@b.cc" <>', "<script>@b.cc>", "undisclosed:;"],
)
def test_a_sender_is_one_address_or_none(sender: str) -> None:
    raw = b"From: " + sender.encode() + b"\r\nSubject: x\r\n\r\nHello"
    assert machine_reason(read(raw), OWN) == "no_sender"


def test_an_encoded_word_adds_no_sender() -> None:
    # decodes to `agent@example.com, `
    found = read(b"From: =?utf-8?q?agent=40example=2Ecom=2C_?= <customer@example.com>\r\n\r\nx")
    assert found.sender == "customer@example.com"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, None),
        ({"auto_submitted": "no"}, None),
        ({"auto_submitted": "auto-replied; owner=x"}, "auto_submitted"),
        ({"x_auto_response_suppress": "DR, OOF, AutoReply"}, "auto_submitted"),
        ({"x_auto_response_suppress": "DR, RN"}, None),
        ({"precedence": "Bulk"}, "bulk"),
        ({"return_path": "<>"}, "null_sender"),
        ({"from": "MAILER-DAEMON@example.com"}, "null_sender"),
        ({"from": "Redress <redress+x@redress.example>"}, "own_address"),
        ({"from": "reply+1.0123@redress.example"}, "own_address"),
        ({"x_failed_recipients": "someone@example.com"}, "bounce"),
    ],
)
def test_machines_get_no_answer(headers: dict[str, str], reason: str | None) -> None:
    assert machine_reason(read(mail(**headers)), OWN) == reason


def test_only_our_own_servers_word_on_dmarc_counts() -> None:
    forged = "evil.example; dmarc=pass"
    ours = "mx.redress.example 1; spf=pass; dmarc=fail (p=reject) header.from=example.com"
    found = read(mail(authentication_results=ours))
    assert dmarc_of(found, "MX.redress.example") == "fail"
    assert dmarc_of(found, "") == "none"
    assert dmarc_of(read(mail(authentication_results=forged)), "mx.redress.example") == "none"
    assert dmarc_reason("fail", "refuse_failed", is_staff=False) == "dmarc_failed"
    assert dmarc_reason("none", "refuse_failed", is_staff=False) is None
    assert dmarc_reason("none", "require_pass", is_staff=False) == "dmarc_failed"
    assert dmarc_reason("none", "ignore", is_staff=True) == "staff_unverified"
    assert dmarc_reason("pass", "require_pass", is_staff=True) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Works.\n\nOn Tue, Nov 24, 2026 at 12:00, Redress <r@x.com> wrote:\n> Does it?\n", "Works."),
        ("Geht.\n\nAm Di., 24. Nov. 2026 um 12:00 Uhr schrieb Redress <r@x.com>:\n> Geht es?", "Geht."),
        ("Yes:\n\n- one\n- two\n\n> Which?", "Yes:\n\n- one\n- two"),
        ("Thanks.\n\n-- \nJohn Doe\n+1 555", "Thanks."),
        ("Thanks.\n\nSent from my iPhone", "Thanks."),
    ],
)
def test_a_reply_is_what_it_says_and_not_what_it_quotes(text: str, said: str) -> None:
    assert folded(text) == (said, text)


@pytest.mark.parametrize("text", ["Just this.", "> All of it\n> is quoted", "-- \nJohn"])
def test_what_is_all_one_says_stays(text: str) -> None:
    assert folded(text) == (text, None)


@pytest.mark.parametrize("line", ["On ", "Op ", "Il ", "> ", "From: ", "Le ", "\n", "_", "W dniu "])
def test_folding_ends_whatever_is_written(line: str) -> None:
    started = time.monotonic()
    folded(line * (20_000 // len(line)))
    folded((line * (300 // len(line)) + "\n") * 66)
    assert time.monotonic() - started < 8
