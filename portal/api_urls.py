"""Addresses under ``/api/v1/``."""

from django.urls import include, path
from django.views.decorators.cache import never_cache
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import api as people
from procedures import api as catalogue

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        never_cache(SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html")),
        name="docs",
    ),
    path("procedures/", catalogue.Procedures.as_view(), name="procedures"),
    path("procedures/<str:code>/", catalogue.Procedure.as_view(), name="procedure"),
    path("procedures/<str:code>/agencies/", catalogue.Agencies.as_view(), name="agencies"),
    path("me/", people.Me.as_view(), name="me"),
    path("", include("dossiers.api.urls")),
]
