"""Which language models are asked, and in which order, by the settings alone."""

from typing import Any

import pytest
from pydantic import SecretStr

from core import runtime
from core.config import Settings
from core.domain.states import ReplyIntent
from core.errors import SetupError
from core.providers.llm.port import AnswerBrief
from core.providers.llm.template import Template
from core.runtime import Runtime

KEYS = {
    "anthropic_api_key": SecretStr("a"),
    "openai_api_key": SecretStr("o"),
    "perplexity_api_key": SecretStr("p"),
}


def names(settings: Settings, adapters: Any = None, **given: object) -> str:
    rt = runtime.build(settings.model_copy(update=given), adapters=adapters)
    try:
        return rt.providers.llm.name
    finally:
        rt.close()


@pytest.mark.parametrize(
    ("given", "order"),
    [
        ({}, "template"),
        ({"openai_api_key": SecretStr(" ")}, "template"),
        (KEYS, "anthropic → openai → perplexity → template"),
        (KEYS | {"llm_provider": "OpenAI "}, "openai → anthropic → perplexity → template"),
        (KEYS | {"llm_provider": "template"}, "template → anthropic → openai → perplexity"),
        ({"openai_api_key": SecretStr("o")}, "openai → template"),
        ({"llm_provider": "perplexity"}, "perplexity → template"),  # that it has no key must show
    ],
    ids=["none", "blank", "all", "chosen", "local first", "one", "chosen without a key"],
)
def test_the_settings_say_who_is_asked(
    given: dict[str, object], order: str, settings: Settings
) -> None:
    assert names(settings, **given) == order


def test_an_unknown_first_choice_is_told_with_those_that_are_known(settings: Settings) -> None:
    with pytest.raises(SetupError, match=r"called gpt\. Known are: anthropic, openai"):
        names(settings, llm_provider="gpt")


def test_an_adapter_put_in_place_by_a_test_needs_no_key(settings: Settings) -> None:
    adapters = {"llm": {"openai": lambda _settings: Template()}}

    assert names(settings, adapters) == "openai → template"


def test_without_keys_fixed_words_answer_and_nothing_is_kept(rt: Runtime) -> None:
    llm = rt.providers.llm_for(None)

    draft = llm.draft_answer(AnswerBrief(ReplyIntent.MEETING, "Thursday?", first_name="Ada"))

    assert draft.model == "template"
    assert [member.provider for member in rt.providers.members("llm")][-1] == "template"
