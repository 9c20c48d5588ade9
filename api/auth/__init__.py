"""Who is it: registration, sign-in, sessions, tokens; and the guard that asks every route for its right.

Tables: `sessions`, `refresh_tokens`, `password_resets`, `api_tokens`.
Appends: `user.registered`, `auth.logged_in`, `auth.login_failed`, `auth.logged_out`, `auth.refresh_reused`,
`auth.password_reset_requested`, `auth.password_changed`, `api_token.created`, `api_token.revoked`.
"""
