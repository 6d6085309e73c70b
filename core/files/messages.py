"""What a citizen reads about a file: what is wrong with it, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.files.findings import Doubt, Reason

REASONS = {
    Reason.EMPTY: _("The file is empty. Please choose it again, or scan the paper again."),
    Reason.TOO_BIG: _(
        "The file has %(size)s; one file may have at most %(limit)s. Please scan at a lower resolution or split it."
    ),
    Reason.NO_EXTENSION: _("The file's name has no ending. Please attach a file ending in .pdf, .jpg or .png."),
    Reason.NOT_ALLOWED: _("This kind of file can't be used. Please attach a PDF, JPG, PNG, DOCX or XLSX file."),
    Reason.HEIC: _(
        "A .heic photo can't be used yet. Please take the photo again in JPG mode "
        "(iPhone: Settings, Camera, Formats, Most Compatible), or save it as JPG."
    ),
    Reason.OLD_OFFICE: _("This older kind of document can't be used. Please save it as PDF and attach the PDF."),
    Reason.PACKED: _("A packed file can't be used. Please unpack it and attach each paper by itself."),
    Reason.MACRO: _("The document holds macros, which we do not accept. Please save it as PDF and attach the PDF."),
    Reason.MISMATCH: _(
        "The content of the file is not what the ending of its name says. Please save it again, best as PDF."
    ),
    Reason.UNREADABLE: _(
        "The file can't be opened; it may be damaged or incomplete. Please scan the paper or save the file again."
    ),
    Reason.TOO_COMPLEX: _("The file is too complex to be opened safely. Please print it to PDF and attach that PDF."),
    Reason.TOO_MANY_PAGES: _("The file has more than %(pages)s pages. Please split it into several files."),
    Reason.TOO_MANY_PIXELS: _(
        "The picture is larger than %(megapixels)s million pixels. Please take or scan it at a lower resolution."
    ),
    Reason.PASSWORD: _("The file is locked with a password. Please attach a copy without one."),
    Reason.ACTIVE: _(
        "The PDF holds a script or a fill-in form that runs by itself. Please print it to PDF and attach the new file."
    ),
    Reason.EMBEDDED: _("Another file is hidden inside this one. Please attach each paper by itself, best as PDF."),
    Reason.EXTERNAL: _("The document draws on a file elsewhere. Please save it as PDF and attach the PDF."),
    Reason.SUSPICIOUS: _("The file is not built as it should be. Please print it to PDF and attach the new file."),
    Reason.INFECTED: _(
        "Harmful code was found in the file, so it was not kept. Please check your device and attach another copy."
    ),
}

DOUBTS = {
    Doubt.BLANK: _("The picture or the first pages look blank. Please look at it, and scan it again if it is."),
    Doubt.BLURRED: _(
        "The picture looks blurred. Please check that every line can be read; if not, take it again in good light."
    ),
}
