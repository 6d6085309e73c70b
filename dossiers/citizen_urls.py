"""Addresses under ``/ho-so/``."""

from django.urls import path

from dossiers.views import citizen, citizen_dossier, citizen_receipt, citizen_supply

app_name = "citizen"
urlpatterns = [
    path("", citizen.dossiers, name="list"),
    path("<str:code>/", citizen_dossier.dossier, name="dossier"),
    path("<str:code>/nhan-tin/", citizen_dossier.write, name="write"),
    path("<str:code>/rut-ho-so/", citizen_dossier.withdraw, name="withdraw"),
    path("<str:code>/bo-sung/", citizen_supply.supply, name="supply"),
    path("<str:code>/giay-tiep-nhan/", citizen_receipt.receipt, name="receipt"),
    path("<str:code>/qr.svg", citizen_receipt.qr, name="qr"),
]
