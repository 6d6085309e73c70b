"""Addresses under ``/can-bo/``."""

from django.urls import path

from dossiers.views import officer, officer_bulk, officer_dossier, officer_queues, officer_steps

app_name = "desk"
urlpatterns = [
    path("", officer.home, name="home"),
    path("so-dem/", officer.counts, name="counts"),
    path("viec/", officer.tasks, name="tasks"),
    path("lap-ho-so/", officer.filing, name="filing"),
    path("tim/", officer_queues.search, name="search"),
    path("hang-doi/<slug:slug>/", officer_queues.queue, name="queue"),
    path("hang-loat/", officer_bulk.bulk, name="bulk"),
    path("bo-loc/", officer_queues.save_filter, name="save_filter"),
    path("bo-loc/<int:filter_id>/xoa/", officer_queues.delete_filter, name="delete_filter"),
    path("ho-so/<str:code>/", officer_dossier.dossier, name="dossier"),
    path("ho-so/<str:code>/<slug:slug>/", officer_steps.step, name="step"),
]
