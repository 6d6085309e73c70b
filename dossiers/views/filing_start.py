"""Before the questions: what it takes, for whom and where; and coming back to a draft, or throwing it away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import selectors as people
from accounts.enums import Role
from accounts.models import Agency, User
from core import phones
from dossiers import quotas, selectors, services
from dossiers.enums import Status
from dossiers.forms import filing as forms
from dossiers.models import Dossier
from dossiers.views import filing
from procedures import selectors as catalogue
from procedures.enums import Channel
from procedures.models import ProcedureVersion

# With more agencies than this the page offers to find one by the commune's name.
_MANY_AGENCIES = 12


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Show what filing takes and begin a draft; whoever has one already is shown it first."""
    try:
        screen = _StartScreen(request, catalogue.published(code), at=timezone.now())
    except ProcedureVersion.DoesNotExist as error:
        raise Http404 from error
    if request.method != "POST" or "find" in request.POST:
        return screen.page()
    if screen.drafts and "another" not in request.POST:
        # The second tap of a finger, or a draft begun elsewhere meanwhile.
        return screen.page(status=409)
    form = screen.form(request.POST)
    if not form.is_valid():
        return screen.page(form, status=422)
    quotas.count_start(screen.user, at=screen.at)
    try:
        draft = services.start_draft(
            procedure=screen.version.procedure,
            actor=screen.user,
            at=screen.at,
            channel=screen.channel,
            **screen.arguments(form),
        )
    except (services.NotPermitted, services.StepNotPossible) as error:
        raise Http404 from error
    return filing.SeeOther(filing.journey_of(draft, at=screen.at).stops[0].url)


class _StartScreen:
    """The first screen, for the citizen, or for the counter when the address says so."""

    def __init__(self, request: HttpRequest, version: ProcedureVersion, *, at: datetime) -> None:
        assert isinstance(request.user, User)
        self.request, self.version, self.at, self.user = request, version, at, request.user
        self.is_at_counter = request.GET.get("kenh") == Channel.COUNTER
        self.channel = Channel.COUNTER if self.is_at_counter else Channel.ONLINE
        self.place = request.POST.get("place", "").replace("\x00", "")[:100]
        self.agencies = self._agencies()
        self.drafts = self._drafts()

    def _agencies(self) -> QuerySet[Agency]:
        offering = catalogue.offering_agencies(self.version.procedure_id)
        if not self.is_at_counter:
            return offering
        counters = offering.filter(pk__in=people.agencies_of(self.user, Role.RECEIVE))
        if not counters.exists():
            raise Http404
        return counters

    def _drafts(self) -> list[Dossier]:
        if not self.is_at_counter:
            return services.open_drafts(actor=self.user, procedure=self.version.procedure)
        begun = selectors.on_desk_of(self.user).filter(
            procedure=self.version.procedure, status=Status.DRAFT, channel=Channel.COUNTER, filed_by=self.user
        )
        return list(begun.order_by("-updated_at"))

    def form(self, data: Any = None) -> forms.AgencyForm:
        """Return the form; ``data`` is what was posted."""
        options: dict[str, Any] = {"agencies": self.agencies, "initial": {"agency": self._likely_agency()}}
        if self.is_at_counter:
            return forms.AgencyForm(data, **options)
        return forms.StartForm(
            data,
            memberships=people.memberships_of(self.user),
            mandates=people.mandates_held(self.user, at=self.at),
            **{**options, "initial": {**options["initial"], "whom": forms.SELF}},
        )

    def arguments(self, form: forms.AgencyForm) -> dict[str, Any]:
        """Return what the service takes from the valid form."""
        if isinstance(form, forms.StartForm):
            return form.arguments()
        return {"agency": form.cleaned_data["agency"]}

    def _found(self) -> QuerySet[Agency]:
        """Return the agencies of the commune that the reader names."""
        found = catalogue.offering_agencies(self.version.procedure_id, place=self.place)
        return found.filter(pk__in=self.agencies.values("pk"))

    def _likely_agency(self) -> Agency | None:
        """Return the only agency, or the one of the commune where the person lives."""
        first_two = list(self.agencies[:2])
        if len(first_two) < 2 or self.is_at_counter:
            return next(iter(first_two), None)
        address = people.profile_values(self.user)["address"]
        home = address.get("commune", "") if isinstance(address, dict) else ""
        return self.agencies.filter(commune_id=home).first() if home else None

    def page(self, form: forms.AgencyForm | None = None, *, status: int = 200) -> HttpResponse:
        """Draw the page, or only the choice of agencies for a live search."""
        form = form or self._searched_form()
        context = {"form": form, "place_query": self.place, "is_many": self.agencies.count() > _MANY_AGENCIES}
        if self.request.headers.get("HX-Request") and "find" in self.request.POST:
            return render(self.request, "filing/_agency.html", context)
        papers = self.version.papers.all()
        context |= {
            "version": self.version,
            "drafts": self.drafts,
            "is_at_counter": self.is_at_counter,
            "term": next((row for row in catalogue.channel_terms(self.version) if row.channel == self.channel), None),
            "papers": [paper for paper in papers if not paper.is_looked_up],
            "looked_up": [paper for paper in papers if paper.is_looked_up],
            "may_start": self.agencies.exists(),
        }
        return render(self.request, "filing/start.html", context, status=status)

    def _searched_form(self) -> forms.AgencyForm:
        if "find" not in self.request.POST:
            return self.form()
        found = list(self._found()[:2]) if self.place else []
        form = self.form()
        for name in ("whom", "agency"):
            form.initial[name] = self.request.POST.get(name) or form.initial.get(name)
        if found:
            form.narrow(self._found())
        if len(found) == 1:
            form.initial["agency"] = found[0]
        return form


