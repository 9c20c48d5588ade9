"""What things are called on pages: statuses, priorities, clocks, messages. `N_` marks a text for the catalogues."""

import msgspec


def N_(text: str) -> str:
    """Mark a text for translation where it is used."""
    return text


class Word(msgspec.Struct, frozen=True):
    """A label (untranslated) and the icon that goes with it."""

    label: str
    icon: str


STATUS = {
    "open": Word(N_("Open"), "circle"),
    "assigned": Word(N_("Assigned"), "user"),
    "in_progress": Word(N_("In progress"), "circle-dot"),
    "pending": Word(N_("Pending"), "circle-pause"),
    "escalated": Word(N_("Escalated"), "siren"),
    "resolved": Word(N_("Resolved"), "circle-check"),
    "closed": Word(N_("Closed"), "archive"),
}
STANDING = {
    "open": N_("We have received your complaint"),
    "assigned": N_("We have received your complaint"),
    "in_progress": N_("We are working on it"),
    "pending": N_("We are waiting for you"),
    "escalated": N_("We are working on it with priority"),
    "resolved": N_("We believe this is solved"),
    "closed": N_("Closed"),
}
"""A status as its customer reads it."""

SHORT_STANDING = {
    "open": N_("Received"),
    "assigned": N_("Received"),
    "in_progress": N_("We are working on it"),
    "pending": N_("We are waiting for you"),
    "escalated": N_("We are working on it"),
    "resolved": N_("Solved"),
    "closed": N_("Closed"),
}
PRIORITY = {
    "critical": Word(N_("Critical"), "octagon-alert"),
    "high": Word(N_("High"), "chevrons-up"),
    "medium": Word(N_("Medium"), "equal"),
    "low": Word(N_("Low"), "chevron-down"),
}
CLOCK = {
    "running": Word(N_("On track"), "clock"),
    "at_risk": Word(N_("At risk"), "hourglass"),
    "breached": Word(N_("Breached"), "triangle-alert"),
    "paused": Word(N_("Paused"), "pause"),
    "met": Word(N_("Met"), "check"),
}
TARGET = {
    "first_response": N_("First response"),
    "next_response": N_("Next response"),
    "periodic_update": N_("Update to the customer"),
    "resolution": N_("Resolution"),
    "escalation": N_("Escalation"),
    "escalation_2": N_("Escalation, step 2"),
    "escalation_3": N_("Escalation, step 3"),
}
AVAILABILITY = {
    "available": Word(N_("Available"), "circle-check"),
    "away": Word(N_("Away"), "clock"),
    "offline": Word(N_("Offline"), "circle-x"),
}
THEME = {"system": N_("As the device"), "light": N_("Light"), "dark": N_("Dark")}
DENSITY = {"comfortable": N_("Comfortable rows"), "compact": N_("Compact rows")}
SOURCE = {"web": N_("Web"), "api": N_("API"), "email": N_("E-mail"), "import": N_("Import")}
ROLE = {"customer": N_("Customer"), "agent": N_("Agent"), "admin": N_("Administrator")}

VIEW = {
    "mine": Word(N_("Mine"), "user"),
    "my_teams": Word(N_("My teams"), "users"),
    "unassigned": Word(N_("Unassigned"), "inbox"),
    "at_risk": Word(N_("At risk"), "hourglass"),
    "breached": Word(N_("Breached"), "triangle-alert"),
    "pending": Word(N_("Pending"), "circle-pause"),
    "all": Word(N_("All tickets"), "layers"),
}
NOTHING = {
    "mine": N_("Nothing is assigned to you."),
    "my_teams": N_("Your teams have nothing open."),
    "unassigned": N_("Nothing waits for an agent."),
    "at_risk": N_("No deadline is at risk."),
    "breached": N_("No open ticket is over its time."),
    "pending": N_("We wait for no customer."),
    "all": N_("There are no tickets yet."),
}
"""What an empty view says."""

