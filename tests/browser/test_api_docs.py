"""The page of the API's documentation in a real browser."""


def test_the_page_shows_every_part_of_the_api_under_our_content_policy(new_page):
    page = new_page()
    page.goto("/api/v1/docs/")
    page.get_by_text("Begin a draft").wait_for()
    for tag in ("catalogue", "drafts", "dossiers", "papers", "lookup", "officer", "steps", "me"):
        assert page.locator(f"#operations-tag-{tag}").count() == 1
    page.get_by_text("Begin a draft").click()
    page.get_by_text("Idempotency-Key").first.wait_for()
