"""The addresses of the API, all under `api/`."""

from django.urls import path, re_path

from campaign.api import (
    analyses,
    baselines,
    breakdowns,
    campaigns,
    checks,
    comparisons,
    data_sets,
    folders,
    fusions,
    history,
    leaderboards,
    method_tags,
    missing,
    news,
    phases,
    rank_history,
    runs,
    schema,
    search,
    tables,
    tasks,
    teams,
)

urlpatterns = [
    path("docs/", schema.DocsView.as_view(), name="api-docs"),
    path("v1/schema/", schema.SchemaView.as_view(), name="api-schema"),
    # ---------------------------------------------------------------- what there is
    path("v1/campaigns/", tasks.CampaignsView.as_view(), name="api-campaigns"),
    path("v1/campaigns/<slug:slug>/", campaigns.CampaignView.as_view(), name="api-campaign"),
    path("v1/tasks/", tasks.TasksView.as_view(), name="api-tasks"),
    path("v1/teams/<slug:slug>/", teams.TeamView.as_view(), name="api-team"),
    path("v1/method-tags/", method_tags.MethodTagsView.as_view(), name="api-method-tags"),
    path("v1/search/", search.SearchView.as_view(), name="api-search"),
    path("v1/tasks/<slug:slug>/", folders.TaskView.as_view(), name="api-task"),
    path("v1/tasks/<slug:slug>/folder/", folders.FolderView.as_view(), name="api-task-folder"),
    path("v1/schemas/<slug:slug>/", folders.FolderSchemaView.as_view(), name="api-folder-schema"),
    path(
        "v1/tasks/<slug:slug>/leaderboard/",
        leaderboards.LeaderboardView.as_view(),
        name="api-task-leaderboard",
    ),
    path(
        "v1/tasks/<slug:slug>/leaderboard/history/",
        rank_history.RankHistoryView.as_view(),
        name="api-task-rank-history",
    ),
    path(
        "v1/tasks/<slug:slug>/analyses/",
        analyses.AnalysesView.as_view(),
        name="api-task-analyses",
    ),
    path(
        "v1/tasks/<slug:slug>/analyses/<slug:kind>/",
        analyses.AnalysisView.as_view(),
        name="api-task-analysis",
    ),
    path("v1/tasks/<slug:slug>/fusions/", fusions.FusionsView.as_view(), name="api-task-fusions"),
    path(
        "v1/tasks/<slug:slug>/announcements/",
        news.AnnouncementsView.as_view(),
        name="api-task-announcements",
    ),
    path(
        "v1/tasks/<slug:slug>/published-results/",
        news.PublishedView.as_view(),
        name="api-task-published",
    ),
    path("v1/tasks/<slug:slug>/queries/", tables.QueriesView.as_view(), name="api-task-queries"),
    path("v1/tasks/<slug:slug>/classes/", tables.ClassesView.as_view(), name="api-task-classes"),
    path("v1/tasks/<slug:slug>/media/", tables.MediaView.as_view(), name="api-task-media"),
    path(
        "v1/tasks/<slug:slug>/sample-run/",
        tables.SampleRunView.as_view(),
        name="api-task-sample-run",
    ),
    path("v1/tasks/<slug:slug>/data-sets/", data_sets.DataSetsView.as_view(), name="api-data-sets"),
    path(
        "v1/tasks/<slug:slug>/data-sets/<slug:data_set>/<str:version>/<str:name>/",
        data_sets.DataFileView.as_view(),
        name="api-data-file",
    ),
    path(
        "v1/tasks/<slug:slug>/phase-changes/",
        phases.PhaseChangesView.as_view(),
        name="api-task-phase-changes",
    ),
    path("v1/tasks/<slug:slug>/phases/<slug:kind>/", phases.PhaseView.as_view(), name="api-phase"),
    path(
        "v1/tasks/<slug:slug>/baselines/",
        baselines.BaselinesView.as_view(),
        name="api-task-baselines",
    ),
    path("v1/baselines/<int:pk>/", baselines.BaselineView.as_view(), name="api-baseline"),
    path(
        "v1/baselines/<int:pk>/cancellation/",
        baselines.CancellationView.as_view(),
        name="api-baseline-cancellation",
    ),
    # ---------------------------------------------------------------- what teams send
    path("v1/tasks/<slug:slug>/checks/", checks.ChecksView.as_view(), name="api-task-checks"),
    path("v1/tasks/<slug:slug>/runs/", runs.TaskRunsView.as_view(), name="api-task-runs"),
    path("v1/runs/<int:pk>/", runs.RunView.as_view(), name="api-run"),
    path("v1/runs/<int:pk>/file/", runs.RunFileView.as_view(), name="api-run-file"),
    path("v1/runs/<int:pk>/subsets/", breakdowns.SubsetsView.as_view(), name="api-run-subsets"),
    path(
        "v1/runs/<int:pk>/positions/",
        breakdowns.PositionsView.as_view(),
        name="api-run-positions",
    ),
    path(
        "v1/runs/<int:pk>/comparison/<int:other>/",
        comparisons.ComparisonView.as_view(),
        name="api-run-comparison",
    ),
    path("v1/runs/<int:pk>/classes/", breakdowns.ClassesView.as_view(), name="api-run-classes"),
    path(
        "v1/runs/<int:pk>/class-table/",
        breakdowns.ClassTableView.as_view(),
        name="api-run-class-table",
    ),
    path(
        "v1/runs/<int:pk>/confusions/",
        breakdowns.ConfusionsView.as_view(),
        name="api-run-confusions",
    ),
    path("v1/runs/<int:pk>/withdrawal/", runs.WithdrawalView.as_view(), name="api-run-withdrawal"),
    # ---------------------------------------------------------------- what was printed of past editions
    path("v1/history/editions/", history.EditionsView.as_view(), name="api-history-editions"),
    path(
        "v1/history/participation/",
        history.ParticipationView.as_view(),
        name="api-history-participation",
    ),
    path("v1/history/methods/", history.MethodsView.as_view(), name="api-history-methods"),
    path("v1/history/tables/", history.TablesView.as_view(), name="api-history-tables"),
    path("v1/history/tables/<slug:slug>/", history.TableView.as_view(), name="api-history-table"),
    path("v1/history/boards/", history.BoardsView.as_view(), name="api-history-boards"),
    path("v1/history/boards/<slug:slug>/", history.BoardView.as_view(), name="api-history-board"),
    # The last one: with the slash, so that an address without it is still sent to the right one.
    re_path(r"^v1/(?:.*/)?$", missing.NowhereView.as_view(), name="api-nowhere"),
]
