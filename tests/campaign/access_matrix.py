"""The access matrix: every route, every role. `test_access` fails for a route without a line here."""

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
GET   /api/v1/tasks/task/leaderboard/history/               200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/analyses/                          200     200      200     200    200        200     200    200
GET   /api/v1/tasks/task/analyses/cost/                     404     404      404     404    404        200     200    200
GET   /api/v1/tasks/task/fusions/                           404     404      404     404    404        422     422    422
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
GET   /api/v1/runs/RUN/positions/                           404     404      404     404    404        200     200    200
GET   /api/v1/runs/RUN/comparison/OFFICIAL/                 404     404      404     404    404        200     200    200
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
POST  /api/v1/tasks/task/fusions/                           401     400      400     400    400        400     400    400
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
GET   /api/v1/runs/RUN/positions/                           200     200      200     200    200        200     200    200
GET   /api/v1/runs/RUN/comparison/OFFICIAL/                 200     200      200     200    200        200     200    200
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

Row = tuple[str, str, tuple[int, ...]]


def rows(matrix: str) -> list[Row]:
    """Return method, address and statuses of every line."""
    lines = [line.split() for line in matrix.splitlines() if line.strip()]
    assert lines[0] == ["address", *ROLES]
    return [(method, path, tuple(map(int, statuses))) for method, path, *statuses in lines[1:]]
