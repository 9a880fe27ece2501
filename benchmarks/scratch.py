"""A database that exists while something is measured."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextmanager
def database(url: str) -> Iterator[str]:
    """The address of a new, empty database on the server of `url`, removed at the end."""
    name = f"bench_{os.getpid()}_{secrets.token_hex(3)}"
    made, plain = sql.Identifier(name), at(url, "postgres").partition("?")[0]
    with psycopg.connect(plain, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(made))
    try:
        yield at(url, name)
    finally:
        with psycopg.connect(plain, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made))


def at(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