ORDER = {
    "due": N_("Next deadline first"),
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "updated": N_("Last changed first"),
}
OUTCOME = {
    "upheld": N_("Upheld"),
    "partly_upheld": N_("Partly upheld"),
    "not_upheld": N_("Not upheld"),
    "withdrawn": N_("Withdrawn"),
}
REMEDY = {
    "apology": N_("Apology"),
    "explanation": N_("Explanation"),
    "repair": N_("Repair"),
    "replacement": N_("Replacement"),
    "refund": N_("Refund"),
    "compensation": N_("Compensation"),
    "other": N_("Something else"),
}
LINK = {
    "related": N_("Related to"),
    "duplicate_of": N_("Duplicate of"),
    "duplicated_by": N_("Has the duplicate"),
    "parent": N_("Part of"),
    "child": N_("Has the part"),
    "merged_from": N_("Merged from"),
    "merged_into": N_("Merged into"),
}
MATCH = {
    "subject": Word(N_("Subject"), "mail"),
    "description": Word(N_("Description"), "mail"),
    "comment": Word(N_("Comment"), "message-square"),
    "internal_note": Word(N_("Internal note"), "lock"),
}
"""Where a search found its words."""

NOTICE = {
    "created": Word(N_("Received"), "mail"),
    "assigned": Word(N_("Assigned to you"), "user-plus"),
    "status_changed": Word(N_("The status changed"), "circle-dot"),
    "comment_added": Word(N_("New comment"), "message-square"),
    "mention": Word(N_("You were mentioned"), "user"),
    "at_risk": Word(N_("A deadline is at risk"), "hourglass"),
    "breached": Word(N_("A deadline was missed"), "triangle-alert"),
    "escalated": Word(N_("Escalated"), "siren"),
    "workflow": Word(N_("A rule of your team"), "bell"),
    "webhook_disabled": Word(N_("A webhook failed for too long and was switched off"), "unplug"),
}
URGENCY = {
    "low": N_("A little"),
    "medium": N_("It is a nuisance"),
    "high": N_("I cannot go on"),
}
"""Priorities a customer may choose from, as the answer to how badly it holds them up."""

DONE = {
    "helped": N_("Good. Nothing was sent, and nothing is open."),
    "merged_elsewhere": N_("Your complaint goes on here, together with another one."),
    "rated": N_("Thank you. Your rating is here."),
    "password": N_("Your password is changed. You are signed out everywhere else."),
    "second_factor_off": N_("Two-step sign-in is off."),
    "second_factor_reset": N_("Two-step sign-in is off for this person, who can set it up anew."),
    "signed_out_there": N_("You are signed out there."),
    "signed_out_elsewhere": N_("You are signed out everywhere else."),
    "reset": N_("Your password is changed. Sign in with the new one."),
    "registered": N_("Welcome. Your account is ready."),
    "signed_out": N_("You are signed out."),
    "complained": N_("We have received your complaint. You will find our answer here."),
    "opened": N_("Ticket opened."),
    "replied": N_("Your reply was sent."),
    "noted": N_("Internal note added."),
    "moved": N_("Status changed."),
    "solved": N_("Thank you. The complaint is marked as solved."),
    "reopened": N_("The complaint is open again."),
    "prioritised": N_("Priority changed."),
    "assigned": N_("Assigned."),
    "taken": N_("This ticket is yours now."),
    "handed_back": N_("Handed back to the queue."),
    "escalated": N_("Escalated."),
    "tagged": N_("Tags changed."),
    "watched": N_("You watch this ticket now."),
    "unwatched": N_("You watch this ticket no more."),
    "muted": N_("You hear no more of this ticket."),
    "snoozed": N_("Snoozed."),
    "timing": N_("Your timer runs."),
    "timed": N_("Time written down."),
    "untimed": N_("Time taken back."),
    "merged": N_("Merged into this ticket."),
    "linked": N_("Linked."),
    "unlinked": N_("The link is gone."),
    "split": N_("This is the new ticket."),
    "inserted": N_("Inserted into your draft."),
    "name_taken": N_("You keep a search of that name already, or too many."),
    "kept": N_("Search saved."),
    "forgotten": N_("Search deleted."),
    "saved": N_("Saved."),
    "removed": N_("Removed."),
    "first_ticket": N_("This is your first ticket. Its clocks run: answer it."),
    "switched_on": N_("Switched on."),
    "switched_off": N_("Switched off."),
    "restored": N_("These are the words as they came."),
    "sent_again": N_("It is sent again. Load the page anew to see what came of it."),
    "tested": N_("A test is on its way. Load the page anew to see what came of it."),
    "signed_out_everywhere": N_("Signed out everywhere."),
    "read": N_("All marked as read."),
}
"""What a page says after a form was sent, by the key that the redirect carried."""

