from django.urls import path

from . import oidc, profile, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="my_sign_in"),
    path("sign-in/sent/", sign_in.sent, name="my_link_sent"),
    path("sign-in/<str:token>/", sign_in.link, name="my_link"),
    path("identity/", oidc.go, name="my_identity"),
    # The name is allauth's; the address is what the identity service is told to send people back to.
    path("identity/<str:provider_id>/back/", oidc.back, name="openid_connect_callback"),
    path("data/", profile.profile, name="my_profile"),
    path("data/contact/", profile.contact, name="my_contact"),
    path("data/agreement/<slug:purpose>/", profile.agreement, name="my_agreement"),
    path("data/leave/", profile.leave, name="my_leave"),
]
