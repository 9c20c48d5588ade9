"""What people are told about the tickets they have to do with: in the app, and by e-mail as they chose.

Tables: `notifications`, `notification_preferences`, `quiet_hours`, `ticket_mutes`, `email_templates`; e-mails wait in
`deliveries`. Appends: `template.updated`, `.restored`; a notice or a choice is no event. Reacts to: tickets', comments' and
clocks' events, `webhook.disabled`.
"""
