"""How gunicorn serves the portal, in the demo and in production alike."""

import os
from pathlib import Path

from portal import logs

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(os.cpu_count() or 1, 4))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 5000  # a leak never grows past this many answers
max_requests_jitter = 500
# The workers' heartbeat is a file; on a disk it can block, in memory it cannot.
_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108
worker_tmp_dir = str(_MEMORY) if _MEMORY.is_dir() else None
control_socket_disable = True
logconfig_dict = logs.configure(os.environ.get("LOG_LEVEL", "INFO"))
