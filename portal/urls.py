"""Addresses of the whole site; each app brings its own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from portal import views
from procedures import address

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("tai-khoan/", include("accounts.urls")),
    path("thu-tuc/", include("procedures.urls")),
    path("dia-chi/xa-phuong/", address.communes, name="communes"),
    path("nop-ho-so/", include("dossiers.filing_urls")),
    path("ho-so/", include("dossiers.citizen_urls")),
    path("tra-cuu/", include("dossiers.lookup_urls")),
    path("can-bo/", include("dossiers.officer_urls")),
    path("", include("dossiers.upload_urls")),
    path("", include("notifications.urls")),
    path("quan-tri/", admin.site.urls),
    path("api/v1/", include("portal.api_urls")),
    path("ngon-ngu/", set_language, name="set_language"),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.permission_denied"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
