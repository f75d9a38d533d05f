"""What stands between running servers and the first page: a database, its tables, static files."""

import hashlib
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg import sql

from campaign.models import User
from campaign.services.species import record_missing_species
from campaign.standalone.demo_accounts import holds_other_people
from campaign.standalone.processes import CannotStart


def prepare_database() -> None:
    """Make the database where it is missing, and bring its tables up to date.

    Raises
    ------
    CannotStart
        The server cannot be reached or does not let us in.
    """
    try:
        connection.ensure_connection()
    except OperationalError:
        _create_database()
    call_command("migrate", interactive=False, verbosity=0)
    record_missing_species()
    connection.close()  # the next use may be hours away


def is_empty() -> bool:
    """Return whether nobody has an account yet."""
    anybody = User.objects.exists()
    connection.close()
    return not anybody


def takes_demo() -> bool:
    """Return whether nobody has an account but the people of the demo, complete or not."""
    others = holds_other_people()
    connection.close()
    return not others


def _create_database() -> None:
    target = connection.get_connection_params()
    name = target["dbname"]
    try:
        with psycopg.connect(
            host=target.get("host"),
            port=target.get("port"),
            user=target.get("user"),
            password=target.get("password"),
            dbname="postgres",
            autocommit=True,
        ) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise CannotStart(f"Database {name!r} cannot be used: {str(error).strip()}") from error


def prepare_folders() -> None:
    """Make the folders that hold what is private, closed to other accounts."""
    mails = getattr(settings, "EMAIL_FILE_PATH", None)  # only where mails are files
    for folder in (settings.PRIVATE_DIR, settings.FILE_UPLOAD_TEMP_DIR, mails):
        if folder:
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def prepare_static_files() -> None:
    """Collect and compress static files, when any has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected-from"
    sources = _fingerprint()
    if stamp.exists() and stamp.read_text() == sources:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(sources)


def _fingerprint() -> str:
    """Return a digest over the names, sizes and times of all static files of all apps."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
