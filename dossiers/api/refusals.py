"""What the services refuse, told in the API's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.api import errors
from core.files import checks
from dossiers import papers, selectors, services
from dossiers.models import Dossier, Paper
from dossiers.views import officer_bulk


@contextmanager
def refusals(*, to_officer: bool = False) -> Iterator[None]:
    """Turn a refusal of the domain into an answer; only officers are told which colleague was faster.

    :raises errors.ApiError: in place of what the services raise.
    """
    try:
        yield
    except services.StaleDossier as error:
        raise stale(error, to_officer=to_officer) from error
    except services.StepNotPossible as error:
        raise errors.conflict(_("The step is not possible in this status."), code="step_not_possible") from error
    except services.NotPermitted as error:
        raise errors.ApiError(status=HTTPStatus.FORBIDDEN) from error
    except services.DraftConflict as error:
        raise errors.ApiError(status=HTTPStatus.PRECONDITION_FAILED) from error
    except services.InvalidStep as error:
        fields = {error.field: [error.message]}
        raise errors.unprocessable(error.message, code="invalid_step", fields=fields) from error
    except services.Incomplete as error:
        raise _incomplete(error) from error
    except papers.PapersClosed as error:
        raise errors.conflict(error.message, code="papers_closed") from error
    except (papers.PaperError, checks.Rejected) as error:
        raise errors.unprocessable(error.message, code="paper_refused", fields={"file": [error.message]}) from error
    except (Dossier.DoesNotExist, Paper.DoesNotExist) as error:
        raise errors.ApiError(status=HTTPStatus.NOT_FOUND) from error


def _incomplete(error: services.Incomplete) -> errors.ApiError:
    fields = by_place(error.errors)
    if fields.keys() == {"papers"}:
        return errors.conflict(fields["papers"][0], code="papers_being_checked")
    return errors.unprocessable(_("Something is still missing."), code="incomplete", fields=fields)


def by_place(found: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return messages by place, each a list."""
    return {
        place: [str(text) for text in texts] if isinstance(texts, list) else [str(texts)]
        for place, texts in found.items()
    }


def stale(error: services.StaleDossier, *, to_officer: bool) -> errors.ApiError:
    """Say that somebody was faster, and to officers who, with what and when."""
    if not to_officer:
        return errors.conflict(_("The dossier was changed meanwhile. Read it again."), code="stale")
    event = error.event
    told = {
        "who": (event.actor.get_full_name() if event.actor else str(_("The system"))) if event else "",
        "what": event.kind if event else "",
        "at": timezone.localtime(event.at).isoformat() if event else None,
        "version": event.seq if event else 0,
    }
    return errors.conflict(officer_bulk.faster(error), code="stale", told=told)


def check_version(dossier: Dossier, expected: int, *, to_officer: bool = False) -> None:
    """Make sure that the caller has read the newest version.

    :raises errors.ApiError: somebody changed it since (409).
    """
    if expected != dossier.version:
        raise stale(services.StaleDossier(selectors.last_event(dossier.pk)), to_officer=to_officer)


def form_refused(found: Mapping[str, Any]) -> errors.ApiError:
    """Tell what a form of the pages does not accept; ``__all__`` belongs to no field."""
    fields = {("" if name == "__all__" else name): [str(text) for text in texts] for name, texts in found.items()}
    return errors.unprocessable(_("This can't be accepted as it is."), code="invalid_step", fields=fields)
