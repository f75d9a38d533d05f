"""The version of the scorer: it stands with every evaluation."""

SCORER_VERSION = "1"
