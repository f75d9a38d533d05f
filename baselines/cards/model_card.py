"""The model card of a baseline (Mitchell and others 2019), for people who want to use or judge it."""

from collections.abc import Iterator, Mapping
from typing import Any

from baselines.cards.description import pre_training_of
from baselines.cards.facts import Facts
from baselines.config import Baseline
from baselines.networks.table import find_network

_UNSAID = "Not said."


def model_card(facts: Facts, record: Mapping[str, Any]) -> str:
    """Return a model card in Markdown.

    Parameters
    ----------
    record
        Of the same facts, as `record_of` gives it.
    """
    sections = {
        "Intended use": _use(facts),
        "Data": _data(facts, record),
        "Network": _network(facts),
        "Weights": _weights(facts),
        "Training": _training(facts),
        "Evaluation": _evaluation(facts),
        "Cost": _cost(facts),
        "Limits": _limits(facts),
        "How to cite": [facts.config.card.cite or _UNSAID],
    }
    texts = [f"# {facts.config.name}"]
    texts += [f"## {title}\n\n" + "\n".join(lines) for title, lines in sections.items()]
    return "\n\n".join(texts) + "\n"


def _use(facts: Facts) -> list[str]:
    default = "A baseline: what a run of a team is held against. It answers one task, and is no field guide."
    return [facts.config.card.use or default]


def _data(facts: Facts, record: Mapping[str, Any]) -> list[str]:
    data = record["data"]
    return [
        facts.config.card.data or _UNSAID,
        "",
        f"- {data['images']:,} {_files(facts)}, {data['observations']:,} observations, {data['classes']:,} classes",
        f"- SHA-256 of names, classes and content: `{data['sha256']}`",
        f"- Licence: {facts.config.card.licence or 'not said'}",
    ]


def _network(facts: Facts) -> list[str]:
    own, n = facts.config, facts.n_networks
    lines = [
        f"- {find_network(own.network.name).about}",
        _seen(own),
    ]
    if facts.is_frozen:
        lines.append("- The network stays as it is; a linear layer on its features learns")
    if n > 1:
        by = {"folds": "each without another fold", "bootstraps": "each on a bootstrap"}
        lines.append(
            f"- {n} networks, {by[own.bagging.by]} of the {own.bagging.group}s; their mean answers"
        )
    if facts.outputs_per_query:
        lines.append(f"- Up to {facts.outputs_per_query:,} outputs fused for a query")
    return lines


def _seen(config: Baseline) -> str:
    if sound := config.sound:
        return (
            f"- Windows of {sound.seconds:g} s as log-mel pictures of {sound.height} × {sound.width}"
            " pixels, the answers of a recording's windows fused"
        )
    return f"- Images of {config.data.size} × {config.data.size} pixels"


def _weights(facts: Facts) -> list[str]:
    origin = facts.origin
    begun = f"- Began at: {origin.source}"
    if pre_training := pre_training_of(facts):
        begun += f" (learnt before: {pre_training})"
    lines = [begun]
    if origin.sha256:
        lines.append(f"- SHA-256 of that file: `{origin.sha256}`")
    return [*lines, *(f"- `{own.file}`: SHA-256 `{own.sha256}`" for own in facts.networks)]


def _training(facts: Facts) -> list[str]:
    learnt = [f"{own.n_learnt:,}" for own in facts.networks]
    apart = [f"{own.n_apart:,}" for own in facts.networks]
    return [
        f"- {_files(facts).capitalize()} learnt from: {', '.join(learnt)}; kept apart: {', '.join(apart)}",
        f"- Seed {facts.config.seed}; all settings are in the record of the run",
    ]


def _evaluation(facts: Facts) -> list[str]:
    runs = [f"- `{name}`: SHA-256 `{digest}`" for name, digest in facts.runs.items()]
    return [
        "The scores are those of its run, on the run's page.",
        "",
        *runs,
    ]


def _cost(facts: Facts) -> list[str]:
    own = facts.hardware
    energy = ", ".join(f"{joules:,.0f} J ({kind})" for kind, joules in facts.energy.items())
    return [
        f"- {own.device}" + (f", {own.gpus} GPUs" if own.gpus > 1 else ""),
        *_times(facts),
        f"- Energy: {energy or 'not measured'}",
    ]


def _times(facts: Facts) -> Iterator[str]:
    for name, spent in facts.phases.items():
        yield f"- {name.capitalize()}: {spent.seconds:,.0f} s"
    if facts.answers_per_minute:
        yield f"- {facts.answers_per_minute:,.0f} {_files(facts)} a minute answered"


def _files(facts: Facts) -> str:
    return "recordings" if facts.config.sound else "images"


def _limits(facts: Facts) -> list[str]:
    default = (
        "It knows the classes it learnt and names one of them whatever it is shown. How sure it is was"
        " not calibrated."
    )
    return [facts.config.card.limits or default, *(f"- {finding}" for finding in facts.findings)]
