"""Logs: one JSON object a line, from our code and from libraries alike.

A path may hold a one-time token (an invitation, a reset), so paths are logged
without their query and with anything that looks like a token left out.
"""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONG = re.compile(r"[\w.:-]{20,}")
_IN_PATH = re.compile(rf"(?<=/){_LONG.pattern}")


def without_tokens(path: str) -> str:
    """The path with no query and no segment that could open a door."""
    hidden = (
        "…" if _LONG.fullmatch(part) and not _UUID.fullmatch(part) else part
        for part in path.split("?", maxsplit=1)[0].split("/")
    )
    return "/".join(hidden)


def _hide_tokens(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    if isinstance(event.get("request"), str):
        event["request"] = without_tokens(event["request"])
    if isinstance(event.get("event"), str):  # Django's own warnings name a path in the sentence
        event["event"] = _IN_PATH.sub(_hidden, event["event"])
    return event


def _hidden(found: re.Match[str]) -> str:
    return found[0] if _UUID.fullmatch(found[0]) else "…"


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,  # the traceback's text, never the local variables
    _hide_tokens,
]


def configure(level: str) -> dict[str, Any]:
    """Set structlog up and return what Django's LOGGING and gunicorn's logconfig_dict need."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": _formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django adds its own handlers here; ours is the root's.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # django-structlog tells of every answer and failure, with the path made safe.
            "django.request": {"level": "CRITICAL"},
            # these would write codes and tokens down where somebody asks for DEBUG
            "oauth2_provider": {"level": "INFO"},
            "oauthlib": {"level": "INFO"},
            "gunicorn.access": {"level": "CRITICAL", "propagate": False},
            "gunicorn.error": {"handlers": ["stderr"], "level": level, "propagate": False},
        },
    }


def _formatter() -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
