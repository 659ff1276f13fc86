# Lines to the sites: what Direct Connect and VPN refuse weeks after the order, and keys that must not lie in a template.
package decant.network

import rego.v1

# Newer than the schemas that the validator and cfn-lint ship, so its shape is stated here.
group_properties := {"ConnectionArns", "IntendedResiliencyModel", "ResiliencyGroupName", "Tags"}

violation contains v if {
	some name in resources_of_type("AWS::DirectConnect::ResiliencyGroup")
	some property, _ in input.resources[name].properties
	not property in group_properties
	v := make_diag_at("DECANT-RESILIENCY-SHAPE", "ERROR", name, sprintf("Properties.%s", [property]), sprintf("a resiliency group has no %s", [property]))
}

violation contains v if {
	some name in resources_of_type("AWS::DirectConnect::ResiliencyGroup")
	model := resolve(name, "Properties.IntendedResiliencyModel")
	not model in {"maximum-resiliency", "high-resiliency", "basic-resiliency"}
	v := make_diag_at("DECANT-RESILIENCY-MODEL", "ERROR", name, "Properties.IntendedResiliencyModel", sprintf("%v is no resiliency model", [model]))
}

# Direct Connect user guide, MACsec: dedicated ports of 10, 100 and 400 Gbps.
violation contains v if {
	some type, path in {"AWS::DirectConnect::Connection": "Properties.Bandwidth", "AWS::DirectConnect::Lag": "Properties.ConnectionsBandwidth"}
	some name in resources_of_type(type)
	resolve(name, "Properties.RequestMACSec") == true
	not resolve(name, path) in {"10Gbps", "100Gbps", "400Gbps"}
	v := make_diag_at("DECANT-MACSEC-SPEED", "ERROR", name, "Properties.RequestMACSec", "MACsec is offered at 10, 100 and 400 Gbps only")
}

violation contains v if {
	some type, mtus in {"AWS::DirectConnect::PrivateVirtualInterface": {1500, 9001}, "AWS::DirectConnect::TransitVirtualInterface": {1500, 8500}}
	some name in resources_of_type(type)
	mtu := resolve(name, "Properties.Mtu")
	not mtu in mtus
	v := make_diag_at("DECANT-INTERFACE-MTU", "ERROR", name, "Properties.Mtu", sprintf("this kind of interface takes no MTU of %v", [mtu]))
}

violation contains v if {
	some type in ["AWS::DirectConnect::PrivateVirtualInterface", "AWS::DirectConnect::TransitVirtualInterface"]
	some name in resources_of_type(type)
	some i, peer in input.resources[name].properties.BgpPeers
	is_string(peer.AuthKey)
	not startswith(peer.AuthKey, "{{resolve:secretsmanager:")
	v := make_diag_at("DECANT-BGP-KEY", "ERROR", name, sprintf("Properties.BgpPeers.%d.AuthKey", [i]), "a BGP key is a reference to Secrets Manager, never text")
}

violation contains v if {
	some name in resources_of_type("AWS::EC2::VPNConnection")
	some i, tunnel in input.resources[name].properties.VpnTunnelOptionsSpecifications
	tunnel.PreSharedKey
	v := make_diag_at("DECANT-VPN-KEY", "ERROR", name, sprintf("Properties.VpnTunnelOptionsSpecifications.%d.PreSharedKey", [i]), "AWS makes the keys of tunnels and keeps them; a template holds none")
}

# A port is weeks of letters and cross-connects: no change of code gives it back.
violation contains v if {
	some type in ["AWS::DirectConnect::Connection", "AWS::DirectConnect::Lag"]
	some name in resources_of_type(type)
	not input.resources[name].deletionPolicy == "Retain"
	v := make_diag_at("DECANT-PORT-KEPT", "ERROR", name, "DeletionPolicy", "a port is kept when its resource goes")
}
