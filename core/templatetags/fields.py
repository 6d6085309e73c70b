"""Form controls in the shape of the design system: label, hint, error, control, tied together for screen readers."""

from collections.abc import Iterable

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

# First match wins: the order is from the special to the general.
_CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.widgets.Input, "govuk-input"),
)


@register.simple_tag
def field(bound: BoundField, size: str = "", group_class: str = "", inline: bool = False) -> SafeString:
    """Render one bound field; ``size`` (s, m, l) makes the question the page's heading."""
    widget = bound.field.widget
    context: dict[str, object] = {"bound": bound, "size": size, "group_class": group_class}
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        shape = "checkboxes" if isinstance(widget, forms.CheckboxSelectMultiple) else "radios"
        context |= {
            "shape": shape,
            "inline": inline,
            "options": _options(bound, shape),
            "describedby": bound.aria_describedby,
        }
        return render_to_string("forms/choices.html", context)
    if isinstance(widget, forms.MultiWidget) or widget.use_fieldset:
        context |= {"control": bound.as_widget(), "describedby": bound.aria_describedby}
        return render_to_string("forms/parts.html", context)
    context["control"] = bound.as_widget(attrs=_attributes(bound))
    if isinstance(widget, forms.CheckboxInput):
        return render_to_string("forms/checkbox.html", context)
    return render_to_string("forms/field.html", context)


@register.inclusion_tag("forms/fields.html")
def fields(form: forms.BaseForm) -> dict[str, object]:
    """Render every field of a form, the hidden ones first."""
    return {"form": form}


@register.inclusion_tag("forms/error_summary.html")
def error_summary(*sources: forms.BaseForm | forms.BaseFormSet | None) -> dict[str, object]:
    """List what is wrong in forms and formsets, each line a link to its control."""
    return {"errors": [line for source in sources if source is not None for line in _lines(source)]}


def _attributes(bound: BoundField) -> dict[str, str | bool]:
    widget = bound.field.widget
    base = next((css for kind, css in _CONTROL_CLASSES if isinstance(widget, kind)), "")
    classes = [base, str(widget.attrs.get("class", ""))]
    if bound.errors and base:
        classes.append(f"{base}--error")
    css = " ".join(filter(None, classes))
    if isinstance(widget, forms.DateInput):
        return {"inputmode": "numeric", "class": f"{css} govuk-input--width-10"}
    return {"class": css}


def _options(bound: BoundField, shape: str) -> list[dict[str, object]]:
    return [
        {
            "control": _option_control(option, shape),
            "id": option.id_for_label,
            "label": option.choice_label,
        }
        for option in bound
    ]


def _option_control(option: forms.boundfield.BoundWidget, shape: str) -> SafeString:
    option.data["attrs"]["class"] = f"govuk-{shape}__input"
    return option.tag(wrap_label=False)


def _lines(source: forms.BaseForm | forms.BaseFormSet) -> Iterable[dict[str, str]]:
    if isinstance(source, forms.BaseFormSet):
        lines = [line for form in source.forms for line in _lines(form)]
        yield from ({"target": "", "text": str(text)} for text in _of_the_whole(source, is_told=bool(lines)))
        yield from lines
        return
    for name, errors in source.errors.items():
        if name in source.fields:
            bound = source[name]
            yield from ({"target": _target(bound), "text": _named(bound, str(text))} for text in errors)
        else:
            yield from ({"target": "", "text": str(text)} for text in errors)


def _of_the_whole(rows: forms.BaseFormSet, *, is_told: bool) -> Iterable[str]:
    """Return what is wrong with the rows as a whole; an empty row is one too few, which its own questions say."""
    for error in rows.non_form_errors().as_data():
        if not (is_told and error.code == "too_few_forms"):
            yield from error.messages


def _named(bound: BoundField, text: str) -> str:
    """Put the question before the text, unless the text names it or the question is a whole sentence to agree to."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return text
    return text if str(bound.label).casefold() in text.casefold() else f"{bound.label}: {text}"


def _target(bound: BoundField) -> str:
    """Return the id of the first control, so that the link from the summary lands in it."""
    if isinstance(bound.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.MultiWidget)):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id
