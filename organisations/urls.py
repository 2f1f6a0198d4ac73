from django.urls import include, path

from . import views

urlpatterns = [
    path("account/leave/", views.leaves, name="leaves"),
    path("account/leave/<int:pk>/cancel/", views.leave_cancel, name="leave_cancel"),
    path("account/", include("organisations.account_urls")),
    path("home/", views.landing, name="landing"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("active/", views.active, name="active"),
    path("leave/", views.leave, name="leave"),
]
