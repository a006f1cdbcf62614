"""The servers of the tests do what the tests of the guide rely on: a crash loses nothing, and who hangs says nothing."""

from __future__ import annotations

from collections.abc import Callable

import psycopg2
import pytest
import redis as redis_client

from tests.emulators.servers import Server, postgres, redis


def rows(server: Server) -> list[tuple[int]]:
    connection = psycopg2.connect(server.url, connect_timeout=2)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS told (number int)")
        cursor.execute("INSERT INTO told SELECT count(*) FROM told")
        cursor.execute("SELECT number FROM told")
        found = cursor.fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("end", [Server.stop, Server.kill])
def test_postgresql_comes_back_with_its_data(end: Callable[[Server], None]) -> None:
    with postgres() as server:
        assert rows(server) == [(0,)]
        end(server)
        with pytest.raises(psycopg2.OperationalError, match="refused"):
            rows(server)
        server.start()
        assert rows(server) == [(0,), (1,)]
        server.freeze()
        with pytest.raises(psycopg2.OperationalError, match="timeout"):
            rows(server)
        server.thaw()
        assert rows(server)[:2] == [(0,), (1,)]


@pytest.mark.parametrize("end", [Server.stop, Server.kill])
def test_redis_comes_back_with_its_data(end: Callable[[Server], None]) -> None:
    with redis() as server:
        client = redis_client.Redis.from_url(server.url, socket_timeout=1)
        client.set("told", "1")
        end(server)
        with pytest.raises(redis_client.ConnectionError):
            client.get("told")
        server.start()
        assert client.get("told") == b"1"
        server.freeze()
        with pytest.raises(redis_client.TimeoutError):
            client.get("told")
        server.thaw()
        assert client.get("told") == b"1"


@pytest.mark.parametrize("kind", [postgres, redis])
def test_nobody_gets_in_without_the_password(kind: Callable) -> None:
    with kind() as server, pytest.raises((psycopg2.OperationalError, redis_client.AuthenticationError)):
        url = server.url.replace("only-for-tests", "a-guess")
        psycopg2.connect(url) if "postgresql" in url else redis_client.Redis.from_url(url).ping()
