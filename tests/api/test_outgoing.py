"""The client that calls other people's addresses never calls our own."""

import time
from ipaddress import ip_address

import pytest

from api import outgoing
from api.outgoing import MAX_ANSWER_BYTES, OutgoingError, client, is_allowed, is_public, post, url_problem
from tests.receivers import receiving

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "192.88.99.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:7f00:1", "fe80::1",
    "fec0::1", "fc00::1", "fd00:ec2::254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:7f00:1::1", "2001:db8::1", "ff02::1", "100::1",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_the_internet_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


FORMS = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/",
    "http://0177.0.0.1/", "http://017700000001/", "http://[::1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/",
    "http://localhost/", "http://LOCALHOST./", "http://0/", "https://169.254.169.254/latest/meta-data/",
    "http://127。0。0。1/",
]  # fmt: skip


@pytest.mark.parametrize("url", FORMS)
async def test_no_way_of_writing_it_reaches_this_machine(url: str) -> None:
    with pytest.raises(OutgoingError) as refused:
        await post(url, b"", {})
    assert refused.value.is_refused


@pytest.mark.parametrize("url", FORMS)
async def test_the_connection_itself_refuses_whatever_the_form_was_taken_for(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "url_problem", lambda *_: None)
    with pytest.raises(OutgoingError):
        await post(url, b"", {})


async def test_a_name_that_leads_inside_is_refused_where_it_connects() -> None:
    async with receiving() as receiver, client() as http:
        with pytest.raises(OutgoingError, match="not on the public internet"):
            await http.get(f"http://localhost:{receiver.port}/")
        assert not receiver.calls


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com/", "gopher://example.com", "example.com", "http://", "https://u:p@example.com/", "x"]
)  # fmt: skip
def test_only_plain_http_urls_are_called(url: str) -> None:
    assert url_problem(url, ())


def test_an_installation_can_allow_a_host_an_address_or_a_network() -> None:
    inside = ip_address("10.1.2.3")
    assert is_allowed("erp.local", inside, ["ERP.local"])
    assert is_allowed("x", inside, ["10.1.0.0/16"]) and is_allowed("x", inside, ["10.1.2.3"])
    assert not is_allowed("x", inside, ["erp.local", "10.2.0.0/16", "nonsense/99", "fd00::/8"])
    assert url_problem("http://10.1.2.3/hook", ["10.1.0.0/16"]) is None
    assert url_problem("https://example.com/hook", ()) is None


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    async with receiving("redirect") as receiver:
        answer = await post(receiver.url, b"{}", {}, ["127.0.0.1"])
        assert (answer.status_code, len(receiver.calls)) == (302, 1)


async def test_an_endless_answer_is_cut_off() -> None:
    async with receiving("flood") as receiver:
        with pytest.raises(OutgoingError, match="more than"):
            await post(receiver.url, b"{}", {}, ["127.0.0.1"])
        assert receiver.sent_bytes < 200 * MAX_ANSWER_BYTES, "it did not read the 10 GB"


async def test_a_receiver_that_hangs_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.5)
    async with receiving("hang") as receiver:
        begun = time.monotonic()
        with pytest.raises(OutgoingError):
            await post(receiver.url, b"{}", {}, ["127.0.0.1"])
        assert time.monotonic() - begun < 3


async def test_a_receiver_that_closes_is_a_failure_with_a_sentence() -> None:
    async with receiving("close") as receiver:
        with pytest.raises(OutgoingError, match="disconnected") as failed:
            await post(receiver.url, b"{}", {}, ["127.0.0.1"])
        assert not failed.value.is_refused