PROBLEM = {
    "idempotency.mismatch": N_(
        "You sent this form before, with other words, and that has arrived. Send it again if you mean it."
    ),
    "attachment.too_slow": N_("A file lay here for too long. Untick it, and choose it again."),
    "auth.wrong": N_("The e-mail address or the password is not right."),
    "auth.wrong_code": N_("This code is not right, or was used before. Wait for the next one."),
    "auth.challenge": N_("This took too long. Sign in again from the beginning."),
    "second_factor.begin": N_("The time to set it up is over. Begin again."),
    "second_factor.off": N_("Two-step sign-in is not set up."),
    "second_factor.on": N_("Two-step sign-in is set up already."),
    "auth.wrong_password": N_("The present password is not right."),
    "session.not_found": N_("That session is over already."),
    "auth.too_many": N_("Too many attempts. Wait a few minutes and try again."),
    "auth.email_taken": N_("There is an account with this e-mail address already. Sign in instead."),
    "ticket.not_found": N_("There is no such ticket, or it is not yours to read."),
    "ticket.stale": N_("Somebody else changed this ticket while you had it open."),
    "ticket.other_team": N_("This ticket belongs to another team. Ask its lead or an administrator."),
    "ticket.done": N_("This ticket is done. Reopen it first."),
    "ticket.not_an_agent": N_("Choose an active agent."),
    "time_entry.duration": N_("Write it as 1h 20m, 1.5h, 45m or 1:20, up to a day."),
    "time_entry.running": N_("Your timer runs already; stop it first."),
    "csrf.token": N_("This form is from another session. Go back, load the page again, and send it once more."),
}
"""Problem codes that pages put into words of their own, and so into every language; others show their own sentence."""

SCORE = {
    1: N_("Very bad"),
    2: N_("Bad"),
    3: N_("Neither good nor bad"),
    4: N_("Good"),
    5: N_("Very good"),
}
"""What a rating says."""

CUSTOMER_SCRIPT = {
    "sending": N_("Sending…"),
    "remove": N_("Leave out %(name)s"),
    "too_large": N_("%(name)s was left out: it is larger than %(size)s."),
    "too_many": N_("At most %(n)s files at once."),
    "failed": N_("%(name)s did not get through. Choose it again."),
    "offline": N_("Offline. Your text is safe."),
    "typing": N_("Somebody is writing an answer…"),
    "new_reply": N_("New answer"),
    "new": N_("New:"),
}
"""What scripts say to a customer."""

SCRIPT = {
    "d": N_("%(d)s d"),
    "h": N_("%(h)s h"),
    "m": N_("%(m)s m"),
    "s": N_("%(s)s s"),
    "over": N_("%(time)s over"),
    "left": N_("%(time)s left"),
    "at_risk": N_("At risk"),
    "breached": N_("Breached"),
    "undo": N_("Undo"),
    "why": N_("Details"),
    "close": N_("Close"),
    "sending": N_("Sending…"),
    "retry": N_("Try again"),
    "saved": N_("Draft saved %(time)s"),
    "unsaved": N_("Not saved yet"),
    "offline": N_("Offline. Your text is safe."),
    "failed": N_("That did not work. Nothing was changed."),
    "new": N_("%(n)s new"),
    "moved": N_("%(n)s moved away"),
    "refresh": N_("Show"),
    "chosen": N_("%(n)s selected"),
    "viewing": N_("%(name)s looks at this"),
    "replying": N_("%(name)s is writing a reply"),
    "noting": N_("%(name)s is writing a note"),
    "reply_arrived": N_("Somebody answered while you were writing. Read it, then send again."),
    "nothing": N_("No match"),
    "also": N_("Also changes: %(what)s"),
    "canned": N_("Canned responses"),
    "people": N_("People"),
    "as_note": N_("People are named in notes: write it as an internal note"),
}
"""What scripts say."""
