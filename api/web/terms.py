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
