from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.applicability import Applicability
    from ..models.item_error import ItemError
    from ..models.prediction import Prediction
    from ..models.warning import Warning_


T = TypeVar("T", bound="PredictedItem")


@_attrs_define
class PredictedItem:
    index: int
    status: str
    id: str | Unset = UNSET
    canonical_smiles: str | Unset = UNSET
    inchikey: str | Unset = UNSET
    molecule_key: str | Unset = UNSET
    tokens: int | Unset = UNSET
    truncated: bool | Unset = UNSET
    cached: bool | Unset = UNSET
    warnings: list[Warning_] | Unset = UNSET
    predictions: list[Prediction] | Unset = UNSET
    applicability: Applicability | Unset = UNSET
    """ How far the molecule is from what the model has seen """
    error: ItemError | Unset = UNSET
    """ Why a molecule has no answer; the structure is not repeated """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        status = self.status

        id = self.id

        canonical_smiles = self.canonical_smiles

        inchikey = self.inchikey

        molecule_key = self.molecule_key

        tokens = self.tokens

        truncated = self.truncated

        cached = self.cached

        warnings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = []
            for warnings_item_data in self.warnings:
                warnings_item = warnings_item_data.to_dict()
                warnings.append(warnings_item)

        predictions: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.predictions, Unset):
            predictions = []
            for predictions_item_data in self.predictions:
                predictions_item = predictions_item_data.to_dict()
                predictions.append(predictions_item)

        applicability: dict[str, Any] | Unset = UNSET
        if not isinstance(self.applicability, Unset):
            applicability = self.applicability.to_dict()

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
        if molecule_key is not UNSET:
            field_dict["molecule_key"] = molecule_key
        if tokens is not UNSET:
            field_dict["tokens"] = tokens
        if truncated is not UNSET:
            field_dict["truncated"] = truncated
        if cached is not UNSET:
            field_dict["cached"] = cached
        if warnings is not UNSET:
            field_dict["warnings"] = warnings
        if predictions is not UNSET:
            field_dict["predictions"] = predictions
        if applicability is not UNSET:
            field_dict["applicability"] = applicability
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.applicability import Applicability
        from ..models.item_error import ItemError
        from ..models.prediction import Prediction
        from ..models.warning import Warning_

        d = dict(src_dict)
        index = d.pop("index")

        status = d.pop("status")

        id = d.pop("id", UNSET)

        canonical_smiles = d.pop("canonical_smiles", UNSET)

        inchikey = d.pop("inchikey", UNSET)

        molecule_key = d.pop("molecule_key", UNSET)

        tokens = d.pop("tokens", UNSET)

        truncated = d.pop("truncated", UNSET)

        cached = d.pop("cached", UNSET)

        _warnings = d.pop("warnings", UNSET)
        warnings: list[Warning_] | Unset = UNSET
        if _warnings is not UNSET:
            warnings = []
            for warnings_item_data in _warnings:
                warnings_item = Warning_.from_dict(warnings_item_data)

                warnings.append(warnings_item)

        _predictions = d.pop("predictions", UNSET)
        predictions: list[Prediction] | Unset = UNSET
        if _predictions is not UNSET:
            predictions = []
            for predictions_item_data in _predictions:
                predictions_item = Prediction.from_dict(predictions_item_data)

                predictions.append(predictions_item)

        _applicability = d.pop("applicability", UNSET)
        applicability: Applicability | Unset
        if isinstance(_applicability, Unset):
            applicability = UNSET
        else:
            applicability = Applicability.from_dict(_applicability)

        _error = d.pop("error", UNSET)
        error: ItemError | Unset
        if isinstance(_error, Unset):
            error = UNSET
        else:
            error = ItemError.from_dict(_error)

        predicted_item = cls(
            index=index,
            status=status,
            id=id,
            canonical_smiles=canonical_smiles,
            inchikey=inchikey,
            molecule_key=molecule_key,
            tokens=tokens,
            truncated=truncated,
            cached=cached,
            warnings=warnings,
            predictions=predictions,
            applicability=applicability,
            error=error,
        )

        predicted_item.additional_properties = d
        return predicted_item

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
