from django.urls import path

from dossiers.views import papers, uploads

app_name = "papers"
urlpatterns = [
    path("tai-len/", uploads.collection, name="uploads"),
    path("tai-len/<uuid:public_id>/", uploads.resource, name="upload"),
    path("giay-to/<uuid:public_id>/", papers.file, name="file"),
    path("giay-to/go-bo/<uuid:public_id>/", papers.remove, name="remove"),
    path("giay-to/<uuid:public_id>/<str:key>/", papers.component, name="component"),
]
