"""Which platform, and with which token: options, then the environment, then the config file."""

import argparse
import os
from pathlib import Path

from clefboard.cli.ending import CommandError
from scoring.records import dataclass


@dataclass(frozen=True)
class Settings:
    """Where the platform is and who speaks to it; both may be empty."""

    url: str
    token: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add --url and --token to a command."""
    group = parser.add_argument_group(
        "platform",
        "else CLEFBOARD_URL and CLEFBOARD_TOKEN, else url and token in"
        " ~/.config/clefboard/config.toml",
    )
    group.add_argument("--url", help="address of the platform, e.g. https://clef.example")
    group.add_argument("--token", help="personal API token, made on your profile page")


def read_settings(args: argparse.Namespace) -> Settings:
    """Return the settings of a command."""
    stored = _config_file()
    url = args.url or os.environ.get("CLEFBOARD_URL") or stored.get("url", "")
    token = args.token or os.environ.get("CLEFBOARD_TOKEN") or stored.get("token", "")
    return Settings(url, token)


def need_url(settings: Settings) -> str:
    """Return the address of the platform, or end the command where none is known."""
    if not settings.url:
        raise CommandError("which platform? give --url, or set CLEFBOARD_URL")
    return settings.url


def cache_folder() -> Path:
    """Return where downloaded tables are kept."""
    return _home("XDG_CACHE_HOME", ".cache")


def _config_file() -> dict[str, str]:
    import tomllib  # a quarter of what a small run takes, and most commands ask no platform

    path = _home("XDG_CONFIG_HOME", ".config") / "config.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    return {key: str(data[key]) for key in ("url", "token") if key in data}


def _home(variable: str, default: str) -> Path:
    base = os.environ.get(variable)
    return (Path(base) if base else Path.home() / default) / "clefboard"
