"""The schema is the committed file, and its page runs nothing but our own files."""

import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.drainage import GENERATOR_STATS

from portal.settings.api import REST_FRAMEWORK

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def written():
    return yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            yield f"{method.upper()} {path}", described


def test_the_committed_schema_is_what_the_code_says_without_one_warning(tmp_path):
    target = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(target), validate=True, fail_on_warn=True, stdout=StringIO())
    assert target.read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8"), "make openapi writes it anew"
    assert not GENERATOR_STATS


def test_the_schema_is_served(client, db):
    served = client.get("/api/v1/schema/", HTTP_ACCEPT="application/vnd.oai.openapi+json").json()
    assert served["openapi"].startswith("3.1")
    assert "/api/v1/me/drafts/" in served["paths"]


def test_every_operation_says_what_it_is_for_and_what_it_may_refuse(written):
    for name, described in operations(written):
        assert described["summary"], name
        assert {"400", "401", "403", "405", "406", "429"} <= described["responses"].keys(), name
    ids = [described["operationId"] for _name, described in operations(written)]
    assert len(ids) == len(set(ids))


def test_no_object_of_a_request_takes_names_that_it_does_not_have(written):
    schemas = written["components"]["schemas"]
    for name, described in operations(written):
        for content in described.get("requestBody", {}).get("content", {}).values():
            assert schemas[content["schema"]["$ref"].rpartition("/")[2]]["additionalProperties"] is False, name
    assert schemas["ItemInRequest"]["additionalProperties"] is False


def test_every_refusal_has_the_one_shape(written):
    for refusal in written["components"]["responses"].values():
        assert refusal["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_the_schema_names_no_password_and_no_secret(written):
    text = COMMITTED.read_text(encoding="utf-8")
    assert not re.search(r"password|secret|search_text|is_staff|is_superuser", text)
    assert list(written["components"]["securitySchemes"]) == ["cookieAuth", "token"]


def test_the_page_loads_only_our_own_files_and_has_nothing_inline(client, db):
    page = client.get("/api/v1/docs/")
    assert page["Content-Security-Policy"].count("'unsafe") == 0
    html = page.content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(sources) >= 5
    assert all(source.startswith("/") for source in sources)
    assert not re.search(r"<style|<script>|\son\w+=|\sstyle=", html)
    script = client.get(re.search(r'<script src="(/api/v1/docs/[^"]*)"', html)[1])
    assert script["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle" in script.content.decode()


def test_answers_come_as_json_only():
    assert REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]
    assert REST_FRAMEWORK["DEFAULT_PARSER_CLASSES"] == ["core.api.parsing.StrictJSONParser"]
