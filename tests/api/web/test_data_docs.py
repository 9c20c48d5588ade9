"""What dbt knows of the warehouse: one page for staff, in a sandbox that reaches neither the session nor the API."""

import gzip

import httpx

from api.settings import Settings
from tests.api.web.test_pages import browser, sign_in

__all__ = ["browser"]


async def test_staff_read_what_the_data_mean_in_a_sandbox(browser: httpx.AsyncClient, settings: Settings) -> None:
    await sign_in(browser, "agent")
    missing = await browser.get("/docs/data")
    assert missing.status_code == 404
    settings.data_docs.parent.mkdir(parents=True, exist_ok=True)
    settings.data_docs.write_bytes(gzip.compress(b"<!doctype html><title>dbt</title>"))
    page = await browser.get("/docs/data")
    assert page.text == "<!doctype html><title>dbt</title>"
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts") and "allow-same-origin" not in policy
    assert "default-src 'none'" in policy and "connect-src" not in policy and "http" not in policy
    await sign_in(browser, "customer")
    assert (await browser.get("/docs/data")).status_code == 403
