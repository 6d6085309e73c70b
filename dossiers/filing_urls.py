"""Addresses under ``/nop-ho-so/``."""

from django.urls import path, re_path

from dossiers.views import filing_end, filing_form, filing_start

_DRAFT = "ban-nhap/<uuid:public_id>"

app_name = "filing"
urlpatterns = [
    re_path(r"^(?P<code>[0-9]\.[0-9]{6})/$", filing_start.start, name="start"),
    path(f"{_DRAFT}/", filing_start.resume, name="resume"),
    path(f"{_DRAFT}/noi-nhan/", filing_start.agency, name="agency"),
    path(f"{_DRAFT}/nguoi-nop/", filing_start.applicant, name="applicant"),
    path(f"{_DRAFT}/xoa/", filing_start.delete, name="delete"),
    path(f"{_DRAFT}/to-khai/<slug:key>/", filing_form.group, name="group"),
    path(f"{_DRAFT}/to-khai/<slug:key>/luu/", filing_form.autosave, name="autosave"),
    path(f"{_DRAFT}/giay-to/", filing_end.papers, name="papers"),
    path(f"{_DRAFT}/nhan-ket-qua/", filing_end.delivery, name="delivery"),
    path(f"{_DRAFT}/xem-lai/", filing_end.review, name="review"),
]
