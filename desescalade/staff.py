"""How staff enters /gestion/: name, password, and a code from their phone.

A card or a password opens an ordinary session, for staff as for everybody, so that nobody is
held up in the workshop. Only the admin and the pages below ask for the second factor: who has
none yet sets it up there, who has one confirms it once in each session.
"""

import base64
from collections.abc import Callable
from functools import wraps

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.flows import activate_totp, deactivate_totp
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

View = Callable[[HttpRequest], HttpResponse]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Ce code n’est pas le bon, ou a déjà servi. Attendez le suivant et"
        " recopiez-le avant qu’il ne change ; vérifiez aussi l’heure du téléphone.",
    }

    def get_totp_label(self, user: AbstractUser) -> str:
        """The name only: the phone need not know an e-mail address."""
        return user.get_username()


class LoginForm(AdminAuthenticationForm):
    """Django's, under the same limits as an access card."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "Écrivez votre nom d’utilisateur."
        self.fields["password"].error_messages["required"] = "Écrivez votre mot de passe."

    def clean(self) -> dict:
        username, password = map(self.cleaned_data.get, ("username", "password"))
        if username and password:
            self.user_cache = get_account_adapter().authenticate(
                self.request, username=username, password=password
            )
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


def _shape(field: forms.CharField, label: str, help_text: str) -> None:
    field.label, field.help_text = label, help_text
    field.error_messages["required"] = "Écrivez le code."
    # `autocapitalize` for the letters that some phones would make of it.
    field.widget.attrs = {"autocomplete": "one-time-code", "autocapitalize": "none"}


class SetUpForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _shape(self.fields["code"], "Code affiché", "Les six chiffres que montre l’application.")


class ConfirmForm(AuthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _shape(
            self.fields["code"],
            "Code",
            "Les six chiffres que montre l’application, ou l’un de vos codes de secours.",
        )

    def clean_code(self) -> str:
        code = super().clean_code()
        # Allauth forgets a used code before the tolerated time is over.
        seconds = settings.MFA_TOTP_TOLERANCE * 2 * 30 + 30
        used = f"staff.code:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, True, seconds):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


def opens_admin(request: HttpRequest) -> bool:
    """Stands for AdminSite.has_permission."""
    return request.user.is_active and request.user.is_staff and is_confirmed(request)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether this session showed a second factor that the account still has.

    A factor that was removed no longer counts, nor does the one that took its place.
    """
    shown = [
        record.get("id")
        for record in get_authentication_records(request, request.user)
        if record["method"] == "mfa"
    ]
    return bool(shown) and _factors(request).filter(pk__in=shown).exists()


def _factors(request: HttpRequest):
    return Authenticator.objects.filter(user=request.user)


def has_app(request: HttpRequest) -> bool:
    return _factors(request).filter(type=Authenticator.Type.TOTP).exists()


def _target(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if safe and target.startswith("/") else reverse("admin:index")


def _go_on(request: HttpRequest, name: str) -> HttpResponse:
    return redirect(f"{reverse(name)}?{urlencode({'next': _target(request)})}")


@never_cache
def log_in(request: HttpRequest) -> HttpResponse:
    """The door of /gestion/: staff who is logged in goes on to the second factor."""
    if request.user.is_authenticated and request.user.is_staff and not is_confirmed(request):
        return _go_on(request, "confirm-factor")
    return admin.site.login(request)


def staff_page(view: View) -> View:
    """For staff; to all others the page does not exist."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not request.user.is_staff:
            raise Http404
        return view(request)

    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(checked))


@staff_page
def confirm(request: HttpRequest) -> HttpResponse:
    if not has_app(request):
        return _go_on(request, "set-up-factor")
    if is_confirmed(request):
        # A second click, or the page of another window.
        return redirect(_target(request))
    form = ConfirmForm(user=request.user, data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        post_authentication(request, form.authenticator)
        return redirect(_target(request))
    return render(request, "staff/confirm.html", {"form": form})


@staff_page
def set_up(request: HttpRequest) -> HttpResponse:
    """Shows the secret until a code made with it comes back; then the emergency codes."""
    if has_app(request):
        return _go_on(request, "confirm-factor")
    form = SetUpForm(user=request.user, data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        factor, _ = activate_totp(request, form)
        post_authentication(request, factor)
        return _go_on(request, "factor")
    adapter = get_mfa_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, form.secret))
    return render(
        request,
        "staff/set_up.html",
        {
            "form": form,
            "picture": base64.b64encode(picture.encode()).decode(),
            "secret": [form.secret[i : i + 4] for i in range(0, len(form.secret), 4)],
        },
    )


@staff_page
def factor(request: HttpRequest) -> HttpResponse:
    """The emergency codes that are left; new ones; another phone."""
    if not is_confirmed(request):
        return redirect(f"{reverse('confirm-factor')}?{urlencode({'next': request.path})}")
    if request.POST.get("do") == "codes":
        post_authentication(request, generate_recovery_codes(request))
        messages.success(request, "Voici de nouveaux codes. Les anciens ne servent plus.")
        return redirect("factor")
    if request.POST.get("do") == "phone":
        deactivate_totp(request, _factors(request).get(type=Authenticator.Type.TOTP))
        return _go_on(request, "set-up-factor")
    codes = _factors(request).filter(type=Authenticator.Type.RECOVERY_CODES).first()
    return render(
        request,
        "staff/factor.html",
        {
            "codes": RecoveryCodes(codes).get_unused_codes() if codes else [],
            "target": _target(request),
        },
    )
