"""Messages as they come: well formed, and as bad as mail is."""

from email.message import EmailMessage
from email.policy import SMTP

CUSTOMER = "customer@example.com"
DESK = "redress@redress.example"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff5d2e6bde0000000049454e44ae426082"
)  # fmt: skip


def mail(text: str = "It drops every night.", **headers: str | None) -> bytes:
    """A plain message from the customer; `None` leaves a header out, `in_reply_to` is `In-Reply-To`."""
    message = EmailMessage(policy=SMTP)
    usual: dict[str, str | None] = {
        "from": f"Jörg Müller <{CUSTOMER}>",
        "to": DESK,
        "subject": "Router drops",
        "message_id": "<one@example.com>",
    }
    for name, value in (usual | headers).items():
        if value is not None:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def with_files(*files: tuple[str, str, bytes], **headers: str | None) -> bytes:
    """The same with attachments: (name, type, content)."""
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(mail(**headers), policy=default)
    assert isinstance(message, EmailMessage)
    for name, kind, content in files:
        maintype, _, subtype = kind.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes(policy=SMTP)


HEAD = b"From: customer@example.com\r\nTo: redress@redress.example\r\nMessage-ID: <n@example.com>\r\n"

NASTY: dict[str, tuple[bytes, str, str]] = {
    "a charset that is not the one it says": (
        HEAD + "Subject: Grüße\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nGrüße aus Köln".encode(),
        "Grüße",
        "Grüße aus Köln",
    ),
    "Windows' bytes as UTF-8": (
        HEAD + b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nF\xfcnf \x80",
        "x",
        "Fünf €",
    ),
    "a charset nobody knows": (
        HEAD + b"Subject: =?x-klingon?q?nuqneH?=\r\nContent-Type: text/plain; charset=x-klingon\r\n\r\nHello",
        "nuqneH",
        "Hello",
    ),
    "a codec that is no charset": (
        HEAD + b"Subject: x\r\nContent-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 50_000,
        "x",
        "a-" * 50_000,
    ),
    "no boundary": (
        HEAD + b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\n--b\r\n\r\nHello\r\n--b--",
        "x",
        "--b\n\nHello\n--b--",
    ),
    "a boundary that never closes": (
        HEAD + b'Subject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello',
        "x",
        "Hello",
    ),
    "base64 that is none": (
        HEAD + b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nHello, this is no base64!",
        "x",
        None,  # type: ignore[dict-item]
    ),
    "NULs and bells": (HEAD + b"Subject: a\x00b\x07\r\n\r\nc\x00d\x1b[31m", "ab", "cd[31m"),
    "overrides of direction": (
        HEAD + "Subject: \u202egpj.exe\u202c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\u2066x\u2069".encode(),
        "gpj.exe",
        "x",
    ),
    "HTML alone": (
        HEAD
        + b"Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><script>alert(1)</script>"
        + b"<p>It <b>drops</b>.</p><img src='https://spy.example/pixel.gif'>",
        "x",
        "It **drops**.",
    ),
    "HTML as deep as a well": (
        HEAD + b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 50_000 + b"Hello",
        "x",
        "Hello",
    ),
    "a subject of a megabyte": (HEAD + b"Subject: " + b"a" * 1_000_000 + b"\r\n\r\nHello", "a" * 200, "Hello"),
    "ten thousand headers": (HEAD + b"X-A: b\r\n" * 10_000 + b"Subject: x\r\n\r\nHello", "x", "Hello"),
    "a header in the middle of nothing": (
        HEAD + b"Subject: x\r\nwhat is this\r\n\r\nHello",
        "x",
        "what is this\n\nHello",
    ),
    "nothing but headers": (HEAD + b"Subject: x", "x", ""),
    "a blank line in front": (b"\r\n" + HEAD + b"Subject: x\r\n\r\nHello", "", None),  # type: ignore[dict-item]
}
"""What is wrong with it → (raw message, its subject, its text or None for whatever)."""


def nested(depth: int) -> bytes:
    """Multiparts in multiparts."""
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    )
    return HEAD + b"Subject: x\r\n" + opening + b"Content-Type: text/plain\r\n\r\nHello"
