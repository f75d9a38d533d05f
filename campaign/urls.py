"""Every address of the platform; its names are what templates and tests use."""

from django.contrib import admin
from django.urls import include, path

from campaign.api.health import healthz
from campaign.views import (
    announcements,
    breakdowns,
    campaigns,
    data_sets,
    exports,
    folders,
    invitations,
    leaderboards,
    mergers,
    organise,
    own_runs,
    packages,
    participants,
    profile,
    registrations,
    roles,
    runs,
    submissions,
    tasks,
    teams,
    truths,
)

handler500 = "campaign.views.errors.server_error"

urlpatterns = [
    path("", campaigns.home, name="home"),
    path("campaigns/<slug:slug>/", campaigns.campaign, name="campaign"),
    # ---------------------------------------------------------------- a campaign's people
    path("campaigns/<slug:slug>/people/", roles.people, name="campaign-people"),
    path("campaigns/<slug:slug>/people/give/", roles.give, name="campaign-role-give"),
    path("campaigns/<slug:slug>/people/<int:pk>/", roles.change, name="campaign-role"),
    path("campaigns/<slug:slug>/people/<int:pk>/take/", roles.take, name="campaign-role-take"),
    path("campaigns/<slug:slug>/people/invite/", roles.invite, name="campaign-invite"),
    path(
        "campaigns/<slug:slug>/people/invitations/<int:pk>/send/",
        roles.send_again,
        name="campaign-invitation-send",
    ),
    path(
        "campaigns/<slug:slug>/people/invitations/<int:pk>/revoke/",
        roles.revoke,
        name="campaign-invitation-revoke",
    ),
    path("co-organise/<str:secret>/", roles.join, name="campaign-join"),
    # ---------------------------------------------------------------- a task, its tabs
    path("tasks/<slug:slug>/", tasks.overview, name="task"),
    path("tasks/<slug:slug>/data/", data_sets.task_data, name="task-data"),
    path(
        "tasks/<slug:slug>/data/<slug:data_set>/<str:version>/<str:name>",
        data_sets.data_file,
        name="data-file",
    ),
    path(
        "tasks/<slug:slug>/croissant/<slug:data_set>/<str:version>.json",
        data_sets.croissant,
        name="croissant",
    ),
    path("tasks/<slug:slug>/rules/", tasks.rules, name="task-rules"),
    path("tasks/<slug:slug>/leaderboard/", leaderboards.task_leaderboard, name="task-leaderboard"),
    path(
        "tasks/<slug:slug>/leaderboard.<slug:form>",
        exports.leaderboard_file,
        name="leaderboard-file",
    ),
    # ---------------------------------------------------------------- a run
    path("runs/<int:pk>/", runs.run, name="run"),
    path("runs/<int:pk>/state/", runs.run_state, name="run-state"),
    path("runs/<int:pk>/file/", runs.run_file, name="run-file"),
    path("runs/<int:pk>/subsets/", breakdowns.run_subsets, name="run-subsets"),
    path("runs/<int:pk>/classes/", breakdowns.run_classes, name="run-classes"),
    path("runs/<int:pk>/confusions/", breakdowns.run_confusions, name="run-confusions"),
    path("tasks/<slug:slug>/register/", registrations.register, name="task-register"),
    path("tasks/<slug:slug>/rules/accept/", registrations.accept, name="task-rules-accept"),
    path("tasks/<slug:slug>/submit/", submissions.submit, name="task-submit"),
    path("tasks/<slug:slug>/check/", submissions.check, name="task-check"),
    path("tasks/<slug:slug>/runs/", own_runs.my_runs, name="task-runs"),
    path("runs/<int:pk>/withdraw/", own_runs.withdraw, name="run-withdraw"),
    path("runs/<int:pk>/description/", own_runs.describe, name="run-describe"),
    # ---------------------------------------------------------------- for organisers
    path("tasks/<slug:slug>/organise/", organise.overview, name="organise"),
    path(
        "tasks/<slug:slug>/organise/announcements/",
        announcements.announcements,
        name="organise-announcements",
    ),
    path("tasks/<slug:slug>/organise/exports/", exports.exports, name="organise-exports"),
    path(
        "tasks/<slug:slug>/organise/exports/<slug:name>.<slug:form>",
        exports.record_file,
        name="record-file",
    ),
    path("tasks/<slug:slug>/organise/packages/", packages.ask, name="package-ask"),
    path("tasks/<slug:slug>/organise/packages/<int:pk>.zip", packages.download, name="package"),
    path("tasks/<slug:slug>/organise/folder/", folders.task_folder, name="organise-folder"),
    path("campaigns/<slug:slug>/load/", folders.campaign_folder, name="campaign-load"),
    path("load/", folders.any_folder, name="load"),
        "tasks/<slug:slug>/organise/registrations/",
        participants.registrations,
        name="organise-registrations",
    ),
    path(
        "tasks/<slug:slug>/organise/registrations/decide/",
        participants.decide,
        name="organise-decide",
    ),
    path(
        "tasks/<slug:slug>/organise/registrations/<int:pk>/",
        participants.registration,
        name="organise-registration",
    ),
    path(
        "tasks/<slug:slug>/organise/registrations/<int:pk>/extra-runs/",
        participants.extra_runs,
        name="organise-extra-runs",
    ),
    path(
        "tasks/<slug:slug>/organise/registrations/<int:pk>/merge/",
        participants.merge,
        name="organise-merge",
    path("tasks/<slug:slug>/organise/truths/", truths.truths, name="organise-truths"),
    path("tasks/<slug:slug>/organise/truths/<int:number>/", truths.truth, name="organise-truth"),
    path(
        "tasks/<slug:slug>/organise/rescorings/<int:pk>/",
        truths.rescoring,
        name="organise-rescoring",
    ),
    path(
        "tasks/<slug:slug>/organise/rescorings/<int:pk>/progress/",
        truths.rescoring_progress,
        name="rescoring-progress",
    ),
    path(
        "tasks/<slug:slug>/organise/rescorings/<int:pk>/retry/",
        truths.retry,
        name="rescoring-retry",
    ),
    path(
        "tasks/<slug:slug>/organise/rescorings/<int:pk>/switch/",
        truths.switch,
        name="rescoring-switch",
    ),
    path(
        "tasks/<slug:slug>/organise/rescorings/<int:pk>/discard/",
        truths.discard,
        name="rescoring-discard",
    ),
    # ---------------------------------------------------------------- programs
    path("api/", include("campaign.api.urls")),
    path("healthz", healthz, name="healthz"),
    # ---------------------------------------------------------------- people
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new_team, name="team-new"),
    path("teams/<slug:slug>/", teams.team, name="team"),
    path("teams/<slug:slug>/leave/", teams.leave, name="team-leave"),
    path("teams/<slug:slug>/members/<int:pk>/remove/", teams.remove, name="member-remove"),
    path("teams/<slug:slug>/members/<int:pk>/appoint/", teams.appoint, name="member-appoint"),
    path("teams/<slug:slug>/invitations/", teams.make_invitation, name="team-invite"),
    path(
        "teams/<slug:slug>/invitations/<int:pk>/revoke/",
        teams.end_invitation,
        name="invitation-revoke",
    ),
    path("teams/<slug:slug>/change/", teams.change, name="team-change"),
    path(
        "teams/<slug:slug>/members/<int:pk>/hand-over/",
        teams.hand_over_role,
        name="member-hand-over",
    ),
    path("teams/<slug:slug>/invitations/mail/", invitations.mail, name="team-invite-by-mail"),
    path(
        "teams/<slug:slug>/invitations/<int:pk>/resend/",
        invitations.resend,
        name="invitation-resend",
    ),
    path("teams/<slug:slug>/merge/", mergers.propose, name="team-merge"),
    path("teams/<slug:slug>/proposals/<int:pk>/accept/", mergers.accept, name="proposal-accept"),
    path("teams/<slug:slug>/proposals/<int:pk>/close/", mergers.close, name="proposal-close"),
    path("join/<str:secret>/", teams.join, name="team-join"),
    path("announcements/stop/<str:token>/", announcements.stop, name="announcements-stop"),
    path("profile/", profile.profile, name="profile"),
    path("profile/tokens/", profile.make_token, name="token-new"),
    path("profile/tokens/<int:pk>/revoke/", profile.end_token, name="token-revoke"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
