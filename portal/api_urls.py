"""Addresses under ``/api/v1/``."""

from csp.decorators import csp_update
from django.urls import include, path
from django.views.decorators.cache import never_cache
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import api as people
from procedures import api as catalogue

app_name = "api"
# The style sheet of Swagger UI brings its own small pictures along.
pictures = csp_update({"img-src": ["data:"]})
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        never_cache(
            pictures(SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"))
        ),
        name="docs",
    ),
    path("procedures/", catalogue.Procedures.as_view(), name="procedures"),
    path("procedures/<str:code>/", catalogue.Procedure.as_view(), name="procedure"),
    path("procedures/<str:code>/agencies/", catalogue.Agencies.as_view(), name="agencies"),
    path("me/", people.Me.as_view(), name="me"),
    path("", include("dossiers.api.urls")),
]
