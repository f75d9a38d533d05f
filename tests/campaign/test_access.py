"""The access matrix: every route, every role. A route without a line here fails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django import Settings

from campaign import storage
from campaign.models import (
    BaselineTraining,
    CampaignRole,
    DataFile,
    DataSet,
    Run,
    Task,
    User,
)
from campaign.reads.baselines import Config
from campaign.services.accounts import issue_token
from campaign.services.announcements import stop_token
from campaign.services.baselines import ask_for_baseline
from campaign.services.campaign_invitations import invite_organiser
from campaign.services.hardware_prices import set_price
from campaign.services.history import load_history
from campaign.services.mails import send_mails
from campaign.services.mergers import propose_merge
from campaign.services.method_tags import merge_tag
from campaign.services.packages import ask_for_package, make_package
from campaign.services.rescorings import start_rescoring
from campaign.services.teams import invite, join_team
from tests.campaign.boards import analyse_all
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
    score_run,
)

ROLES = (
    "anonymous",
    "person",
    "captain",
    "member",
    "other",
    "organiser",
    "viewer",
    "staff",
)

# A person has no team. The run and the invitation are the captain's and the member's team's, the
# token is the captain's. The other is captain of another team that takes part. Organiser and viewer
# are roles in the campaign, GIVEN is the viewer's; BID is an invitation of the person to it, by
# HIDDENLINK; STOPLINK stands in the captain's mails. BASELINE is one that waits, OFFICIAL a run that came of another.
# Organisers send runs as their campaign's team. The task hides its scores, and submission is open. 302 leads the
# anonymous to the log-in, 405 says that an address takes no GET. A request is one without content.
MATRIX = """
address                                               anonymous  person  captain  member  other  organiser  viewer  staff

