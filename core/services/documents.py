"""JSON documents that people edit, read by their models: what cannot be used is refused."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import Invalid

D = TypeVar("D", bound=BaseModel)


def read(model: type[D], document: Mapping[str, Any], what: str) -> D:
    """The document as its model; Invalid with one sentence that begins with `what`."""
    try:
        return model.model_validate({name: _storable(value) for name, value in document.items()})
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"]).replace("_", " ")
        reason = first["msg"].removeprefix("Value error, ")
        raise Invalid(f"{what} cannot be used: {where + ': ' if where else ''}{reason}.") from None


def storable(text: str) -> str:
    """A text without what no database takes: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list | tuple) else value
