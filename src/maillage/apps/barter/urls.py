from django.urls import URLPattern

app_name = "barter"

urlpatterns: list[URLPattern] = []
