"""What the core needs of the outside world: adapters to platforms, and a store. Protocols and values only."""

from bot.ports.crossposts import Crosspost, Crossposts
from bot.ports.discussions import Discussion, Discussions
from bot.ports.lobby import Guestbook, Lobby, OperatorShelf
from bot.ports.memory import Archive, Deliveries, LateChange, Posts, Stamps
from bot.ports.newsstand import Newsstand
from bot.ports.notices import Notices, NoticeShelf
from bot.ports.pages import Pages
from bot.ports.pictures import Pictures, Upload, Uploads
from bot.ports.platforms import (
    MOST_LOOKS,
    SILENCE_SECONDS,
    Adapter,
    Desk,
    Guest,
    Invitation,
    Pace,
    Rate,
    Surveyor,
    Trail,
    Trails,
)
from bot.ports.profiles import Profiles
from bot.ports.store import Listener, Store
from bot.ports.stories import Silence, Stories
from bot.ports.subscriptions import Subscriptions
from bot.ports.words import Words

__all__ = [
    "MOST_LOOKS",
    "SILENCE_SECONDS",
    "Adapter",
    "Archive",
    "Crosspost",
    "Crossposts",
    "Deliveries",
    "Desk",
    "Discussion",
    "Discussions",
    "Guest",
    "Guestbook",
    "Invitation",
    "LateChange",
    "Listener",
    "Lobby",
    "Newsstand",
    "NoticeShelf",
    "Notices",
    "OperatorShelf",
    "Pace",
    "Pages",
    "Pictures",
    "Posts",
    "Profiles",
    "Rate",
    "Silence",
    "Stamps",
    "Store",
    "Stories",
    "Subscriptions",
    "Surveyor",
    "Trail",
    "Trails",
    "Upload",
    "Uploads",
    "Words",
]
