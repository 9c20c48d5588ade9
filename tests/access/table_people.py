"""The table's rows about signing in and the directory: see `table.py` for how to read them."""

from tests.access.callers import PASSWORD
from tests.access.table import ADMINS, ADMINS_NOTHING, EVERYBODY, SIGNED_IN, STAFF, Row

PEOPLE = {
    # Sign-in
    "register": Row(
        "POST", "/api/auth/register", EVERYBODY, {"email": "{unique}@example.org", "name": "New", "password": PASSWORD}
    ),
    "login": Row("POST", "/api/auth/login", EVERYBODY, {"email": "signed_out@example.com", "password": PASSWORD}),
    "refresh": Row("POST", "/api/auth/refresh", "1 1 1 1 1 1 1 1 1 1", {"refresh_token": "made up"}),
    "get_me": Row("GET", "/api/auth/me", SIGNED_IN),
    "change_password": Row(
        "POST", "/api/auth/password", "1 3 3 3 3 3 3 3 1 1", {"current": "wrong", "new": "a walk by the sea"}
    ),
    "request_password_reset": Row("POST", "/api/auth/password-reset", EVERYBODY, {"email": "{unique}@example.com"}),
    "reset_password": Row(
        "POST", "/api/auth/password-reset/confirm", "4 4 4 4 4 4 4 4 4 4", {"token": "made up", "password": PASSWORD}
    ),
    "list_api_tokens": Row("GET", "/api/auth/tokens", SIGNED_IN),
    "create_api_token": Row("POST", "/api/auth/tokens", SIGNED_IN, {"name": "reader", "scopes": ["ticket:read"]}),
    "revoke_api_token": Row("DELETE", "/api/auth/tokens/999999", "1 4 4 4 4 4 4 3 1 1"),
    "list_sessions": Row("GET", "/api/sessions", SIGNED_IN),
    "end_session": Row("DELETE", "/api/sessions/999999", "1 4 4 4 4 4 4 3 1 1"),
    "login_second_step": Row(
        "POST", "/api/auth/login/second-step", "1 1 1 1 1 1 1 1 1 1", {"challenge": "made up", "code": "000000"}
    ),
    "get_second_factor": Row("GET", "/api/auth/second-factor", SIGNED_IN),
    "begin_second_factor": Row("POST", "/api/auth/second-factor", SIGNED_IN, {"current": PASSWORD}),
    "confirm_second_factor": Row("POST", "/api/auth/second-factor/confirm", "1 3 3 3 3 3 3 3 1 1", {"code": "000000"}),
    "renew_recovery_codes": Row(
        "POST", "/api/auth/second-factor/recovery-codes", "1 4 4 4 4 4 4 3 1 1", {"code": "000000"}
    ),
    "remove_second_factor": Row("POST", "/api/auth/second-factor/remove", "1 4 4 4 4 4 4 3 1 1", {"code": "000000"}),
    "reset_second_factor": Row("DELETE", "/api/users/999999/second-factor", ADMINS_NOTHING),
    # People
    "list_users": Row("GET", "/api/users?q=agent", STAFF),
    "get_user": Row("GET", "/api/users/{customer}", STAFF),
    "create_user": Row("POST", "/api/users", ADMINS, {"email": "{unique}@example.com", "name": "New", "role": "agent"}),
    "update_user": Row("PATCH", "/api/users/{agent}", ADMINS, {"capacity": 20}),
    "end_sessions": Row("DELETE", "/api/users/999999/sessions", ADMINS_NOTHING),
    "set_user_skills": Row(
        "PUT", "/api/users/{agent}/skills", ADMINS, {"skills": [{"skill_id": "{skill}", "proficiency": 4}]}
    ),
    "update_preferences": Row("PATCH", "/api/users/me", SIGNED_IN, {"theme": "dark"}),
    "list_teams": Row("GET", "/api/teams", STAFF),
    "create_team": Row("POST", "/api/teams", ADMINS, {"name": "{unique}"}),
    "update_team": Row("PATCH", "/api/teams/{team}", ADMINS, {"description": "Helps"}),
    "list_members": Row("GET", "/api/teams/{team}/members", STAFF),
    "add_member": Row("POST", "/api/teams/{team}/members", ADMINS, {"user_id": "{agent}"}),
    "remove_member": Row("DELETE", "/api/teams/{team}/members/{admin}", ADMINS_NOTHING),
    "list_skills": Row("GET", "/api/skills", STAFF),
    "create_skill": Row("POST", "/api/skills", ADMINS, {"name": "{unique}"}),
    "rename_skill": Row("PATCH", "/api/skills/{skill}", ADMINS, {"name": "Network"}),
    "list_categories": Row("GET", "/api/categories", "1 + + + + + + + 1 1"),
    "create_category": Row("POST", "/api/categories", ADMINS, {"name": "{unique}"}),
    "list_organisations": Row("GET", "/api/organisations", STAFF),
    "get_organisation": Row("GET", "/api/organisations/{organisation}", STAFF),
    "create_organisation": Row("POST", "/api/organisations", ADMINS, {"name": "{unique}"}),
    "update_organisation": Row("PATCH", "/api/organisations/{organisation}", ADMINS, {"is_shared": True}),
    "list_custom_fields": Row("GET", "/api/custom-fields", "1 + + + + + + + 1 1"),
    "create_custom_field": Row(
        "POST", "/api/custom-fields", ADMINS, {"key": "{field_key}", "name": "Order number", "type": "text"}
    ),
    "update_custom_field": Row("PATCH", "/api/custom-fields/999999", ADMINS_NOTHING, {"name": "Order"}),
    "update_category": Row("PATCH", "/api/categories/{category}", ADMINS, {"name": "Internet"}),
}
LEAVING = {
    "end_other_sessions": Row("DELETE", "/api/sessions", SIGNED_IN),
    "logout": Row("POST", "/api/auth/logout", SIGNED_IN),
}
"""Tried last: they end the callers' sessions."""
