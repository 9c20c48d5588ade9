"""JSON bodies have the types that the schema says: `"1"` is no number and `0` is no boolean."""

from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import SerializationException, ValidationException
from litestar.serialization import decode_json

from api.actor import Actor
from api.errors import Malformed


class StrictRequest(Request[Actor, Any, Any]):
    """A request that reads its JSON strictly; the framework alone would convert it as it does the words of a query."""

    async def json(self) -> Any:
        """The body as what its handler takes. Raises ValidationException naming the field that is not as described."""
        field = self.route_handler.parsed_data_field
        body = await self.body()
        if field is None or not body:
            return await super().json()
        try:
            return decode_json(body, field.annotation, self.route_handler.resolve_type_decoders())
        except UnicodeDecodeError as error:
            raise Malformed("body.utf8", "The body is not UTF-8.") from error
        except SerializationException as error:
            if not isinstance(error.__cause__, msgspec.ValidationError):
                raise
            message, _, place = str(error.__cause__).partition(" - at `$.")
            extra = {"message": message, "source": "body"} | ({"key": place.rstrip("`")} if place else {})
            path = f"{self.method} {self.url.path}"
            raise ValidationException(f"Validation failed for {path}", extra=[extra]) from error
