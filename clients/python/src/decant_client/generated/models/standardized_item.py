from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.item_error import ItemError
    from ..models.warning import Warning_


T = TypeVar("T", bound="StandardizedItem")


@_attrs_define
class StandardizedItem:
    index: int
    status: str
    id: str | Unset = UNSET
    canonical_smiles: str | Unset = UNSET
    """ Bound to the toolkit """
    inchikey: str | Unset = UNSET
    """ Left out where InChI knows no such structure """
    parent: str | Unset = UNSET
    """ Largest component, canonical """
    components: int | Unset = UNSET
    changes: list[str] | Unset = UNSET
    """ What differs from the SMILES of the request """
    warnings: list[Warning_] | Unset = UNSET
    error: ItemError | Unset = UNSET
    """ Why a molecule has no answer; the structure is not repeated """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        status = self.status

        id = self.id

        canonical_smiles = self.canonical_smiles

        inchikey = self.inchikey

        parent = self.parent

        components = self.components

        changes: list[str] | Unset = UNSET
        if not isinstance(self.changes, Unset):
            changes = self.changes

        warnings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = []
            for warnings_item_data in self.warnings:
                warnings_item = warnings_item_data.to_dict()
                warnings.append(warnings_item)

        error: dict[str, Any] | Unset = UNSET
        if not isinstance(self.error, Unset):
            error = self.error.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "index": index,
                "status": status,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if canonical_smiles is not UNSET:
            field_dict["canonical_smiles"] = canonical_smiles
        if inchikey is not UNSET:
            field_dict["inchikey"] = inchikey
        if parent is not UNSET:
            field_dict["parent"] = parent
        if components is not UNSET:
            field_dict["components"] = components
        if changes is not UNSET:
            field_dict["changes"] = changes
        if warnings is not UNSET:
            field_dict["warnings"] = warnings
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.item_error import ItemError
        from ..models.warning import Warning_

        d = dict(src_dict)
        index = d.pop("index")

        status = d.pop("status")

        id = d.pop("id", UNSET)

        canonical_smiles = d.pop("canonical_smiles", UNSET)

        inchikey = d.pop("inchikey", UNSET)

        parent = d.pop("parent", UNSET)

        components = d.pop("components", UNSET)

        changes = cast(list[str], d.pop("changes", UNSET))

        _warnings = d.pop("warnings", UNSET)
        warnings: list[Warning_] | Unset = UNSET
        if _warnings is not UNSET:
            warnings = []
            for warnings_item_data in _warnings:
                warnings_item = Warning_.from_dict(warnings_item_data)

                warnings.append(warnings_item)

        _error = d.pop("error", UNSET)
        error: ItemError | Unset
        if isinstance(_error, Unset):
            error = UNSET
        else:
            error = ItemError.from_dict(_error)

        standardized_item = cls(
            index=index,
            status=status,
            id=id,
            canonical_smiles=canonical_smiles,
            inchikey=inchikey,
            parent=parent,
            components=components,
            changes=changes,
            warnings=warnings,
            error=error,
        )

        standardized_item.additional_properties = d
        return standardized_item

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
