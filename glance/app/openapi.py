"""The addresses that programs use, described on a host's own page of its API (`/docs`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from glance.app.routes import PREFIX, ROUTES, VERSION, Route

_TAG = "GLANCE"
_LOGIN = "GLANCE login"


def add_paths(schema: dict[str, Any], *, login: bool) -> dict[str, Any]:
    """Add GLANCE's addresses to an OpenAPI 3 description, and return it.

    Args:
        schema: What the host describes.
        login: Whether programs need one of the host's logins.
    """
    paths: dict[str, Any] = schema.setdefault("paths", {})
    for route in ROUTES:
        if route.documented:
            operation = _operation(route) | ({"security": [{_LOGIN: []}]} if login else {})
            paths.setdefault(PREFIX + VERSION + route.path, {})[route.method.lower()] = operation
    if login:
        schemes = schema.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes[_LOGIN] = {"type": "http", "scheme": "basic"}
    return schema


def _operation(route: Route) -> dict[str, Any]:
    summary, _, more = (route.handler.__doc__ or "").partition("\n")
    places = [_parameter(name, "path", "") for name in re.findall(r"{(\w+)", route.path)]
    asked = [_parameter(name, "query", what) for name, what in route.query.items()]
    described: dict[str, Any] = {
        "tags": [_TAG],
        "summary": summary.rstrip("."),
        "description": " ".join(more.split()),
        "operationId": re.sub(r"\W+", "_", f"glance_{route.method.lower()}{route.path}").strip("_"),
        "parameters": places + asked,
        "responses": {"200": {"description": "Done"}, "400": {"description": "Refused: `detail` says why"}},
    }
    body = _body(route)
    return described | ({"requestBody": {"content": body}} if body else {})


def _parameter(name: str, place: str, what: str) -> dict[str, Any]:
    kind = {"type": "integer"} if name in ("number", "index") else {"type": "string"}
    return {"name": name, "in": place, "required": place == "path", "description": what, "schema": kind}


def _body(route: Route) -> Mapping[str, Any]:
    if route.takes_file or route.path == "/origin":
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if route.method == "PUT" or route.fields:
        fields = {name: {"description": what} for name, what in route.fields.items()}
        return {"application/json": {"schema": {"type": "object", "properties": fields}}}
    return {}
