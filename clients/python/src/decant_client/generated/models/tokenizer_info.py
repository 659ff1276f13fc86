from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.tokenizer_info_sha_256 import TokenizerInfoSha256


T = TypeVar("T", bound="TokenizerInfo")


@_attrs_define
class TokenizerInfo:
    kind: str
    bug_compatible: bool
    """ Tokenises as the published ChemBERTa-77M files do, for comparison only """
    sha256: TokenizerInfoSha256
    """ SHA-256 of each of its files """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        bug_compatible = self.bug_compatible

        sha256 = self.sha256.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "bug_compatible": bug_compatible,
                "sha256": sha256,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tokenizer_info_sha_256 import TokenizerInfoSha256

        d = dict(src_dict)
        kind = d.pop("kind")

        bug_compatible = d.pop("bug_compatible")

        sha256 = TokenizerInfoSha256.from_dict(d.pop("sha256"))

        tokenizer_info = cls(
            kind=kind,
            bug_compatible=bug_compatible,
            sha256=sha256,
        )

        tokenizer_info.additional_properties = d
        return tokenizer_info

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
