from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.applicability_info import ApplicabilityInfo
    from ..models.head_info import HeadInfo
    from ..models.model_card import ModelCard
    from ..models.model_limits import ModelLimits
    from ..models.target import Target
    from ..models.tokenizer_info import TokenizerInfo


T = TypeVar("T", bound="Model")


@_attrs_define
class Model:
    name: str
    version: str
    sha256: str
    """ Hash of the bundle """
    dimension: int
    pooling: str
    dtype: str
    tokenizer: TokenizerInfo
    limits: ModelLimits
    targets: list[Target]
    """ Descriptors that the bundle predicts """
    heads: list[HeadInfo]
    """ Measured endpoints """
    card: ModelCard
    """ Data, training, metrics, limits and intended use """
    applicability: ApplicabilityInfo | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        sha256 = self.sha256

        dimension = self.dimension

        pooling = self.pooling

        dtype = self.dtype

        tokenizer = self.tokenizer.to_dict()

        limits = self.limits.to_dict()

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        heads = []
        for heads_item_data in self.heads:
            heads_item = heads_item_data.to_dict()
            heads.append(heads_item)

        card = self.card.to_dict()

        applicability: dict[str, Any] | Unset = UNSET
        if not isinstance(self.applicability, Unset):
            applicability = self.applicability.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "version": version,
                "sha256": sha256,
                "dimension": dimension,
                "pooling": pooling,
                "dtype": dtype,
                "tokenizer": tokenizer,
                "limits": limits,
                "targets": targets,
                "heads": heads,
                "card": card,
            }
        )
        if applicability is not UNSET:
            field_dict["applicability"] = applicability

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.applicability_info import ApplicabilityInfo
        from ..models.head_info import HeadInfo
        from ..models.model_card import ModelCard
        from ..models.model_limits import ModelLimits
        from ..models.target import Target
        from ..models.tokenizer_info import TokenizerInfo

        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        sha256 = d.pop("sha256")

        dimension = d.pop("dimension")

        pooling = d.pop("pooling")

        dtype = d.pop("dtype")

        tokenizer = TokenizerInfo.from_dict(d.pop("tokenizer"))

        limits = ModelLimits.from_dict(d.pop("limits"))

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = Target.from_dict(targets_item_data)

            targets.append(targets_item)

        heads = []
        _heads = d.pop("heads")
        for heads_item_data in _heads:
            heads_item = HeadInfo.from_dict(heads_item_data)

            heads.append(heads_item)

        card = ModelCard.from_dict(d.pop("card"))

        _applicability = d.pop("applicability", UNSET)
        applicability: ApplicabilityInfo | Unset
        if isinstance(_applicability, Unset):
            applicability = UNSET
        else:
            applicability = ApplicabilityInfo.from_dict(_applicability)

        model = cls(
            name=name,
            version=version,
            sha256=sha256,
            dimension=dimension,
            pooling=pooling,
            dtype=dtype,
            tokenizer=tokenizer,
            limits=limits,
            targets=targets,
            heads=heads,
            card=card,
            applicability=applicability,
        )

        model.additional_properties = d
        return model

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
