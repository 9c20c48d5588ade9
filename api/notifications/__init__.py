"""What people are told about the tickets they have to do with: in the app, by e-mail and in their browsers,
as they chose.

Tables: `notifications`, `notification_preferences`, `push_subscriptions`, `quiet_hours`, `ticket_mutes`, `email_templates`;
e-mails and pushes wait in `deliveries`. Appends: `template.updated`, `.restored`; a notice or a choice is no event. Reacts to: tickets', comments' and
clocks' events, `webhook.disabled`, `auth.password_reset_requested`.
"""
