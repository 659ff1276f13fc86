"""Shipping addresses."""

from emulator.services.snowball.base import addresses, missing, new_id, page, service

NEEDED = ("Name", "Street1", "City", "Country", "PostalCode", "PhoneNumber")


@service.operation("CreateAddress")
def create(request: dict) -> dict:
    address = request["Address"]
    lacks = [field for field in NEEDED if not address.get(field)]
    if lacks:
        raise service.error("InvalidAddressException", f"The address lacks {', '.join(lacks)}.")
    address_id = new_id("ADID")
    addresses.put(address_id, {**address, "AddressId": address_id})
    return {"AddressId": address_id}


@service.operation("DescribeAddress")
def describe(request: dict) -> dict:
    address = addresses.get(request["AddressId"])
    if address is None:
        raise missing("Address", request["AddressId"])
    return {"Address": address}


@service.operation("DescribeAddresses")
def describe_all(request: dict) -> dict:
    return page(addresses.all(), request, "Addresses")
