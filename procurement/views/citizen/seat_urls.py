from django.urls import path

from . import files, report, seat, seats, take

urlpatterns = [
    path("seats/", seats.seats, name="my_seats"),
    path("seats/<str:public_id>/", seat.seat, name="my_seat"),
    path("seats/<str:public_id>/do/<str:edge>/", take.take, name="my_take"),
    path("seats/<str:public_id>/report/", report.report, name="my_report"),
    path("seats/<str:public_id>/complaint/<int:number>/", report.complaint, name="my_complaint"),
    path("seats/<str:public_id>/file/<str:file_id>/", files.file, name="my_file"),
    path("report-worker.js", report.worker, name="my_report_worker"),
]
