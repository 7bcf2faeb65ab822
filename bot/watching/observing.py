"""watchdog's observer of this system; on Linux one that hears also of rights that change."""

from __future__ import annotations

import sys

from watchdog.observers.api import BaseObserver

if sys.platform == "linux":
    from watchdog.observers.inotify import InotifyEmitter, InotifyObserver
    from watchdog.observers.inotify_c import InotifyConstants, Mask

    class _Emitter(InotifyEmitter):
        """Asks the kernel for IN_ATTRIB, which comes where a file is made readable after it was written.

        watchdog knows the event, but asks for it only together with IN_MODIFY, which comes with each single write.
        """

        def get_event_mask_from_filter(self) -> Mask:
            return Mask(super().get_event_mask_from_filter() | InotifyConstants.IN_ATTRIB)

    class _Observer(InotifyObserver):
        def __init__(self) -> None:
            super().__init__()
            self._emitter_class = _Emitter

else:
    from watchdog.observers import Observer as _Observer


def new_observer() -> BaseObserver:
    """An observer that was not started yet."""
    return _Observer()