GET   /                                                     200     200      200     200    200        200     200    200
GET   /history/                                             200     200      200     200    200        200     200    200
GET   /history/editions/                                    200     200      200     200    200        200     200    200
GET   /history/methods/                                     200     200      200     200    200        200     200    200
GET   /history/nothing/                                     404     404      404     404    404        404     404    404
GET   /history/boards/birdclef-2014/                        200     200      200     200    200        200     200    200
GET   /history/boards/nothing-2014/                         404     404      404     404    404        404     404    404
GET   /search/                                              200     200      200     200    200        200     200    200
GET   /news.atom                                            200     200      200     200    200        200     200    200
GET   /campaigns/campaign/news.atom                         200     200      200     200    200        200     200    200
GET   /sitemap.xml                                          200     200      200     200    200        200     200    200
GET   /robots.txt                                           200     200      200     200    200        200     200    200
GET   /method-tags/                                         200     200      200     200    200        200     200    200
GET   /method-tags/metadata/merge/                          302     405      405     405    405        405     405    405
GET   /method-tags/merged/MERGED/part/                      302     405      405     405    405        405     405    405
GET   /campaigns/campaign/                                  200     200      200     200    200        200     200    200
GET   /tasks/task/                                          200     200      200     200    200        200     200    200
GET   /tasks/task/data/                                     200     200      200     200    200        200     200    200
GET   /tasks/task/data/public/1/file.csv                    200     200      200     200    200        200     200    200
GET   /tasks/task/data/registered/1/file.csv                403     403      200     200    200        200     200    200
GET   /tasks/task/data/approved/1/file.csv                  403     403      200     200    200        200     200    200
GET   /tasks/task/croissant/approved/1.json                 200     200      200     200    200        200     200    200
GET   /tasks/task/rules/                                    200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard/                              200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard/bars/                         200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard/history/                      200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard/history/step/                 404     404      404     404    404        200     200    200
GET   /tasks/task/leaderboard.csv                           404     404      404     404    404        200     200    200
GET   /tasks/task/leaderboard.json                          404     404      404     404    404        200     200    200
GET   /tasks/task/leaderboard.tex                           404     404      404     404    404        200     200    200
GET   /tasks/task/leaderboard.bib                           404     404      404     404    404        200     200    200
GET   /tasks/task/analyses/                                 200     200      200     200    200        200     200    200
GET   /tasks/task/analyses/fuse/                            302     405      405     405    405        405     405    405
GET   /tasks/task/analyses/cost/                            404     404      404     404    404        200     200    200
GET   /tasks/task/register/                                 302     200      200     200    200        200     200    200
GET   /tasks/task/submit/                                   302     302      200     200    200        200     302    200
GET   /tasks/task/runs/                                     302     200      200     200    200        200     200    200
GET   /tasks/task/organise/                                 302     404      404     404    404        200     200    200
GET   /tasks/task/organise/announcements/                   302     404      404     404    404        200     200    200
GET   /campaigns/campaign/people/                           302     404      404     404    404        200     200    200
GET   /co-organise/HIDDENLINK/                              302     200      403     403    403        403     403    403
GET   /announcements/stop/STOPLINK/                         200     200      200     200    200        200     200    200
GET   /tasks/task/organise/exports/                         302     404      404     404    404        200     200    200
GET   /tasks/task/organise/exports/registrations.csv        302     404      404     404    404        200     200    200
GET   /tasks/task/organise/exports/funnel.json              302     404      404     404    404        200     200    200
GET   /tasks/task/organise/exports/runs.csv                 302     404      404     404    404        200     200    200
GET   /tasks/task/organise/packages/                        302     404      404     404    404        405     405    405
GET   /tasks/task/organise/packages/PACKAGE.zip             302     404      404     404    404        200     200    200
GET   /tasks/task/organise/folder/                          302     404      404     404    404        200     200    200
GET   /campaigns/campaign/load/                             302     404      404     404    404        200     404    200
GET   /load/                                                302     404      404     404    404        404     404    200
GET   /tasks/task/organise/registrations/                   302     404      404     404    404        200     200    200
GET   /tasks/task/organise/registrations/REGISTRATION/      302     404      404     404    404        200     200    200
GET   /tasks/task/organise/registrations/decide/            302     404      404     404    404        405     405    405
GET   /tasks/task/organise/registrations/REGISTRATION/extra-runs/ 302     404      404     404    404        405     405    405
GET   /tasks/task/organise/registrations/REGISTRATION/merge/ 302     404      404     404    404        405     405    405
GET   /tasks/task/organise/truths/                          302     404      404     404    404        200     200    200
GET   /tasks/task/organise/truths/2/                        302     404      404     404    404        200     200    200
GET   /tasks/task/organise/rescorings/RESCORING/            302     404      404     404    404        200     200    200
GET   /tasks/task/organise/rescorings/RESCORING/progress/   302     404      404     404    404        200     200    200
GET   /tasks/task/organise/rescorings/RESCORING/retry/      302     404      404     404    404        405     405    405
GET   /tasks/task/organise/rescorings/RESCORING/switch/     302     404      404     404    404        405     405    405
GET   /tasks/task/organise/rescorings/RESCORING/discard/    302     404      404     404    404        405     405    405
GET   /tasks/task/organise/baselines/                       302     404      404     404    404        200     200    200
GET   /tasks/task/organise/baselines/BASELINE/              302     404      404     404    404        200     200    200
GET   /tasks/task/organise/baselines/BASELINE/progress/     302     404      404     404    404        200     200    200
GET   /tasks/task/organise/baselines/BASELINE/log/          302     404      404     404    404        200     200    200
GET   /tasks/task/organise/baselines/BASELINE/cancel/       302     404      404     404    404        405     405    405
GET   /tasks/task/organise/baselines/BASELINE/see/          302     404      404     404    404        405     405    405
GET   /tasks/task/organise/baselines/prices/                302     404      404     404    404        200     200    200
GET   /tasks/task/organise/baselines/prices/PRICE/remove/   302     404      404     404    404        405     405    405
GET   /runs/OFFICIAL/card/                                  404     404      404     404    404        200     200    200
GET   /runs/OFFICIAL/card/record.json                       404     404      404     404    404        200     200    200
GET   /runs/OFFICIAL/card/card.md                           404     404      404     404    404        200     200    200
GET   /runs/OFFICIAL/card/config.toml                       404     404      404     404    404        200     200    200
GET   /runs/OFFICIAL/card/secret.toml                       404     404      404     404    404        404     404    404
GET   /runs/RUN/card/                                       404     404      404     404    404        404     404    404
GET   /tasks/task/organise/runs/                            302     404      404     404    404        200     200    200
GET   /tasks/task/organise/runs/RUN/                        302     404      404     404    404        200     200    200
GET   /tasks/task/organise/calendar/                        302     404      404     404    404        200     200    200
GET   /tasks/task/organise/calendar/submission/             302     404      404     404    404        200     200    200
GET   /tasks/task/organise/record/                          302     404      404     404    404        200     200    200
GET   /tasks/task/organise/record.csv                       302     404      404     404    404        200     200    200
GET   /tasks/task/organise/record.json                      302     404      404     404    404        200     200    200
GET   /tasks/task/organise/runs/queue-failed/               302     404      404     404    404        405     405    405
GET   /runs/RUN/                                            404     404      200     200    404        200     200    200
GET   /runs/RUN/state/                                      404     404      200     200    404        200     200    200
GET   /runs/RUN/subsets/                                    404     404      200     200    404        200     200    200
GET   /runs/RUN/positions/                                  404     404      200     200    404        200     200    200
GET   /runs/RUN/classes/                                    404     404      200     200    404        200     200    200
GET   /runs/RUN/confusions/                                 404     404      200     200    404        200     200    200
GET   /runs/RUN/comparison/                                 404     404      200     200    404        200     200    200
GET   /runs/RUN/file/                                       404     404      200     200    404        200     200    200
GET   /runs/RUN/description/                                302     404      200     200    404        404     404    404
GET   /teams/                                               302     200      200     200    200        200     200    200
GET   /teams/new/                                           302     200      200     200    200        200     200    200
GET   /teams/sedges/                                        200     200      200     200    200        200     200    200
GET   /join/SECRET/                                         302     200      200     200    200        200     200    200
GET   /profile/                                             302     200      200     200    200        200     200    200
GET   /healthz                                              503     503      503     503    503        503     503    503
GET   /accounts/login/                                      200     302      302     302    302        302     302    302
GET   /accounts/signup/                                     200     302      302     302    302        302     302    302
GET   /accounts/logout/                                     302     200      200     200    200        200     200    200
GET   /accounts/inactive/                                   200     200      200     200    200        200     200    200
GET   /accounts/reauthenticate/                             302     200      200     200    200        200     200    200
GET   /accounts/email/                                      302     200      200     200    200        200     200    200
GET   /accounts/confirm-email/                              200     200      200     200    200        200     200    200
GET   /accounts/confirm-email/KEY/                          200     200      200     200    200        200     200    200
GET   /accounts/password/change/                            302     200      200     200    200        200     200    200
GET   /accounts/password/set/                               302     302      302     302    302        302     302    302
GET   /accounts/password/reset/                             200     200      200     200    200        200     200    200
GET   /accounts/password/reset/done/                        200     200      200     200    200        200     200    200
GET   /accounts/password/reset/key/x-y/                     200     200      200     200    200        200     200    200
GET   /accounts/password/reset/key/done/                    200     200      200     200    200        200     200    200
GET   /accounts/login/code/confirm/                         302     302      302     302    302        302     302    302
GET   /api/docs/                                            200     200      200     200    200        200     200    200
GET   /api/v1/schema/                                       200     200      200     200    200        200     200    200
GET   /api/v1/campaigns/                                    200     200      200     200    200        200     200    200
GET   /api/v1/history/editions/                             200     200      200     200    200        200     200    200
GET   /api/v1/history/participation/                        200     200      200     200    200        200     200    200
GET   /api/v1/history/methods/                              200     200      200     200    200        200     200    200
GET   /api/v1/history/tables/                               200     200      200     200    200        200     200    200
GET   /api/v1/history/tables/world_scale/                   200     200      200     200    200        200     200    200
GET   /api/v1/history/boards/                               200     200      200     200    200        200     200    200
GET   /api/v1/history/boards/birdclef-2014/                 200     200      200     200    200        200     200    200
GET   /api/v1/history/tables/nothing/                       404     404      404     404    404        404     404    404
GET   /api/v1/history/boards/nothing-2014/                  404     404      404     404    404        404     404    404
GET   /api/v1/method-tags/                                  200     200      200     200    200        200     200    200
GET   /api/v1/search/                                       400     400      400     400    400        400     400    400
GET   /api/v1/teams/sedges/                                 200     200      200     200    200        200     200    200
GET   /api/v1/campaigns/campaign/                           200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/announcements/                     200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/published-results/                 200     200      200     200    200        200     200    200
GET   /api/v1/tasks/                                        200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/                                   200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/folder/                            401     404      404     404    404        200     200    200
GET   /api/v1/schemas/task/                                 200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/leaderboard/                       200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/analyses/                          200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/analyses/cost/                     404     404      404     404    404        200     200    200
GET   /api/v1/tasks/task/queries/                           200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/classes/                           200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/media/                             200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/sample-run/                        200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/data-sets/                         200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/data-sets/public/1/file.csv/       200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/data-sets/registered/1/file.csv/   403     403      200     200    200        200     200    200
GET   /api/v1/tasks/task/data-sets/approved/1/file.csv/     403     403      200     200    200        200     200    200
GET   /api/v1/tasks/task/phase-changes/                     200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/runs/                              401     200      200     200    200        200     200    200
GET   /api/v1/runs/RUN/                                     404     404      200     200    404        200     200    200
GET   /api/v1/runs/RUN/subsets/                             404     404      404     404    404        200     200    200
GET   /api/v1/runs/RUN/classes/                             404     404      404     404    404        200     200    200
GET   /api/v1/runs/RUN/class-table/                         404     404      404     404    404        200     200    200
GET   /api/v1/runs/RUN/confusions/                          404     404      404     404    404        200     200    200
GET   /api/v1/runs/RUN/file/                                401     404      200     200    404        200     200    200
GET   /api/v1/tasks/task/baselines/                         401     404      404     404    404        200     200    200
GET   /api/v1/baselines/BASELINE/                           401     404      404     404    404        200     200    200
GET   /api/v1/baselines/BASELINE/cancellation/              401     405      405     405    405        405     405    405
GET   /api/v1/nothing/                                      404     404      404     404    404        404     404    404
GET   /tasks/task/check/                                    302     302      302     302    302        302     302    302
GET   /runs/RUN/withdraw/                                   302     405      405     405    405        405     405    405
GET   /teams/sedges/leave/                                  302     405      405     405    405        405     405    405
GET   /teams/sedges/members/MEMBER/remove/                  302     405      405     405    405        405     405    405
GET   /teams/sedges/members/MEMBER/appoint/                 302     405      405     405    405        405     405    405
GET   /teams/sedges/invitations/                            302     405      405     405    405        405     405    405
GET   /teams/sedges/invitations/INVITATION/revoke/          302     405      405     405    405        405     405    405
GET   /tasks/task/rules/accept/                             302     405      405     405    405        405     405    405
GET   /teams/sedges/change/                                 302     405      405     405    405        405     405    405
GET   /teams/sedges/members/MEMBER/hand-over/               302     405      405     405    405        405     405    405
GET   /teams/sedges/invitations/mail/                       302     405      405     405    405        405     405    405
GET   /teams/sedges/invitations/INVITATION/resend/          302     405      405     405    405        405     405    405
GET   /teams/sedges/merge/                                  302     405      405     405    405        405     405    405
GET   /teams/sedges/proposals/PROPOSAL/accept/              302     405      405     405    405        405     405    405
GET   /teams/sedges/proposals/PROPOSAL/close/               302     405      405     405    405        405     405    405
GET   /profile/tokens/                                      302     405      405     405    405        405     405    405
GET   /profile/tokens/TOKEN/revoke/                         302     405      405     405    405        405     405    405
GET   /campaigns/campaign/people/give/                      302     404      404     404    404        405     405    405
GET   /campaigns/campaign/people/GIVEN/                     302     404      404     404    404        405     405    405
GET   /campaigns/campaign/people/GIVEN/take/                302     404      404     404    404        405     405    405
GET   /campaigns/campaign/people/invite/                    302     404      404     404    404        405     405    405
GET   /campaigns/campaign/people/invitations/BID/send/      302     404      404     404    404        405     405    405
GET   /campaigns/campaign/people/invitations/BID/revoke/    302     404      404     404    404        405     405    405
GET   /i18n/setlang/                                        302     302      302     302    302        302     302    302
GET   /api/v1/tasks/task/checks/                            401     405      405     405    405        405     405    405
GET   /api/v1/tasks/task/phases/submission/                 401     405      405     405    405        405     405    405
GET   /api/v1/runs/RUN/withdrawal/                          401     405      405     405    405        405     405    405
GET   /admin/                                               302     302      302     302    302        302     302    200
GET   /admin/campaign/task/                                 302     302      302     302    302        302     302    200
POST  /method-tags/metadata/merge/                          302     404      404     404    404        404     404    422
POST  /method-tags/merged/MERGED/part/                      302     404      404     404    404        404     404    302
POST  /tasks/task/organise/folder/                          302     404      404     404    404        422     403    422
POST  /campaigns/campaign/load/                             302     404      404     404    404        422     404    422
POST  /load/                                                302     404      404     404    404        404     404    422
POST  /tasks/task/register/                                 302     200      200     200    200        200     200    200
POST  /tasks/task/submit/                                   302     302      422     422    422        422     302    422
POST  /tasks/task/check/                                    302     302      422     422    422        422     302    422
POST  /tasks/task/organise/packages/                        302     404      404     404    404        302     403    302
POST  /tasks/task/organise/truths/2/                        302     404      404     404    404        422     422    422
POST  /tasks/task/organise/rescorings/RESCORING/retry/      302     404      404     404    404        302     403    302
POST  /tasks/task/organise/rescorings/RESCORING/switch/     302     404      404     404    404        403     403    403
POST  /tasks/task/organise/rescorings/RESCORING/discard/    302     404      404     404    404        302     403    302
POST  /tasks/task/organise/baselines/                       302     404      404     404    404        422     422    422
POST  /tasks/task/organise/baselines/BASELINE/cancel/       302     404      404     404    404        302     403    302
POST  /tasks/task/organise/baselines/BASELINE/see/          302     404      404     404    404        302     403    302
POST  /tasks/task/organise/baselines/prices/                302     404      404     404    404        422     422    422
POST  /tasks/task/organise/baselines/prices/PRICE/remove/   302     404      404     404    404        302     403    302
POST  /api/v1/tasks/task/baselines/                         401     404      404     404    404        400     400    400
POST  /api/v1/baselines/BASELINE/cancellation/              401     404      404     404    404        200     403    200
POST  /tasks/task/organise/runs/RUN/                        302     404      404     404    404        422     422    422
POST  /tasks/task/organise/runs/queue-failed/               302     404      404     404    404        422     422    422
POST  /tasks/task/organise/calendar/submission/             302     404      404     404    404        422     422    422
POST  /runs/RUN/withdraw/                                   302     404      302     302    404        404     404    404
POST  /runs/RUN/description/                                302     404      200     200    404        404     404    404
POST  /teams/new/                                           302     200      200     200    200        200     200    200
POST  /teams/sedges/leave/                                  302     404      403     302    404        404     404    404
POST  /teams/sedges/members/MEMBER/remove/                  302     404      302     403    404        404     404    404
POST  /teams/sedges/members/MEMBER/appoint/                 302     404      302     403    404        404     404    404
POST  /teams/sedges/invitations/                            302     404      201     403    404        404     404    404
POST  /teams/sedges/invitations/INVITATION/revoke/          302     404      302     403    404        404     404    404
POST  /tasks/task/rules/accept/                             302     404      422     422    422        422     404    422
POST  /tasks/task/organise/registrations/decide/            302     404      404     404    404        422     422    422
POST  /tasks/task/organise/registrations/REGISTRATION/extra-runs/ 302     404      404     404    404        422     422    422
POST  /tasks/task/organise/registrations/REGISTRATION/merge/ 302     404      404     404    404        422     422    422
POST  /teams/sedges/change/                                 302     404      302     403    404        404     404    404
POST  /teams/sedges/members/MEMBER/hand-over/               302     404      302     403    404        404     404    404
POST  /teams/sedges/invitations/mail/                       302     404      422     422    404        404     404    404
POST  /teams/sedges/invitations/INVITATION/resend/          302     404      404     404    404        404     404    404
POST  /teams/sedges/merge/                                  302     404      422     422    404        404     404    404
POST  /teams/sedges/proposals/PROPOSAL/accept/              302     404      302     403    404        404     404    404
POST  /teams/sedges/proposals/PROPOSAL/close/               302     404      302     403    404        404     404    404
POST  /join/SECRET/                                         302     302      302     302    403        302     302    302
POST  /profile/                                             302     200      200     200    200        200     200    200
POST  /profile/tokens/                                      302     422      422     422    422        422     422    422
POST  /profile/tokens/TOKEN/revoke/                         302     404      302     404    404        404     404    404
POST  /tasks/task/organise/announcements/                   302     404      404     404    404        422     403    422
POST  /campaigns/campaign/people/give/                      302     404      404     404    404        403     403    422
POST  /campaigns/campaign/people/GIVEN/                     302     404      404     404    404        403     403    422
POST  /campaigns/campaign/people/GIVEN/take/                302     404      404     404    404        403     302    302
POST  /campaigns/campaign/people/invite/                    302     404      404     404    404        403     403    422
POST  /campaigns/campaign/people/invitations/BID/send/      302     404      404     404    404        403     403    302
POST  /campaigns/campaign/people/invitations/BID/revoke/    302     404      404     404    404        403     403    302
POST  /co-organise/HIDDENLINK/                              302     302      403     403    403        403     403    403
POST  /announcements/stop/STOPLINK/                         200     200      200     200    200        200     200    200
POST  /i18n/setlang/                                        302     302      302     302    302        302     302    302
POST  /api/v1/tasks/task/checks/                            401     400      400     400    400        400     400    400
POST  /api/v1/tasks/task/runs/                              401     403      400     400    400        400     403    400
POST  /api/v1/runs/RUN/withdrawal/                          401     404      200     200    404        403     403    403
PUT   /api/v1/tasks/task/                                   401     403      403     403    403        400     403    400
PATCH /api/v1/tasks/task/phases/submission/                 401     403      403     403    403        400     403    400
PATCH /api/v1/tasks/task/phases/siesta/                     401     403      403     403    403        404     403    404
PATCH /api/v1/runs/RUN/                                     401     404      400     400    404        400     400    400
"""

# The same addresses once results are open: runs and scores are everybody's, files are not.
AFTER_RESULTS = """
address                                               anonymous  person  captain  member  other  organiser  viewer  staff

