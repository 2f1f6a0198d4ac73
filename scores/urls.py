from django.urls import include, path

urlpatterns = [path("", include("scores.views.urls")), path("", include("scores.registers.views.urls"))]
