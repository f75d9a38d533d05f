"""Every address of the platform; its names are what templates and tests use."""

from django.contrib import admin
from django.urls import include, path

from campaign.api.health import healthz
from campaign.views import campaigns, tasks

urlpatterns = [
    path("", campaigns.home, name="home"),
    path("campaigns/<slug:slug>/", campaigns.campaign, name="campaign"),
    # ---------------------------------------------------------------- a task, its tabs
    path("tasks/<slug:slug>/", tasks.overview, name="task"),
    path("tasks/<slug:slug>/rules/", tasks.rules, name="task-rules"),
    # ---------------------------------------------------------------- programs
    path("api/", include("campaign.api.urls")),
    path("healthz", healthz, name="healthz"),
    # ---------------------------------------------------------------- people
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
