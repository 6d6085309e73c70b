"""Addresses under ``/tra-cuu/``."""

from django.urls import path

from dossiers.views import public

app_name = "lookup"
urlpatterns = [path("", public.find, name="lookup")]
