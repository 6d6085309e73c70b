from django.urls import path

from benchmarks.reference import views

urlpatterns = [
    path("change", views.change),
    path("list", views.listing),
    path("file", views.file),
    path("healthz", views.alive),
]
