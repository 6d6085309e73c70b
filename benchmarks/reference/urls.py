from benchmarks.reference import views
from django.urls import path

urlpatterns = [
    path("change", views.change),
    path("list", views.listing),
    path("file", views.file),
    path("healthz", views.alive),
]
