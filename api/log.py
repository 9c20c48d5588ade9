"""Structured logs: JSON in production, readable lines elsewhere. Names and ids only, never bodies or addresses."""

import logging

import structlog


def configure(*, as_json: bool) -> None:
    """Set up structlog once per process."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # a line and its end in one write: processes that share an output do not write into each other's lines
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of one area, named after it."""
    return structlog.get_logger(area=name)