@require_http_methods(["GET", "HEAD"])
@filing.draft_page
def resume(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Lead to the first screen on which something is still missing."""
    now = timezone.now()
    journey = filing.journey_of(draft, at=now)
    return redirect(filing.first_gap(journey, services.missing(draft, at=now)))


@require_http_methods(["GET", "HEAD", "POST"])
@filing.draft_page
def agency(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Let the draft go to another agency that receives the procedure."""
    journey = filing.journey_of(draft, at=timezone.now())
    if not isinstance(request.user, User):
        raise Http404
    agencies = catalogue.offering_agencies(draft.procedure_id)
    if filing.is_at_counter(draft):
        agencies = agencies.filter(pk__in=people.agencies_of(request.user, Role.RECEIVE))
    form = forms.AgencyForm(request.POST or None, agencies=agencies, initial={"agency": draft.agency_id})
    if request.method == "POST" and form.is_valid():
        services.update_draft(
            public_id=draft.public_id, actor=request.user, at=timezone.now(), agency=form.cleaned_data["agency"]
        )
        return filing.SeeOther(journey.url(filing.REVIEW))
    context = {**filing.frame(request, journey), "form": form}
    return render(request, "filing/agency.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@filing.draft_page
def applicant(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Take down who stands at the counter."""
    if not filing.is_at_counter(draft):
        raise Http404
    now = timezone.now()
    journey = filing.journey_of(draft, at=now)
    initial = {name: getattr(draft, name) for name in forms.ApplicantForm.base_fields}
    initial["applicant_phone"] = phones.display_mobile(draft.applicant_phone)
    form = forms.ApplicantForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.update_draft(public_id=draft.public_id, actor=request.user, at=now, **form.cleaned_data)  # type: ignore[arg-type]
        return filing.onward(request, journey, "applicant")
    context = {**filing.frame(request, journey, "applicant"), "form": form}
    return render(request, "filing/applicant.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@filing.draft_page
def delete(request: HttpRequest, draft: Dossier) -> HttpResponse:
    """Throw a draft away, after the person has said so once more."""
    if request.method == "POST":
        if "sure" not in request.POST:
            raise BadRequest
        services.delete_draft(public_id=draft.public_id, actor=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The draft has been deleted."))
        return filing.SeeOther(filing.way_out(draft))
    context = filing.frame(request, filing.journey_of(draft, at=timezone.now()))
    return render(request, "filing/delete.html", context)
