"""Which folder is which: by the path that it is given, and by where that leads where it was given another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.state.making import NOON, Office, open_office


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    """A database to which `releases/1` is known, as earlier versions wrote that down; `current` leads there."""
    for number in (1, 2):
        (tmp_path / f"releases/{number}").mkdir(parents=True)
    lead(tmp_path / "current", tmp_path / "releases/1")
    office = await open_office(tmp_path / "newsbell.db", str(tmp_path / "releases/1"))
    await office.store.posts.finish_baseline(NOON)
    await office.store.close()
    return office.path


def lead(link: Path, place: Path) -> None:
    """Let the link lead to a place, wherever it led before."""
    link.unlink(missing_ok=True)
    link.symlink_to(place)


async def looks(database: Path, name: str) -> bool:
    """Whether the first scan of the folder of that name is done, for who only looks."""
    return await known(await open_office(database, str(database.parent / name)))


async def sends(database: Path, name: str) -> bool:
    """The same for who sends."""
    office = await open_office(database, str(database.parent / name))
    await office.store.begin_epoch(NOON)
    return await known(office)


async def known(office: Office) -> bool:
    done = await office.store.posts.baseline_done()
    await office.store.close()
    return done


def names(database: Path, office: Office) -> list[str]:
    with office.stranger() as connection:
        paths = [Path(row["path"]) for row in connection.execute("SELECT path FROM roots ORDER BY path")]
    return [path.relative_to(database.parent).as_posix() for path in paths]


async def test_a_link_that_leads_elsewhere_after_it_was_sent_from_is_the_same_folder(database: Path) -> None:
    assert await sends(database, "current")

    lead(database.parent / "current", database.parent / "releases/2")

    assert await looks(database, "current")
    lead(database.parent / "current", database.parent / "releases/3")  # where nothing is
    assert await sends(database, "current")
    assert not await looks(database, "releases/1")


async def test_whoever_only_looks_leaves_the_name_as_it_was(database: Path) -> None:
    assert await looks(database, "current")
    assert await looks(database, "releases/../current")

    lead(database.parent / "current", database.parent / "releases/2")

    assert await sends(database, "releases/1")
    assert not await sends(database, "current")


async def test_whoever_only_looks_finds_a_folder_by_all_its_names(database: Path) -> None:
    assert await sends(database, "current")
    lead(database.parent / "current", database.parent / "releases/2")

    assert await looks(database, "releases/2")
    assert await looks(database, "current")


async def test_a_name_at_which_somebody_only_looked_is_given_up_to_the_folder_that_is_sent_from(database: Path) -> None:
    assert not await looks(database, "posts")
    lead(database.parent / "posts", database.parent / "releases/1")

    assert await looks(database, "posts")
    assert await sends(database, "posts")

    office = await open_office(database)
    assert names(database, office) == ["posts"]
    await office.store.close()


async def test_another_folder_knows_of_those_that_were_scanned(database: Path) -> None:
    assert not await looks(database, "unscanned")
    office = await open_office(database, str(database.parent / "releases/2"))

    assert not await office.store.posts.baseline_done()
    assert await office.store.other_folders() == [str(database.parent / "releases/1")]
    await office.store.posts.finish_baseline(NOON)
    assert len(await office.store.other_folders()) == 1
    await office.store.close()
    first = await open_office(database, str(database.parent / "releases/1"))
    assert await first.store.other_folders() == [str(database.parent / "releases/2")]
    await first.store.close()
