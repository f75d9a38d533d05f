"""The record of a run: enough to make it again, and to see that it is the same."""

from dataclasses import asdict
from typing import Any

from baselines.cards.facts import Facts, TrainedNetwork, code_digest, data_digest
from baselines.cards.hardware import package_version, versions
from baselines.config_file import as_data

NOT_MEASURED = "not measured"


def record_of(facts: Facts) -> dict[str, Any]:
    """Return how a run came about, as docs/baselines.md has it, key by key."""
    return {
        "config": as_data(facts.config),
        "code": {"version": package_version("clefboard"), "sha256": code_digest()},
        "data": {
            "sha256": data_digest(facts.items),
            "images": len(facts.items),
            "observations": len({item.observation for item in facts.items}),
            "classes": facts.n_classes,
        },
        "networks": [_network(network) for network in facts.networks],
        "runs": dict(facts.runs),
        "versions": dict(versions()),
        "hardware": asdict(facts.hardware),
        "phases": {name: asdict(spent) for name, spent in facts.phases.items()},
        "energy": dict(facts.energy) or NOT_MEASURED,
        "findings": list(facts.findings),
    }


def _network(network: TrainedNetwork) -> dict[str, Any]:
    return {
        "file": network.file,
        "sha256": network.sha256,
        "weights": asdict(network.origin),
        "images": network.n_learnt,
        "kept_apart": network.n_apart,
    }
