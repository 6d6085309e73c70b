"""Children that do not outlive their parent."""

import ctypes
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Loaded here, because little may be done between a fork and what follows it.
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent(parent_pid: int | None = None) -> None:
    """Ask the kernel to kill this process when its parent dies, kill -9 included (Linux; nothing happens elsewhere).

    Call it in the child, right after the fork; with the parent's pid it also notices a parent that died just before.
    """
    if sys.platform != "linux":
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent_pid is not None and os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)


def end_with_parent_worker() -> None:
    """Bind Celery's pool children to the worker's main process."""
    from celery.signals import worker_process_init

    worker_process_init.connect(_pool_child_started, weak=False)


def _pool_child_started(**_kwargs: Any) -> None:
    end_with_parent()
