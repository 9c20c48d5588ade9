"""A form that cannot be used keeps what was typed and says what is wrong, where."""

from api.errors import Conflict, Invalid
from api.tickets.wire import NewTicket
from api.web.forms import Form
from api.web.http import local_path


def test_each_bad_field_has_its_own_problem() -> None:
    form = Form({"subject": "", "description": "x" * 20_001})
    wanted = form.convert(NewTicket, subject=form["subject"], description=form["description"])
    assert wanted is None
    assert form.problems == {"subject": "Please fill this in.", "description": "At most 20000 characters."}
    assert form.first == "subject"


def test_text_is_read_as_the_type_of_its_field() -> None:
    wanted = Form().convert(NewTicket, subject="a", description="b", category_id="7")
    assert wanted is not None
    assert wanted.category_id == 7


def test_a_refusal_stands_at_the_field_it_names_else_above_the_form() -> None:
    form = Form({"agent_id": "3"})
    form.refuse(Invalid("ticket.not_an_agent", "That is not an active agent.", field="agent_id"))
    assert form.problems["agent_id"] == "Choose an active agent."
    form.refuse(Conflict("ticket.new_code", "A sentence."))
    assert form.problem == "A sentence."


def test_a_number_that_is_none_reads_as_none() -> None:
    assert Form({"a": "12", "b": "-1", "c": "9" * 19, "d": "٣"}).whole("a") == 12
    assert [Form({"a": text}).whole("a") for text in ("", "-1", "9" * 19, "٣")] == [None] * 4


def test_signing_in_leads_only_to_places_on_this_host() -> None:
    assert local_path("/tickets?view=mine") == "/tickets?view=mine"
    for elsewhere in ("https://example.com", "//example.com", "/\\example.com", "/a\r\nSet-Cookie: x", "", None):
        assert local_path(elsewhere) is None
