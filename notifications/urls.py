"""Addresses of the notices."""

from django.urls import path, re_path

from notifications.views import choices, digest, line, notices, service, webhooks

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="notices_bell"),
    path("notices/latest/", notices.latest, name="notices_latest"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:number>/", notices.open_notice, name="notice"),
    path("notices/digest/", digest.digest, name="digest"),
    path("notices/choices/", choices.choices, name="notice_choices"),
    path("notices/choices/address/", choices.new_address, name="notice_address"),
    path("notices/choices/address/remove/", choices.remove_address, name="notice_address_remove"),
    path("notices/choices/address/<str:token>/", choices.address_link, name="notice_address_link"),
    path("notices/choices/line/", choices.link_line, name="notice_line"),
    path("notices/choices/line/unlink/", choices.unlink_line, name="notice_line_unlink"),
    path("line/", line.line_webhook, name="line_webhook"),
    path("service/", service.overview, name="service"),
    path("service/health/", service.health_check, name="service_health"),
    re_path(r"^service/outbox/(?P<which>waiting|given-up)/$", service.outbox, name="service_outbox"),
    path("service/outbox/<int:pk>/retell/", service.retell, name="service_retell"),
    path("service/roads/<str:gate>/resend/", service.resend_all, name="service_resend_all"),
    path("service/roads/<str:gate>/try/", service.try_now, name="service_try_now"),
    path("service/roads/<str:gate>/<slug:state>/", service.deliveries, name="service_deliveries"),
    path("service/deliveries/<int:pk>/resend/", service.resend, name="service_resend"),
    path("service/webhooks/", webhooks.webhooks, name="service_webhooks"),
    path("service/webhooks/new/", webhooks.edit, name="service_webhook_new"),
    path("service/webhooks/<int:pk>/", webhooks.edit, name="service_webhook"),
    path("service/webhooks/<int:pk>/key/", webhooks.renew_key, name="service_webhook_key"),
    path("service/webhooks/<int:pk>/test/", webhooks.test, name="service_webhook_test"),
]
