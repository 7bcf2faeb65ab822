"""A file becomes a record: its bytes are read once, for the digest and for the post."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.errors import IgnoredPost, IncompletePost, PostError
from bot.reading.reader import read_bytes, refuse_too_large
from bot.reading.site import Site
from bot.records import FileRecord, FileStamp, Problem


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was read.

    `unfinished`: its front matter has no end, so somebody may still be writing it. `ignored`: why the site's generator
    leaves the file out, so that it is no post.
    """

    record: FileRecord
    unfinished: bool = False
    ignored: Problem | None = None


def take(path: str, stamp: FileStamp, site: Site) -> Taken | None:
    """Read the file at `path` (relative to the site's root); None if it is not there any more.

    What can't be read is a record with a problem; nothing is raised for it.
    """
    digest = ""
    unfinished = False
    try:
        refuse_too_large(path, stamp.size)  # from its size alone: it is not read
        content = (site.root / path).read_bytes()
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        return Taken(FileRecord(path, stamp, digest, post=read_bytes(content, path, site)))
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or str(error)
        problem = Problem(path, 0, f"the file can't be read ({reason})", "give newsbell the right to read it")
    except IgnoredPost as error:
        return Taken(FileRecord(path, stamp, digest), ignored=Problem(path, error.line, error.what, error.mend))
    except PostError as error:
        unfinished = isinstance(error, IncompletePost)
        problem = Problem(path, error.line, error.what, error.mend, error.column)
    return Taken(FileRecord(path, stamp, digest, problem=problem), unfinished)
