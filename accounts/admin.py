"""Administration of agencies, officers, their roles, and a view of enterprises and mandates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.models import Agency, Commune, Enterprise, EnterpriseMember, Mandate, Province, RoleAssignment, User
from core.phones import InvalidPhone, normalise_mobile

SELF_GRANT = _("Nobody gives a role to themselves; please ask another administrator.")


class LookedAt(ModelAdmin):
    """Rows that people look at here and that are changed elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AgencyForm(forms.ModelForm):
    class Meta:
        model = Agency
        fields = "__all__"  # noqa: DJ007

    def clean_parent(self) -> Agency | None:
        """Return the parent.

        :raises ValidationError: the agency would belong to itself, however many levels up.
        """
        parent: Agency | None = self.cleaned_data["parent"]
        above = parent
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError(_("An agency can't belong to itself or to an agency below it."))
            above = above.parent
        return parent


@admin.register(Agency)
class AgencyAdmin(ModelAdmin):
    form = AgencyForm
    list_display = ("name", "code", "level", "parent", "calendar", "is_active")
    list_filter = ("level", "is_active", "calendar")
    list_select_related = ("parent", "calendar")
    search_fields = ("name", "code", "short_name", "commune__search_text")
    autocomplete_fields = ("parent", "commune")
    list_per_page = 100


@admin.register(Province)
class ProvinceAdmin(ModelAdmin):
    list_display = ("name", "kind", "code")
    search_fields = ("name",)
    readonly_fields = ("code",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Commune)
class CommuneAdmin(ModelAdmin):
    list_display = ("name", "code", "province")
    list_filter = ("province",)
    search_fields = ("search_text", "name")
    readonly_fields = ("code", "province")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class RoleAssignmentInline(TabularInline):
    """An officer's roles, on the officer's page; one's own are only shown."""

    model = RoleAssignment
    extra = 0
    autocomplete_fields = ("agency",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj != request.user and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj != request.user and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj != request.user and super().has_delete_permission(request, obj)


class OfficerForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = User
        fields = ("username", "full_name", "phone", "email", "language", "is_active", "is_staff")

    def clean_phone(self) -> str | None:
        """Return the number in the one spelling, or nothing.

        :raises ValidationError: it is no Vietnamese mobile number.
        """
        typed = self.cleaned_data["phone"]
        if not typed:
            return None
        try:
            return normalise_mobile(typed)
        except InvalidPhone:
            raise ValidationError(_("A Vietnamese mobile number, please, such as 0901 234 567.")) from None


@admin.register(User)
class OfficerAdmin(UserAdmin, ModelAdmin):
    """Officers and administrators only: a citizen's account is nobody's business here."""

    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("full_name", "username", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "assignments__role")
    search_fields = ("full_name", "username")
    ordering = ("full_name", "username")
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("username", "full_name", "phone", "email", "language", "is_active", "is_staff")}),)
    add_fieldsets = ((None, {"fields": ("username", "full_name", "password1", "password2")}),)
    inlines = (RoleAssignmentInline,)
    actions_detail = ("set_password",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        officers: QuerySet[User] = super().get_queryset(request)
        is_officer = Q(assignments__isnull=False) | Q(is_staff=True) | Q(profile__isnull=True, phone__isnull=True)
        officers = officers.filter(is_officer).distinct()
        return officers if request.user.is_superuser else officers.filter(is_superuser=False)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm]:
        # The form of Django's own admin wants the password's hash on the page; ours shows none.
        options.setdefault("form", self.add_form if obj is None else OfficerForm)
        form: type[forms.ModelForm] = ModelAdmin.get_form(self, request, obj, change=change, **options)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        # Nobody shuts themselves out, or lets themselves in.
        return ("is_active", "is_staff") if obj == request.user else ()

    @action(description=_("Set a new password"), url_path="set-password", permissions=["change"])
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:auth_user_password_change", args=[object_id]))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Let an administrator set an officer's password; one's own needs the old one, on the account page."""
        if str(id) == str(request.user.pk):
            raise PermissionDenied
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer


class RoleAssignmentForm(forms.ModelForm):
    """Refuses a role for oneself; the request's user is set by the admin."""

    actor: User

    class Meta:
        model = RoleAssignment
        fields = ("user", "agency", "role")

    def clean_user(self) -> User:
        """Return whose role it is.

        :raises ValidationError: it is the administrator's own.
        """
        user: User = self.cleaned_data["user"]
        if user == self.actor:
            raise ValidationError(SELF_GRANT)
        return user


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ModelAdmin):
    form = RoleAssignmentForm
    list_display = ("user", "role", "agency")
    list_filter = ("role", "agency__level")
    list_select_related = ("user", "agency")
    search_fields = ("user__full_name", "user__username", "agency__name", "agency__code")
    autocomplete_fields = ("user", "agency")
    list_per_page = 100

    def get_form(
        self, request: HttpRequest, obj: RoleAssignment | None = None, change: bool = False, **options: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **options)
        return type(form.__name__, (form,), {"actor": request.user})

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return not _is_own(request, obj) and super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "user":
            options["queryset"] = User.objects.exclude(username=request.user.get_username())
        return super().formfield_for_foreignkey(db_field, request, **options)


def _is_own(request: HttpRequest, obj: Model | None) -> bool:
    return isinstance(obj, RoleAssignment) and obj.user_id == request.user.pk


class MemberInline(TabularInline):
    model = EnterpriseMember
    extra = 0
    fields = ("user", "role")


@admin.register(Enterprise)
class EnterpriseAdmin(LookedAt):
    list_display = ("name", "tax_code", "commune")
    list_select_related = ("commune",)
    search_fields = ("name", "tax_code")
    inlines = (MemberInline,)


@admin.register(Mandate)
class MandateAdmin(LookedAt):
    list_display = ("grantor", "representative", "valid_until", "revoked_at")
    list_select_related = ("grantor", "representative")
    list_filter = ("valid_until",)
