"""How work reaches the worker. The database is the truth and Celery a doorbell, so nothing here may be lost or kept."""

from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from kombu import Exchange, Queue

# A path of a Unix socket may have 107 bytes on Linux and 103 on macOS.
MAX_SOCKET_PATH = 100
# Seconds. The order matters: soft limit < hard limit < visibility timeout.
SOFT_TIME_LIMIT = 240
HARD_TIME_LIMIT = 300
VISIBILITY_TIMEOUT = 900

WORK = "portal"
# Taken from in turn with the other, so that a flood of work does not make a living worker look dead.
VITAL = "vital"


def embedded_socket(var_dir: Path) -> Path:
    """Return where the embedded broker of a VAR_DIR listens: the same answer in every process, without a lookup."""
    socket = var_dir.absolute() / "broker" / "broker.sock"
    if len(str(socket).encode()) <= MAX_SOCKET_PATH:
        return socket
    digest = sha256(str(var_dir.absolute()).encode()).hexdigest()[:16]
    return Path(gettempdir()) / f"portal-{digest}" / "broker.sock"


def embedded_broker_url(var_dir: Path) -> str:
    """Return the address of the embedded broker."""
    return f"redis+socket://{embedded_socket(var_dir)}"


def transport_options(url: str, var_dir: Path) -> dict[str, Any]:
    """Return kombu's options for the broker's kind."""
    if url.startswith("filesystem://"):
        folder = var_dir / "broker" / "queue"
        return {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(var_dir / "broker" / "control"),
        }
    if url.startswith("memory://"):
        return {}
    return {
        # A killed worker's task comes back after this and up to 100 s more (kombu 5.7 scans on each tenth call of a
        # 10 s loop). Nothing depends on it: sweepers look into the database.
        "visibility_timeout": VISIBILITY_TIMEOUT,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }


def celery_settings(url: str, var_dir: Path, *, concurrency: int, timezone: str) -> dict[str, Any]:
    """Return the CELERY_* settings."""
    return {
        "CELERY_BROKER_URL": url,
        "CELERY_BROKER_TRANSPORT_OPTIONS": transport_options(url, var_dir),
        # Celery's Redis page asks for the visibility timeout in three places; the other two only matter once
        # somebody turns a result back end on.
        "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS": {"visibility_timeout": VISIBILITY_TIMEOUT},
        "CELERY_VISIBILITY_TIMEOUT": VISIBILITY_TIMEOUT,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_IGNORE_RESULT": True,
        # Late acknowledgement alone still acknowledges when the child is killed; with the second one a task that
        # kills its worker comes round again, so attempts are counted and capped in the rows themselves.
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_TASK_SOFT_TIME_LIMIT": SOFT_TIME_LIMIT,
        "CELERY_TASK_TIME_LIMIT": HARD_TIME_LIMIT,
        "CELERY_TASK_DEFAULT_QUEUE": WORK,
        "CELERY_TASK_QUEUES": [Queue(name, Exchange(name), routing_key=name) for name in (WORK, VITAL)],
        "CELERY_TASK_ROUTES": {"portal.heartbeat": {"queue": VITAL, "routing_key": VITAL}},
        "CELERY_WORKER_CONCURRENCY": concurrency,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_MAX_MEMORY_PER_CHILD": 300_000,  # KiB
        "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": True,
        "CELERY_WORKER_ENABLE_REMOTE_CONTROL": False,
        "CELERY_WORKER_SEND_TASK_EVENTS": False,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        # Beat keeps no state: it only rings, and core.jobs decides whether a slot is due. Two beats are harmless.
        "CELERY_BEAT_SCHEDULER": "celery.beat:Scheduler",
        "CELERY_BEAT_MAX_LOOP_INTERVAL": 5,
        "CELERY_TIMEZONE": timezone,
    }
