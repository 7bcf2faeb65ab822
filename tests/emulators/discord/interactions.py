"""Interactions on their way: made by a person, answered by the bot over REST (discord.md 8 and 10.1)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from tests.emulators.discord import payloads, rules
from tests.emulators.discord.calls import Answer, Call, Route
from tests.emulators.discord.commands import check_choices
from tests.emulators.discord.components import check_modal
from tests.emulators.discord.errors import FormErrors, refuse
from tests.emulators.discord.messages import Messages
from tests.emulators.discord.nouns import Channel, Json, Member, Message, MessageFlag
from tests.emulators.discord.webhooks import Webhooks
from tests.emulators.discord.world import World

_ANSWER_WITHIN_SECONDS = 3.0
_TOKEN_LIVES_SECONDS = 15 * 60.0


class Kind(IntEnum):
    """What the person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """What the bot answers first."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(eq=False)
class Interaction:
    """One thing that a person did, and what became of it."""

    id: int
    kind: Kind
    channel: Channel
    member: Member
    begun: float
    #: The message whose button was pressed.
    source: Message | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    callback: Callback | None = None
    #: The first answer; with a deferred one it comes later.
    original: Message | None = None
    #: Whether the answer that is still to come is for the person's eyes only.
    ephemeral: bool = False
    followups: list[Message] = field(default_factory=list)
    choices: list[tuple[str, str | int | float]] = field(default_factory=list)
    modal: Json | None = None

    @property
    def deferred(self) -> bool:
        """Whether the first answer was only "is thinking"."""
        return self.callback in {Callback.DEFERRED_MESSAGE, Callback.DEFERRED_UPDATE}

    @property
    def settled(self) -> bool:
        """Whether the person sees the answer."""
        if self.deferred:
            return self.original is not None or bool(self.followups)
        return self.callback is not None


class Interactions:
    """The routes with which the bot answers."""

    def __init__(self, world: World, messages: Messages, webhooks: Webhooks) -> None:
        self._world = world
        self._messages = messages
        self._webhooks = webhooks
        self._by_token: dict[str, Interaction] = {}

    def begin(self, interaction: Interaction) -> None:
        """From now on it can be answered."""
        self._by_token[interaction.token] = interaction

    def routes(self) -> Iterator[Route]:
        """The routes of this room."""
        callback = "/interactions/{interaction_id}/{interaction_token}/callback"
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        yield Route("POST", callback, self.answer, needs_token=False)
        yield Route("POST", webhook, self.follow_up, needs_token=False)
        for name in ("@original", "{message_id}"):
            yield Route("GET", f"{webhook}/messages/{name}", self.get, needs_token=False)
            yield Route("PATCH", f"{webhook}/messages/{name}", self.edit, needs_token=False)
            yield Route("DELETE", f"{webhook}/messages/{name}", self.delete, needs_token=False)

    def answer(self, call: Call) -> Answer:
        """The first answer, within three seconds and once."""
        interaction = self._by_token.get(call.params["interaction_token"])
        if interaction is None or interaction.id != call.id("interaction_id"):
            raise refuse(10062)
        if interaction.callback is not None:
            raise refuse(40060)
        if self._world.clock.monotonic() - interaction.begun > _ANSWER_WITHIN_SECONDS:
            raise refuse(10062)
        callback = _callback(interaction, call)
        self._apply(interaction, callback, call)
        interaction.callback = callback
        if call.query.get("with_response") not in {"1", "true", "True"}:
            return Answer(status=204)
        return Answer(self._receipt(interaction))

    def _apply(self, interaction: Interaction, callback: Callback, call: Call) -> None:
        data: Json = call.form.get("data") or {}
        if callback == Callback.MESSAGE:
            interaction.original = self._new_message(interaction, call, data)
        elif callback == Callback.UPDATE and interaction.source is not None:
            self._messages.change(interaction.source, Call(call.method, call.template, {}, {}, data, call.files))
            interaction.original = interaction.source
        elif callback == Callback.DEFERRED_MESSAGE:
            interaction.ephemeral = bool(int(data.get("flags") or 0) & MessageFlag.EPHEMERAL)
        elif callback == Callback.AUTOCOMPLETE:
            errors = FormErrors()
            check_choices("data.choices", data.get("choices") or [], errors)
            errors.raise_if_any()
            interaction.choices = [(choice["name"], choice["value"]) for choice in data.get("choices") or []]
        elif callback == Callback.MODAL:
            errors = FormErrors()
            check_modal(data, errors)
            errors.raise_if_any()
            interaction.modal = data

    def _new_message(self, interaction: Interaction, call: Call, data: Json) -> Message:
        flags = int(data.get("flags") or 0)
        if interaction.ephemeral:
            data = {**data, "flags": flags | MessageFlag.EPHEMERAL}
        message = self._messages.compose(interaction.channel, call, data, interaction_id=interaction.id)
        if not message.ephemeral:
            self._messages.accept(message)
        return message

    def follow_up(self, call: Call) -> Answer:
        """A further message; after a deferral, the answer itself. A webhook's address looks alike."""
        if hook := self._webhooks.find(call):
            return self._webhooks.execute(hook, call)
        interaction = self._of_webhook(call)
        if interaction.callback is None:
            raise refuse(10015)
        message = self._new_message(interaction, call, call.form)
        if interaction.callback == Callback.DEFERRED_MESSAGE and interaction.original is None:
            interaction.original = message
        else:
            interaction.followups.append(message)
        return Answer(payloads.message_json(message, self._world.cdn))

    def get(self, call: Call) -> Answer:
        """One of the answers."""
        return Answer(payloads.message_json(self._message(call), self._world.cdn))

    def edit(self, call: Call) -> Answer:
        """Change an answer; after a deferral, give it."""
        if hook := self._webhooks.find(call):
            return self._webhooks.edit(hook, call)
        interaction = self._of_webhook(call)
        waiting = interaction.deferred and interaction.original is None
        if waiting and "message_id" not in call.params:
            if interaction.callback == Callback.DEFERRED_MESSAGE:
                interaction.original = self._new_message(interaction, call, call.form)
                return Answer(payloads.message_json(interaction.original, self._world.cdn))
            interaction.original = interaction.source
        message = self._message(call)
        self._messages.change(message, call)
        return Answer(payloads.message_json(message, self._world.cdn))

    def delete(self, call: Call) -> Answer:
        """Take an answer back."""
        if hook := self._webhooks.find(call):
            return self._webhooks.delete(hook, call)
        message = self._message(call)
        if message.ephemeral:
            message.deleted = True
        else:
            self._world.delete_message(message)
        return Answer(status=204)

    def _of_webhook(self, call: Call) -> Interaction:
        """The interaction whose token serves as webhook. Raises 10015, and 50027 after fifteen minutes."""
        interaction = self._by_token.get(call.params["webhook_token"])
        if interaction is None or call.id("webhook_id") != self._world.application_id:
            raise refuse(10015)
        if self._world.clock.monotonic() - interaction.begun > _TOKEN_LIVES_SECONDS:
            raise refuse(50027)
        return interaction

    def _message(self, call: Call) -> Message:
        interaction = self._of_webhook(call)
        message = interaction.original
        if "message_id" in call.params:
            answers = [*interaction.followups, *([message] if message else [])]
            message = next((one for one in answers if one.id == call.id("message_id")), None)
        if message is None or message.deleted:
            raise refuse(10008)
        return message

    def _receipt(self, interaction: Interaction) -> Json:
        """What `with_response` brings."""
        original = interaction.original
        about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
        receipt: Json = {"interaction": about}
        if original is not None:
            message = payloads.message_json(original, self._world.cdn)
            about |= {"response_message_id": message["id"], "response_message_ephemeral": original.ephemeral}
            receipt["resource"] = {"type": int(interaction.callback or 0), "message": message}
        elif interaction.deferred:
            about |= {"response_message_loading": True, "response_message_ephemeral": interaction.ephemeral}
        return receipt


_ALLOWED_CALLBACKS = {
    Kind.COMMAND: {Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.MODAL},
    Kind.COMPONENT: set(Callback) - {Callback.AUTOCOMPLETE},
    Kind.AUTOCOMPLETE: {Callback.AUTOCOMPLETE},
    Kind.MODAL: set(Callback) - {Callback.AUTOCOMPLETE, Callback.MODAL},
}


def _callback(interaction: Interaction, call: Call) -> Callback:
    number: int = call.form.get("type", 0)
    if number not in set(Callback) or Callback(number) not in _ALLOWED_CALLBACKS[interaction.kind]:
        errors = FormErrors()
        errors.add("type", "INTERACTION_APPLICATION_COMMAND_INVALID_RESPONSE_TYPE", "Invalid response type")
        errors.raise_if_any()
    rules.check_uploads(call.files)
    return Callback(number)
