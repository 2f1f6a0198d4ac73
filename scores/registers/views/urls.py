"""Addresses of registers."""

from django.urls import path

from . import entry, lists, opened, risks

urlpatterns = [
    path("registers/", lists.registers, name="integrity_registers"),
    path("registers/risks/", risks.risk_matrix, name="risk_matrix"),
    path("registers/list/<slug:register>/", lists.register_list, name="register_list"),
    path("registers/new/<slug:register>/", entry.register_enter, name="register_enter"),
    path("registers/<slug:public_id>/", entry.register_entry, name="register_entry"),
    path("registers/<slug:public_id>/files/<slug:file_id>/", entry.register_file, name="register_file"),
    path("registers/<slug:public_id>/do/<slug:edge>/", entry.take, name="register_take"),
    # For everybody
    path("open/registers/", opened.open_registers, name="open_registers"),
    path("open/registers/<slug:register>/", opened.open_register, name="open_register"),
]
