"""What a workflow sends really goes out: over SMTP and by a signed call, in its words, once, unless it was stopped."""

import msgspec

from api.installation.commands import update_settings
from api.installation.rules import InstallationPatch
from api.notifications.commands.choices import unsubscribe
from api.webhooks.commands import create_webhook
from api.webhooks.wire import NewWebhook
from tests.api.notifications.test_mail import Postbox, Posting, postbox, posting  # noqa: F401 (fixtures)
from tests.api.workflows.conftest import Flowing
from tests.receivers import receiving

CUSTOMER = "customer@example.com"
MAIL = {
    "type": "send_email",
    "to": ["customer", "assignee"],
    "subject": "We look into {{ ticket.number }}",
    "body": "Dear {{ customer.name }},\n\nabout **{{ ticket.subject }}**.",
}


async def test_an_email_arrives_in_the_words_of_the_workflow(
    flowing: Flowing, posting: Posting, postbox: tuple[Postbox, str]  # noqa: F811
) -> None:  # fmt: skip
    await flowing.workflow("ticket.created", MAIL)
    ticket = await flowing.opened(category_id=flowing.world.category, subject="{{ 7 * 7 }} <i>&")
    await posting.post()
    number = (await flowing.seen("customer", ticket)).number
    (letter,) = [each for each in postbox[0].to(CUSTOMER) if each["Subject"] == f"We look into {number}"]
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Dear Customer," in text.get_content()
    assert "<strong>{{ 7 * 7 }} &lt;i&gt;&amp;</strong>" in html.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"
    stop = str(letter["List-Unsubscribe"]).strip("<>")
    assert "/unsubscribe/" in stop
    assert len(postbox[0].to("agent@example.com")) == 2  # assigned, and this


async def test_who_stopped_such_letters_gets_none_and_the_queue_says_why(
    flowing: Flowing, posting: Posting  # noqa: F811
) -> None:  # fmt: skip
    await flowing.do("customer", unsubscribe, flowing.world.customer, "workflow")
    await flowing.workflow("ticket.created", MAIL)
    await flowing.opened(category_id=flowing.world.category)
    await posting.post()
    fates = await posting.fates(user_id=flowing.world.customer)
    assert ("workflow", "suppressed", "unsubscribed") in fates


async def test_a_call_reaches_the_endpoint(flowing: Flowing, posting: Posting) -> None:  # noqa: F811
    async with receiving(200) as receiver:
        await flowing.do("admin", update_settings, InstallationPatch(allowed_webhook_hosts=["127.0.0.1"]))
        hook = NewWebhook(name="Orders", url=receiver.url, events=["csat.rated"], is_active=True)
        webhook = await flowing.do("admin", create_webhook, hook)
        await flowing.workflow("ticket.created", {"type": "trigger_webhook", "webhook_id": webhook.id})
        ticket = await flowing.opened()
        await posting.post()
        (call,) = receiver.calls
        told = msgspec.json.decode(call.body)
        assert (told["type"], told["data"]["ticket"]["id"]) == ("workflow.triggered", ticket)
        assert call.headers["webhook-signature"].startswith("v1,")
