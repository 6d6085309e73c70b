"""Addresses of the catalogue."""

from django.urls import path, re_path

from procedures import views

app_name = "procedures"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    re_path(r"^(?P<code>[0-9]\.[0-9]{6})/$", views.procedure, name="procedure"),
]
