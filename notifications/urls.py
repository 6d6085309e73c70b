"""Addresses of messages: callbacks of providers, short links, the fragment of a dossier's page, the demo's phone."""

from django.urls import path

from notifications.views import dossier, handset, links, receipts

app_name = "notifications"
urlpatterns = [
    path("webhooks/<slug:provider>/", receipts.receipt, name="receipt"),
    path("webhooks/<slug:provider>/<str:secret>/", receipts.receipt, name="receipt_with_secret"),
    path("h/<slug:token>", links.short_link, name="short_link"),
    path("ho-so/<str:code>/tin-nhan/", dossier.messages, name="dossier_messages"),
    path("dien-thoai/", handset.handset, name="handset"),
]
