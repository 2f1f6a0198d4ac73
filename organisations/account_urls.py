"""The part of allauth we open: sign in, sign out, one's own password. No sign-up, no addresses, no reset by mail."""

from allauth.account import views
from django.urls import path

from .accounts import who_has_a_password

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/", who_has_a_password(views.password_change), name="account_change_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
]
