"""What a request must look like: token, method, parameters, and the specification's opinion."""

import httpx
import pytest
from telegram.error import BadRequest, InvalidToken
from telegram.ext import ExtBot

from tests.emulators.telegram import TEST_TOKEN, TelegramEmulator
from tests.emulators.telegram.call import METHODS
from tests.emulators.telegram.client import bot_of
from tests.emulators.telegram.spec import Spec
from tests.emulators.telegram.wire import CHATS, FLAGS, FLOATS, INTEGERS, STRUCTURES
from tests.specs import TELEGRAM, load_spec


async def test_wrong_tokens_and_unknown_methods_are_refused(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    for token, text in (("123456789:other", "Unauthorized"), ("123456789", "Unauthorized: invalid token specified")):
        with pytest.raises(InvalidToken):
            async with bot_of(telegram, token):
                pass
        assert telegram.requests[-1].answer == {"ok": False, "error_code": 401, "description": text}
    with pytest.raises(InvalidToken, match="Not Found"):
        await bot._post("sendCarrierPigeon")
    assert telegram.requests[-1].status == 404
    telegram.violations.clear()


async def test_an_unknown_parameter_is_refused_loudly(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    with pytest.raises(BadRequest, match="emulator"):
        await bot.send_message(channel.id, "x", api_kwargs={"colour": "red"})
    assert any("colour" in violation for violation in telegram.violations)
    telegram.violations.clear()


async def test_the_specification_is_asked_about_every_request(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    if not telegram.spec.at_hand:
        pytest.skip("no specs")
    assert telegram.checked == len(telegram.requests) == 1
    before = Spec.checked_in_all
    async with httpx.AsyncClient() as client:
        url = f"{telegram.url}/bot{TEST_TOKEN}/sendMessage"
        await client.post(url, data={"text": "x", "reply_markup": '{"inline_keyboard":[[{"text":"x","urll":"y"}]]}'})
    assert (telegram.checked, Spec.checked_in_all - before) == (2, 1)
    assert telegram.violations == [
        "sendMessage.chat_id: missing",
        "sendMessage.reply_markup.inline_keyboard[0][0].urll: unknown",
    ]
    telegram.violations.clear()


def test_the_table_of_methods_agrees_with_the_specification() -> None:
    spec = load_spec(TELEGRAM)
    if spec is None:
        pytest.skip("no specs")
    assert {"sendMessage", "getUpdates", "stopMessageLiveLocation"} <= {method.name for method in METHODS.values()}
    for method in METHODS.values():
        fields = {field["name"]: field for field in spec["methods"][method.name].get("fields", [])}
        assert {name for name, field in fields.items() if field["required"]} <= method.parameters <= fields.keys()
        assert {name: kind_of(name) for name in method.parameters} == {
            name: kind_in_spec(fields[name]["types"]) for name in method.parameters
        }


def kind_of(name: str) -> str:
    kinds = {"Integer": INTEGERS, "Float": FLOATS, "Boolean": FLAGS, "chat": CHATS, "object": STRUCTURES}
    return next((kind for kind, names in kinds.items() if name in names), "String")


def kind_in_spec(types: list[str]) -> str:
    if types == ["Integer", "String"]:
        return "chat"
    simple = types[0] in {"Integer", "Float", "Boolean", "String"}
    return types[0] if simple else "String" if "InputFile" in types else "object"