GET   /runs/RUN/                                            200     200      200     200    200        200     200    200
GET   /runs/RUN/state/                                      200     200      200     200    200        200     200    200
GET   /runs/RUN/subsets/                                    200     200      200     200    200        200     200    200
GET   /runs/RUN/positions/                                  200     200      200     200    200        200     200    200
GET   /runs/RUN/classes/                                    200     200      200     200    200        200     200    200
GET   /runs/RUN/confusions/                                 200     200      200     200    200        200     200    200
GET   /runs/RUN/comparison/                                 200     200      200     200    200        200     200    200
GET   /runs/RUN/file/                                       404     404      200     200    404        200     200    200
GET   /api/v1/runs/RUN/                                     200     200      200     200    200        200     200    200
GET   /api/v1/runs/RUN/subsets/                             200     200      200     200    200        200     200    200
GET   /api/v1/runs/RUN/classes/                             200     200      200     200    200        200     200    200
GET   /api/v1/runs/RUN/class-table/                         200     200      200     200    200        200     200    200
GET   /api/v1/runs/RUN/confusions/                          200     200      200     200    200        200     200    200
GET   /api/v1/runs/RUN/file/                                401     404      200     200    404        200     200    200
GET   /tasks/task/submit/                                   302     302      200     200    200        200     302    200
GET   /runs/RUN/description/                                302     404      200     200    404        404     404    404
GET   /tasks/task/leaderboard/                              200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard/bars/                         200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard.csv                           200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard.json                          200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard.tex                           200     200      200     200    200        200     200    200
GET   /tasks/task/leaderboard.bib                           200     200      200     200    200        200     200    200
GET   /runs/OFFICIAL/card/                                  200     200      200     200    200        200     200    200
GET   /runs/OFFICIAL/card/config.toml                       200     200      200     200    200        200     200    200
GET   /runs/OFFICIAL/card/record.json                       200     200      200     200    200        200     200    200
GET   /runs/OFFICIAL/card/card.md                           200     200      200     200    200        200     200    200
GET   /runs/RUN/card/                                       404     404      404     404    404        404     404    404
GET   /tasks/task/organise/baselines/BASELINE/              302     404      404     404    404        200     200    200
GET   /api/v1/baselines/BASELINE/                           401     404      404     404    404        200     200    200
GET   /tasks/task/organise/baselines/BASELINE/log/          302     404      404     404    404        200     200    200
GET   /tasks/task/organise/packages/PACKAGE.zip             302     404      404     404    404        200     200    200
"""


@dataclass(frozen=True)
class World:
    """What stands for the capital words of the matrix, and who is who."""

    words: dict[str, str]
    people: dict[str, User]

    def address(self, pattern: str) -> str:
        for word, value in self.words.items():
            pattern = pattern.replace(word, value)
        return pattern

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.people:
            client.force_login(self.people[role])
        return client


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Settings) -> World:
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    people = {name: make_user(name) for name in ROLES if name not in {"anonymous", "staff"}}
    people["staff"] = make_user("staff", is_staff=True, is_superuser=True)
    campaign = make_campaign("campaign", organiser=people["organiser"])
    CampaignRole.objects.create(campaign=campaign, user=people["viewer"], name="viewer")
    task = make_task(
        "task",
        campaign=campaign,
        visibility="never",
        phases={"results": (DEADLINE, None)},
        subsets=["Domain"],
    )
    team = make_team("Sedges", captain=people["captain"])
    rushes = make_registration(task, make_team("Rushes", captain=people["other"])).team
    registration = make_registration(task, team)
    run = score_run(make_run(registration, tmp_path))
    invitation, secret = invite(team=team, by=people["captain"], now=NOW)
    join_team(secret=secret, user=people["member"], now=NOW)
    token, _ = issue_token(user=people["captain"], name="laptop", expires_at=None, now=NOW)
    proposal = propose_merge(ending=rushes, staying=team, by=people["other"], now=NOW)
    for access in DataSet.Access.values:
        make_data_set(task, access, tmp_path)
    bid = invite_organiser(
        campaign=campaign,
        email=people["person"].email,
        role="viewer",
        by=people["staff"],
        now=NOW,
    )
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")
    send_mails()
    (hidden_link,) = re.findall(r"/co-organise/([\w-]+)/", str(mail.outbox[-1].body))
    package = ask_for_package(task=task, by=people["organiser"], now=NOW)
    make_package(package_id=package.pk)
    waiting = make_truth(task, ["mrr"], {})
    rescoring = start_rescoring(truth=waiting, by=people["staff"], reason="a mistake", now=NOW)
    merged = merge_tag(
        kind="metadata", tag="A", into="B", by=people["staff"], reason="the same", now=NOW
    )
    analyse_all()
    words = {
        "GIVEN": str(campaign.roles.get(user=people["viewer"]).pk),
        "BID": str(bid.pk),
        "HIDDENLINK": hidden_link,
        "STOPLINK": stop_token(people["captain"]),
        "RUN": str(run.pk),
        "MEMBER": str(team.memberships.get(user=people["member"]).pk),
        "INVITATION": str(invitation.pk),
        "SECRET": secret,
        "TOKEN": str(token.pk),
        "PACKAGE": str(package.pk),
        "REGISTRATION": str(registration.pk),
        "PROPOSAL": str(proposal.pk),
        "RESCORING": str(rescoring.pk),
        "MERGED": str(merged.pk),
        **make_baselines(task, people["organiser"], tmp_path),
    }
    return World(words, people)


def make_baselines(task: Task, by: User, tmp_path: Path) -> dict[str, str]:
    """Make a baseline that waits, one that became a run, and a line of the table of prices."""
    waiting = ask_for_baseline(
        task=task, config=Config("first", "steps = 1\n"), by=by, reason="a first", now=NOW
    )
    official = score_run(make_run(task.registrations.get(team__organisers=True), tmp_path))
    BaselineTraining.objects.create(
        task=task,
        name="second",
        config="steps = 2\n",
        asked_at=NOW,
        sent_at=NOW,
        started_at=NOW,
        ended_at=NOW,
        reason="a second",
        state="done",
        run=official,
    )
    price = set_price(task=task, name="H100", eur_per_hour=Decimal(3), eur_bought=None, by=by)
    return {
        "BASELINE": str(waiting.pk),
        "OFFICIAL": str(official.pk),
        "PRICE": str(price.pk),
    }


def make_data_set(task: Task, access: str, tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("a;b\n")
    key = storage.store_folder(tmp_path, ["file.csv"], under=storage.DATA)
    data_set = DataSet.objects.create(
        task=task, slug=access, title=access, role="training_trusted", access=access
    )
    DataFile.objects.create(
        data_set=data_set, name="file.csv", size=4, sha256="0" * 64, key=f"{key}/file.csv"
    )


# ---------------------------------------------------------------- the table
Row = tuple[str, str, tuple[int, ...]]


def rows(matrix: str) -> list[Row]:
    """Return method, address and statuses of every line."""
    lines = [line.split() for line in matrix.splitlines() if line.strip()]
    assert lines[0] == ["address", *ROLES]
    return [(method, path, tuple(map(int, statuses))) for method, path, *statuses in lines[1:]]


def status_of(client: Client, method: str, path: str) -> int:
    """Return the status of an answer; whatever the request changed is undone."""
    with transaction.atomic():
        answer = getattr(client, method.lower())(path)
        if answer.streaming:
            b"".join(answer)  # to the end, so that the file is closed
        transaction.set_rollback(True)
    status: int = answer.status_code
    return status


def differences(world: World, matrix: str) -> Iterator[str]:
    for method, path, expected in rows(matrix):
        for role, status in zip(ROLES, expected, strict=True):
            found = status_of(world.client(role), method, world.address(path))
            if found != status:
                yield f"{method} {path} as {role}: {found} instead of {status}"


def test_every_role_gets_what_the_matrix_says(world):
    assert list(differences(world, MATRIX)) == []


def test_open_results_open_scores_and_no_files(world, settings):
    settings.CLOCK_OFFSET = DEADLINE - datetime.now(UTC)
    assert list(differences(world, AFTER_RESULTS)) == []


def test_a_token_opens_what_a_login_does_and_nothing_else(world):
    """The API asks who somebody is, not how they said so; the pages know no tokens."""
    secrets = {
        role: issue_token(user=user, name="t", expires_at=None, now=NOW)[1]
        for role, user in world.people.items()
    }

    def ask_by_token(role: str, method: str, path: str) -> int:
        headers = {"Authorization": f"Bearer {secrets[role]}"} if role in secrets else {}
        return status_of(Client(headers=headers), method, world.address(path))

    for method, path, statuses in rows(MATRIX):
        for role, status in zip(ROLES, statuses, strict=True):
            expected = status if path.startswith("/api/") else statuses[0]
            assert ask_by_token(role, method, path) == expected, (role, method, path)


FATES: tuple[dict[str, Any], ...] = (
    {"standing": "active"},
    {"standing": "withdrawn", "standing_reason": "a mistake"},
    {"standing": "withdrawn", "standing_reason": "a mistake", "withdrawn_unseen": True},
    {"standing": "disqualified", "standing_reason": "two accounts", "withdrawn_unseen": False},
)


@pytest.mark.parametrize("visibility", ["never", "live"])
def test_papers_show_to_exactly_those_who_see_the_run(world, settings, visibility):
    Task.objects.update(visibility=visibility)
    clients = {role: world.client(role) for role in ("anonymous", "other", "viewer", "organiser")}

    def statuses(path: str) -> dict[str, int]:
        place = world.address(f"/runs/OFFICIAL/{path}")
        return {role: status_of(client, "GET", place) for role, client in clients.items()}

    for at, fate in product((NOW, DEADLINE), FATES):
        settings.CLOCK_OFFSET = at - datetime.now(UTC)
        Run.objects.filter(pk=world.words["OFFICIAL"]).update(**fate)
        seen = statuses("")
        assert seen["organiser"] == 200
        assert statuses("card/") == statuses("card/config.toml") == seen, (at, fate)


# ---------------------------------------------------------------- no route is forgotten
def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern).removeprefix("^")  # as a match writes it
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from routes(entry, route)


def test_every_route_has_a_line():
    """What takes no GET must say so, in a line too."""
    numbers = ("RUN", "MEMBER", "INVITATION", "TOKEN", "GIVEN", "BID", "PACKAGE", "REGISTRATION")
    words = dict.fromkeys(
        (*numbers, "PROPOSAL", "RESCORING", "BASELINE", "OFFICIAL", "PRICE", "MERGED"), "1"
    )
    words |= {"SECRET": "s", "HIDDENLINK": "s", "STOPLINK": "s"}
    somewhere = World(words, {})
    listed = {
        resolve(somewhere.address(path)).route
        for method, path, _statuses in rows(MATRIX)
        if method == "GET"
    }
    everything = {route for route in routes(get_resolver()) if not route.startswith("admin/")}
    assert everything - listed == set()


def test_nothing_of_the_admin_opens_to_others_than_staff(world):
    """One rule for the hundred pages of Django's admin, whatever is registered there."""
    for route in routes(get_resolver()):
        if not route.startswith("admin/") or route == "admin/login/":
            continue
        path = "/" + re.sub(r"<path:\w+>", "1", route)
        path = path.replace("(?P<app_label>auth|campaign|account)/$", "campaign/")
        path = path.replace("(?P<url>.*)$", "nothing/")
        for role in ("anonymous", "captain", "organiser"):
            answer = world.client(role).get(path)
            assert answer.status_code == 302, path
            # Logging out leads back to the start, which leads to the log-in.
            assert answer["Location"].startswith("/admin/login/") or path == "/admin/logout/"
