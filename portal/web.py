"""Configuration of gunicorn, for the supervisor and for the container alike."""

import os
from pathlib import Path
from typing import Any

from portal import processes

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# Workers share the master's memory, and a killed one is back at once.
preload_app = True
timeout = 60
graceful_timeout = 10
# Longer than usual proxies keep an idle connection, so that it is always they who close it.
keepalive = 75
# A slow disk must not look like a hung worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's heartbeat file
control_socket_disable = True
loglevel = "warning"


def post_fork(_server: Any, worker: Any) -> None:
    """Bind each worker's life to the master's."""
    processes.end_with_parent(worker.ppid)
