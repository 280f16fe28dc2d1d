"""A throw-away server: it is reached by its socket alone, and gone with the block."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tutela.demo import postgres_server
from tutela.demo.postgres_server import programs, running_cluster
from tutela.kernel.errors import Unavailable


@pytest.mark.slow
@pytest.mark.needs("postgres")
def test_a_database_is_there_while_the_block_lasts() -> None:
    with running_cluster() as cluster:
        address = cluster.make_database("tutela")
        with psycopg.connect(address) as database:
            assert database.execute("SELECT current_user, current_database()").fetchone() == (
                "tutela",
                "tutela",
            )
        with pytest.raises(Unavailable, match="createdb failed"):
            cluster.run("createdb", "-h", str(cluster.folder), "-U", "admin", "tutela")
    assert not cluster.folder.exists()


def test_where_no_server_is_installed_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres_server, "_INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="no PostgreSQL server is installed here"):
        programs()
