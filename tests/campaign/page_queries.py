"""How many queries every page asks of the database, and as whom: the numbers that `test_queries.py` holds.

A page stands here as everybody sees it, as those do who take part, and as organisers do, where it is another one for them.
The record asks for each kind of change that a page of it shows: here of one kind.
"""

from typing import NamedTuple


class Line(NamedTuple):
    """A page by its address in the access matrix, who asks for it, and the queries that it costs."""

    address: str
    viewer: str
    queries: int


_LINES = """
/                                                      anonymous  10
/                                                      captain    12
/history/                                              anonymous   5
/history/editions/                                     anonymous   3
/history/methods/                                      anonymous   7
/history/boards/birdclef-2014/                         anonymous   2
/search/?q=task                                        anonymous   8
/method-tags/                                          anonymous   5
/method-tags/                                          captain     8
/campaigns/campaign/                                   anonymous  11
/campaigns/campaign/                                   captain    15
/campaigns/campaign/                                   organiser  22
/tasks/task/                                           anonymous   6
/tasks/task/                                           captain    14
/tasks/task/data/                                      anonymous   4
/tasks/task/data/                                      captain    13
/tasks/task/rules/                                     anonymous   3
/tasks/task/rules/                                     captain    10
/tasks/task/leaderboard/                               anonymous  10
/tasks/task/leaderboard/                               captain    19
/tasks/task/leaderboard/bars/                          anonymous   8
/tasks/task/leaderboard/bars/                          captain    16
/tasks/task/leaderboard/history/                       anonymous  10
/tasks/task/leaderboard/history/                       captain    20
/tasks/task/leaderboard/history/step/                  anonymous   9
/tasks/task/leaderboard/history/step/                  captain    13
/tasks/task/analyses/                                  anonymous   4
/tasks/task/analyses/                                  captain    15
/tasks/task/analyses/cost/                             organiser  17
/tasks/task/register/                                  captain    16
/tasks/task/register/                                  organiser  15
/tasks/task/submit/                                    captain    16
/tasks/task/runs/                                      captain    17
/tasks/task/organise/                                  organiser  20
/tasks/task/organise/announcements/                    organiser  14
/campaigns/campaign/people/                            organiser   6
/co-organise/HIDDENLINK/                               person      4
/announcements/stop/STOPLINK/                          anonymous   1
/tasks/task/organise/exports/                          organiser  12
/tasks/task/organise/folder/                           organiser  11
/campaigns/campaign/load/                              organiser   4
/load/                                                 staff       2
/tasks/task/organise/registrations/                    organiser  19
/tasks/task/organise/registrations/REGISTRATION/       organiser  20
/tasks/task/organise/truths/                           organiser  13
/tasks/task/organise/truths/2/                         organiser  13
/tasks/task/organise/rescorings/RESCORING/             organiser  14
/tasks/task/organise/rescorings/RESCORING/progress/    organiser  11
/tasks/task/organise/baselines/                        organiser  12
/tasks/task/organise/baselines/BASELINE/               organiser  12
/tasks/task/organise/baselines/BASELINE/progress/      organiser   7
/tasks/task/organise/baselines/prices/                 organiser  12
/runs/OFFICIAL/card/                                   anonymous   7
/runs/OFFICIAL/card/                                   captain    11
/tasks/task/organise/runs/                             organiser  15
/tasks/task/organise/runs/RUN/                         organiser  19
/tasks/task/organise/calendar/                         organiser  12
/tasks/task/organise/calendar/submission/              organiser  11
/tasks/task/organise/record/?kind=run                  organiser  40
/runs/RUN/                                             anonymous   8
/runs/RUN/                                             captain    17
/runs/RUN/state/                                       anonymous   8
/runs/RUN/state/                                       captain    14
/runs/RUN/subsets/                                     anonymous   7
/runs/RUN/subsets/                                     captain    13
/runs/RUN/positions/                                   anonymous   7
/runs/RUN/positions/                                   captain    11
/runs/RUN/classes/                                     anonymous   6
/runs/RUN/classes/                                     captain    11
/runs/RUN/classes/                                     organiser  12
/runs/RUN/confusions/                                  anonymous   6
/runs/RUN/confusions/                                  captain    11
/runs/RUN/confusions/                                  organiser  12
/runs/RUN/comparison/                                  anonymous   7
/runs/RUN/comparison/                                  captain    11
/runs/RUN/description/                                 captain    14
/teams/                                                captain     5
/teams/new/                                            captain     2
/teams/sedges/                                         anonymous   7
/teams/sedges/                                         captain    14
/join/SECRET/                                          captain     5
/profile/                                              captain     4
/accounts/login/                                       anonymous   0
/accounts/signup/                                      anonymous   0
/accounts/logout/                                      captain     2
/accounts/inactive/                                    anonymous   0
/accounts/reauthenticate/                              captain     2
/accounts/email/                                       captain     4
/accounts/confirm-email/                               anonymous   0
/accounts/confirm-email/KEY/                           anonymous   0
/accounts/password/change/                             captain     2
/accounts/password/reset/                              anonymous   0
/accounts/password/reset/done/                         anonymous   0
/accounts/password/reset/key/x-y/                      anonymous   1
/accounts/password/reset/key/done/                     anonymous   0
/api/docs/                                             anonymous   0
/admin/                                                staff       3
/admin/campaign/task/                                  staff       7
"""


def lines() -> list[Line]:
    """Return them in the order of the access matrix.

    >>> lines()[0].address
    '/'
    """
    words = (line.split() for line in _LINES.splitlines() if line)
    return [Line(address, viewer, int(queries)) for address, viewer, queries in words]
