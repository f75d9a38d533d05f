"""A task and teams for the platform that is going to be killed, made by the platform's own code.

    python -m tests.chaos.world TEAMS

runs with the settings of the platform's processes and prints the teams' tokens as JSON.
"""

import json
import sys

import django

TASK = "chaos"
LIMIT = 3
N_QUERIES = 1_000
N_CLASSES = 101
N_ANSWERS = 40


def run_lines(seed: int) -> str:
    """Return a valid run that takes long enough to be killed in the middle; no two are alike."""
    answers = (
        f"q{query};c{(query + seed + rank) % N_CLASSES};{1 / (1 + rank)}\n"
        for query in range(N_QUERIES)
        for rank in range(N_ANSWERS)
    )
    return "".join(answers) + "\n" * seed


def main(n_teams: int) -> None:
    """Make the tables, the task and the teams; print the teams' tokens."""
    django.setup()
    # Models can be imported only now.
    from campaign.clock import now  # noqa: PLC0415
    from campaign.services.accounts import issue_token  # noqa: PLC0415
    from campaign.standalone.preparations import prepare_database  # noqa: PLC0415
    from tests.campaign.factories import make_registration, make_task, make_team  # noqa: PLC0415

    prepare_database()
    task = make_task(TASK, files=tables(), phases={"submission": (None, None)}, runs_per_team=LIMIT)
    tokens = []
    for _ in range(n_teams):
        captain = make_registration(task, make_team()).team.members.get()
        tokens.append(issue_token(user=captain, name="chaos", expires_at=None, now=now())[1])
    sys.stdout.write(json.dumps(tokens))


def tables(shift: int = 0) -> dict[str, str]:
    """Return the tables of a task; with a shift its labels are others."""
    truth = "".join(f"q{i};c{(i + shift) % N_CLASSES}\n" for i in range(N_QUERIES))
    return {
        "classes.csv": "ClassId\n" + "".join(f"c{i}\n" for i in range(N_CLASSES)),
        "queries.csv": "QueryId\n" + "".join(f"q{i}\n" for i in range(N_QUERIES)),
        "media.csv": "MediaId;QueryId\nm0;q0\n",
        "ground_truth.csv": f"QueryId;ClassId\n{truth}",
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
