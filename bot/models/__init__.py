"""The nouns that all of newsbell agrees on: frozen values that know no platform and no database.

Times are aware and in UTC. Ids of platforms are `str`, for a Telegram id and a Discord snowflake share columns.
"""

from __future__ import annotations

from bot.models.announcements import LONGEST_EXCERPT, Announcement, Look, Style, SubjectKind
from bot.models.commands import Ask, Choice, Command, Offer, PanelRow, Pick, Reply, Specimen, Wanted
from bot.models.deliveries import (
    GONE,
    Action,
    Attempt,
    Delivery,
    DeliveryState,
    Lane,
    Outcome,
    Receipt,
    Shown,
    Withdrawn,
)
from bot.models.destinations import (
    Category,
    Destination,
    DestinationState,
    OnUnknown,
    Place,
    Selector,
    SelectorKind,
    Subscription,
)
from bot.models.pictures import Kind, PictureFile, PictureLimits, Step, Way
from bot.models.posts import Overrides, Picture, Post, Span, Visibility

__all__ = [
    "GONE",
    "LONGEST_EXCERPT",
    "Action",
    "Announcement",
    "Ask",
    "Attempt",
    "Category",
    "Choice",
    "Command",
    "Delivery",
    "DeliveryState",
    "Destination",
    "DestinationState",
    "Kind",
    "Lane",
    "Look",
    "Offer",
    "OnUnknown",
    "Outcome",
    "Overrides",
    "PanelRow",
    "Pick",
    "Picture",
    "PictureFile",
    "PictureLimits",
    "Place",
    "Post",
    "Receipt",
    "Reply",
    "Selector",
    "SelectorKind",
    "Shown",
    "Span",
    "Specimen",
    "Step",
    "Style",
    "SubjectKind",
    "Subscription",
    "Visibility",
    "Wanted",
    "Way",
    "Withdrawn",
]
