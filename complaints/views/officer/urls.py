"""Addresses of the officer pages."""

from django.urls import URLPattern, path

from . import assigning, attachment, case, monthly, queue, register, take

urlpatterns: list[URLPattern] = [
    path("cases/", queue.queue, name="queue"),
    path("cases/list/<slug:name>/", queue.queue, name="queue"),
    path("cases/assign/", assigning.assign_many, name="assign_many"),
    path("cases/register/", register.register, name="register"),
    path("cases/registered/", register.registered, name="registered"),
    path("cases/<slug:public_id>/", case.case_page, name="case"),
    path("cases/<slug:public_id>/do/<slug:edge>/", take.take, name="take"),
    path("cases/<slug:public_id>/files/<slug:file_id>/", attachment.attachment, name="attachment"),
    path("monthly/", monthly.latest, name="monthly_latest"),
    path("monthly/<str:code>/<slug:month>/", monthly.monthly, name="monthly"),
    path("monthly/<str:code>/<slug:month>/sheet/", monthly.monthly_sheet, name="monthly_sheet"),
]
