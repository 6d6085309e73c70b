"""Become another user and another program, without another process: PostgreSQL refuses to run as root.

``python -m tests.chaos.unprivileged USER PROGRAM [ARGUMENT...]``; whoever signals this process signals the program.
"""

import os
import pwd
import sys

from portal import processes


def main() -> None:
    user, *argv = sys.argv[1:]
    if os.geteuid() == 0:
        entry = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    # The kernel forgets the wish when the user changes, so it is made again.
    processes.end_with_parent(os.getppid())
    os.execv(argv[0], argv)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
