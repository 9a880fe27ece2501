import json
import logging

import structlog

from portal import logs


def test_paths_lose_their_tokens_and_keep_their_ids():
    ref = "0190b3c2-7d2e-7cc3-98c4-dc0c0c07398f"
    assert logs.without_tokens(f"GET /deals/{ref}/accept?q=acme") == f"GET /deals/{ref}/accept"
    assert (
        logs.without_tokens("GET /invitations/x7Gh_2kLmN-90aBcDeFgHiJk/") == "GET /invitations/…/"
    )
    assert logs.without_tokens("GET /account/password/reset/key/1-cs0d2f-0a1b2c3d4e5f67/") == (
        "GET /account/password/reset/key/…/"
    )


def written(record: logging.LogRecord) -> dict[str, object]:
    handler = logging.StreamHandler()
    handler.setFormatter(logs.configure("INFO")["formatters"]["json"]["()"]())
    return json.loads(handler.format(record))


def test_a_library_s_line_is_json_with_name_level_and_moment():
    record = logging.LogRecord("celery", logging.WARNING, __file__, 1, "lost %s", ("it",), None)
    line = written(record)
    assert (line["event"], line["logger"], line["level"]) == ("lost it", "celery", "warning")
    assert line["timestamp"].endswith("Z")


def test_our_line_is_json_with_its_context(caplog):
    logs.configure("INFO")
    with caplog.at_level("INFO"), structlog.contextvars.bound_contextvars(request_id="7"):
        structlog.get_logger("portal.x").info("sold", request="GET /a/x7Gh_2kLmN-90aBcDeFgHiJk?t=1")
    line = written(caplog.records[-1])
    assert line["event"] == "sold"
    assert line["request_id"] == "7"
    assert line["request"] == "GET /a/…"


def test_a_failure_shows_its_place_but_no_local_variables():
    secret = "hunter" + "2"
    try:
        raise ValueError(len(secret))
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), info)
    line = written(record)
    assert "ValueError: 7" in line["exception"]
    assert secret not in json.dumps(line)
