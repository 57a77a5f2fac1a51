"""Listings of ids whose objects are read one by one: a page of ids, and what becomes of each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar, cast

from attrs import frozen
from pydantic import BaseModel

from privdomain.errors import PayloadError, Problem, RequestRejected
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow
from privdomain.platforms._operation import Operation
from privdomain.platforms._paging import next_key, paging_of
from privdomain.platforms._payload import read, read_id
from privdomain.platforms.wechat_shop.mapping import PLATFORM

__all__ = ["ListedIds", "list_ids", "read_all"]

logger = logging.getLogger(__name__)

T = TypeVar("T")


@frozen
class ListedIds:
    """A page of a listing: the ids, what was listed and is no id, and the rest of the reply."""

    ids: tuple[str, ...]
    rejected: tuple[PayloadError, ...]
    reply: BaseModel

    def next_key(self, operation: Operation[Any], *, asked: Collection[str]) -> str | None:
        """The key to ask for next, None at the end."""
        listed = len(self.ids) + len(self.rejected)
        return next_key(operation, self.reply, asked=asked, platform=PLATFORM, listed=listed)


def list_ids(conversation: Conversation, operation: Operation[Any], *, kind: str) -> Flow[ListedIds]:
    """A page of ids, each read by itself: one that is none does not take its neighbours along."""
    field = paging_of(operation).items
    payload = yield from conversation.fetch(operation)
    listed = payload.get(field)
    ids: list[str] = []
    rejected: list[PayloadError] = []
    if isinstance(listed, list):
        for number, item in enumerate(cast("list[object]", listed)):
            try:
                ids.append(read_id(item, kind=kind, path=f"{field}[{number}]", payload={field: [item]}))
            except PayloadError as error:
                rejected.append(error)
        payload = payload | {field: ids}
    reply = read(operation.reply, payload, kind=f"the answer to {type(operation).__name__}")
    return ListedIds(tuple(ids), tuple(rejected), reply)


def read_all(
    ids: Iterable[str], read_one: Callable[[str], Flow[T]], *, kind: str, gone: str
) -> Flow[tuple[list[T], list[PayloadError]]]:
    """Each of the listed ones: what could be read, and what could not or was refused.

    What is refused is one item and not the listing: raised, it would stop every pull at the same place.
    """
    found: list[T] = []
    rejected: list[PayloadError] = []
    for id_ in dict.fromkeys(ids):
        try:
            found.append((yield from read_one(id_)))
        except PayloadError as error:
            rejected.append(error)
        except RequestRejected as error:
            if error.code == gone:
                # it was there when the list was made; there is nothing left that could be handed out
                logger.warning("%s: %s was listed and is gone", PLATFORM, id_)
                continue
            refusal = Problem(kind, f"was refused ({error})")
            # the code alone: the platform's words name the call, and the same refusal is to be the same letter
            payload = {"errcode": error.code}
            rejected.append(PayloadError(kind=kind, problems=[refusal], ref=id_, payload=payload))
    return found, rejected
