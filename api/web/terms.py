"""What the administration calls things that its screens show: deliveries, mails, rights. Untranslated, as in `words`."""

from api.web.words import N_, Word

DELIVERY = {
    "waiting": Word(N_("Waiting"), "hourglass"),
    "sent": Word(N_("Sent"), "check"),
    "kept": Word(N_("Kept here"), "archive"),
    "dead": Word(N_("Given up"), "circle-x"),
    "suppressed": Word(N_("Not sent"), "ban"),
}
DELIVERY_CHIP = {"waiting": "pending", "sent": "resolved", "kept": "plain", "dead": "critical", "suppressed": "plain"}
FAILED = Word(N_("Failed"), "circle-x")
CHANNEL = {"email": N_("E-mail"), "push": N_("Push"), "webhook": N_("Webhook")}
REASON = {
    "own_address": N_("It is an address of our own"),
    "null_sender": N_("The address stands for nobody"),
    "duplicate": N_("It was sent already"),
    "recipient_limit": N_("Too many to this address within an hour"),
    "thread_limit": N_("Too many about this ticket within an hour"),
    "unsubscribed": N_("The person wants no such messages"),
    "muted": N_("The person muted the ticket"),
    "quiet_hours": N_("The person's quiet hours"),
    "inactive": N_("The person or endpoint is switched off"),
    "gone": N_("There is nobody there any more"),
    "refused": N_("It was refused"),
    "gave_up": N_("All tries failed"),
    "failing": N_("It answered nothing but failures for three days"),
}
FATE = {
    "ticket": Word(N_("Opened a ticket"), "plus"),
    "comment": Word(N_("Answered a ticket"), "reply"),
    "refused": Word(N_("Refused"), "ban"),
}
FATE_CHIP = {"ticket": "open", "comment": "resolved", "refused": "pending"}
TOPIC = {
    "created": N_("A complaint was received"),
    "assigned": N_("A ticket was assigned"),
    "customer_replied": N_("A customer replied"),
    "comment_added": N_("There is an answer"),
    "mention": N_("Somebody was mentioned"),
    "status_changed": N_("The status changed"),
    "resolved": N_("A complaint was resolved"),
    "at_risk": N_("A deadline is at risk"),
    "breached": N_("A deadline was missed"),
    "escalated": N_("A ticket was escalated"),
}
RIGHT = {
    "me": N_("One's own account and preferences"),
    "ticket:read": N_("Read tickets"),
    "ticket:create": N_("Open tickets"),
    "ticket:comment": N_("Comment on tickets"),
    "ticket:reopen": N_("Reopen tickets"),
    "ticket:work": N_("Work on tickets as an agent does"),
    "directory:read": N_("Read people, teams and policies"),
    "analytics:read": N_("Read figures"),
    "events:read": N_("Follow the log"),
    "mail:deliver": N_("Deliver mails"),
    "admin": N_("Everything an administrator may"),
}
"""What a token may do, by right."""

TRIGGER = {
    "ticket.created": N_("A ticket is opened"),
    "status_change": N_("Its status changes"),
    "priority_change": N_("Its priority changes"),
    "assignment": N_("It is assigned"),
    "comment": N_("Somebody comments"),
    "escalation": N_("It is escalated"),
    "sla_breach": N_("A deadline is missed"),
    "at_risk": N_("A deadline is at risk"),
    "time_based": N_("Time passes"),
}
CONDITION = {
    "status": N_("Status"),
    "priority": N_("Priority"),
    "source": N_("Source"),
    "category_id": N_("Subject area"),
    "team_id": N_("Team"),
    "skill_id": N_("Skill"),
    "assigned_agent_id": N_("Agent"),
    "customer_id": N_("Customer (id)"),
    "organisation_id": N_("Organisation"),
    "tags": N_("Tags"),
    "customer_tags": N_("Tags of the customer"),
    "subject": N_("Subject"),
    "escalation_level": N_("Level of escalation"),
    "reopen_count": N_("Times reopened"),
    "hours_since_created": N_("Hours since it was opened"),
    "hours_since_updated": N_("Hours since it changed"),
    "hours_since_status_change": N_("Hours in its status"),
    "is_breached": N_("A deadline was missed"),
    "old_status": N_("Status before"),
    "old_priority": N_("Priority before"),
    "comment_is_public": N_("The comment is public"),
    "comment_is_by_customer": N_("The comment is the customer's"),
    "sla_target": N_("Which deadline"),
}
OPERATOR = {
    "is": N_("is"),
    "is_not": N_("is not"),
    "in": N_("is one of"),
    "not_in": N_("is none of"),
    "is_set": N_("is set"),
    "is_not_set": N_("is empty"),
    "has_any": N_("has one of"),
    "has_all": N_("has all of"),
    "has_none": N_("has none of"),
    "contains": N_("contains"),
    "not_contains": N_("does not contain"),
    "at_least": N_("is at least"),
    "less_than": N_("is less than"),
}
BRANCH = {
    "all": N_("All of these hold"),
    "any": N_("One of these holds"),
    "not": N_("These do not hold together"),
}
ACTION = {
    "send_email": N_("Send an e-mail"),
    "send_notification": N_("Notify"),
    "update_ticket": N_("Change the ticket"),
    "assign_ticket": N_("Assign"),
    "add_comment": N_("Comment"),
    "add_tags": N_("Add tags"),
    "trigger_webhook": N_("Call a webhook"),
    "escalate_ticket": N_("Escalate"),
}
PERSON = {
    "customer": N_("The customer"),
    "assignee": N_("The agent"),
    "watchers": N_("Who watches it"),
    "team_leads": N_("The team's leads"),
}
RUN = {
    "done": Word(N_("Done"), "check"),
    "unchanged": Word(N_("Nothing to change"), "equal"),
    "failed": Word(N_("Failed"), "circle-x"),
    "stopped": Word(N_("Stopped"), "ban"),
}
RUN_CHIP = {"done": "resolved", "unchanged": "plain", "failed": "critical", "stopped": "pending"}
