from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.embeddings_request_encoding import (
    EmbeddingsRequestEncoding,
    check_embeddings_request_encoding,
)
from ..models.embeddings_request_on_truncation import (
    EmbeddingsRequestOnTruncation,
    check_embeddings_request_on_truncation,
)
from ..models.embeddings_request_pooling import (
    EmbeddingsRequestPooling,
    check_embeddings_request_pooling,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.molecule import Molecule


T = TypeVar("T", bound="EmbeddingsRequest")


@_attrs_define
class EmbeddingsRequest:
    items: list[Molecule]
    """ 1 to 256 molecules """
    model: str | Unset = UNSET
    """ Name of the model, or name@version; the served one if left out """
    pooling: EmbeddingsRequestPooling | Unset = UNSET
    """ Another pooling than that of the bundle is refused """
    normalize: bool | Unset = UNSET
    """ Vectors of length 1; false if left out """
    on_truncation: EmbeddingsRequestOnTruncation | Unset = UNSET
    """ What becomes of a molecule of more tokens than the model reads: an error, or a cut and a warning; error if
    left out """
    encoding: EmbeddingsRequestEncoding | Unset = UNSET
    """ Vectors as arrays of numbers, or as base64 of little-endian 32-bit floats; json if left out """

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        model = self.model

        pooling: str | Unset = UNSET
        if not isinstance(self.pooling, Unset):
            pooling = self.pooling

        normalize = self.normalize

        on_truncation: str | Unset = UNSET
        if not isinstance(self.on_truncation, Unset):
            on_truncation = self.on_truncation

        encoding: str | Unset = UNSET
        if not isinstance(self.encoding, Unset):
            encoding = self.encoding

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "items": items,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if pooling is not UNSET:
            field_dict["pooling"] = pooling
        if normalize is not UNSET:
            field_dict["normalize"] = normalize
        if on_truncation is not UNSET:
            field_dict["on_truncation"] = on_truncation
        if encoding is not UNSET:
            field_dict["encoding"] = encoding

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.molecule import Molecule

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Molecule.from_dict(items_item_data)

            items.append(items_item)

        model = d.pop("model", UNSET)

        _pooling = d.pop("pooling", UNSET)
        pooling: EmbeddingsRequestPooling | Unset
        if isinstance(_pooling, Unset):
            pooling = UNSET
        else:
            pooling = check_embeddings_request_pooling(_pooling)

        normalize = d.pop("normalize", UNSET)

        _on_truncation = d.pop("on_truncation", UNSET)
        on_truncation: EmbeddingsRequestOnTruncation | Unset
        if isinstance(_on_truncation, Unset):
            on_truncation = UNSET
        else:
            on_truncation = check_embeddings_request_on_truncation(_on_truncation)

        _encoding = d.pop("encoding", UNSET)
        encoding: EmbeddingsRequestEncoding | Unset
        if isinstance(_encoding, Unset):
            encoding = UNSET
        else:
            encoding = check_embeddings_request_encoding(_encoding)

        embeddings_request = cls(
            items=items,
            model=model,
            pooling=pooling,
            normalize=normalize,
            on_truncation=on_truncation,
            encoding=encoding,
        )

        return embeddings_request
