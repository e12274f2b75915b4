"""JSON documents that people edit, read by their models: what cannot be used is refused."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import Invalid

D = TypeVar("D", bound=BaseModel)


def read(model: type[D], document: Mapping[str, Any], what: str) -> D:
    """The document as its model; Invalid with one sentence that begins with `what`."""
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"]).replace("_", " ")
        reason = first["msg"].removeprefix("Value error, ")
        raise Invalid(f"{what} cannot be used: {where + ': ' if where else ''}{reason}.") from None
