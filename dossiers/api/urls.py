"""Addresses of drafts, dossiers, lookup and desk under ``/api/v1/``; their namespace is the API's."""

from django.urls import path

from dossiers.api import drafts, officer, own, papers, public, steps

urlpatterns = [
    path("lookup/", public.Lookup.as_view(), name="lookup"),
    path("me/drafts/", drafts.Drafts.as_view(), name="drafts"),
    path("me/drafts/<uuid:id>/", drafts.Draft.as_view(), name="draft"),
    path("me/drafts/<uuid:id>/answers/<str:group>/", drafts.DraftAnswers.as_view(), name="draft-answers"),
    path("me/drafts/<uuid:id>/missing/", drafts.DraftMissing.as_view(), name="draft-missing"),
    path("me/drafts/<uuid:id>/papers/", papers.DraftPapers.as_view(), name="draft-papers"),
    path("me/drafts/<uuid:id>/submit/", drafts.DraftSubmission.as_view(), name="draft-submit"),
    path("me/dossiers/", own.OwnDossierList.as_view(), name="own-dossiers"),
    path("me/dossiers/<str:code>/", own.OwnDossier.as_view(), name="own-dossier"),
    path("me/dossiers/<str:code>/clock/", own.OwnClock.as_view(), name="own-clock"),
    path("me/dossiers/<str:code>/messages/", own.OwnThread.as_view(), name="own-messages"),
    path("me/dossiers/<str:code>/papers/", papers.DossierPapers.as_view(), name="own-papers"),
    path("me/dossiers/<str:code>/supply/", own.Supply.as_view(), name="own-supply"),
    path("me/dossiers/<str:code>/timeline/", own.OwnTimeline.as_view(), name="own-timeline"),
    path("me/dossiers/<str:code>/withdraw/", own.Withdrawal.as_view(), name="own-withdraw"),
    path("me/papers/<uuid:id>/", papers.OwnPaper.as_view(), name="own-paper"),
    path("officer/queues/", officer.Queues.as_view(), name="queues"),
    path("officer/queues/<slug:queue>/", officer.Queue.as_view(), name="queue"),
    path("officer/search/", officer.Search.as_view(), name="search"),
    path("officer/officers/", officer.Officers.as_view(), name="officers"),
    path("officer/papers/<uuid:id>/", papers.DeskPaper.as_view(), name="desk-paper"),
    path("officer/dossiers/<str:code>/", officer.OneDossier.as_view(), name="desk-dossier"),
    *(path(f"officer/dossiers/<str:code>/{name}/", view, name=f"step-{name}") for name, view in steps.STEPS.items()),
]
