# What holds data: no rule of AWS asks for these, the estate does.
package decant.data

import rego.v1

raw contains name if {
	some name in resources_of_type("AWS::S3::Bucket")
	startswith(name, "raw")
}

evidence contains name if {
	some name in resources_of_type("AWS::S3::Bucket")
	startswith(name, "evidence")
}

violation contains v if {
	some name in raw
	not resolve(name, "Properties.NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled") == true
	v := make_diag_at("DECANT-RAW-EVENTS", "ERROR", name, "Properties.NotificationConfiguration", "the raw bucket sends its events to EventBridge")
}

violation contains v if {
	some name in raw
	some i, rule in resolve(name, "Properties.LifecycleConfiguration.Rules")
	some property in ["ExpirationInDays", "NoncurrentVersionExpiration", "NoncurrentVersionExpirationInDays", "ExpirationDate"]
	rule[property]
	v := make_diag_at("DECANT-RAW-EXPIRES", "ERROR", name, sprintf("Properties.LifecycleConfiguration.Rules.%d", [i]), "no version of a raw object expires")
}

violation contains v if {
	some name in evidence
	not resolve(name, "Properties.ObjectLockConfiguration.Rule.DefaultRetention.Mode")
	v := make_diag_at("DECANT-EVIDENCE-LOCK", "ERROR", name, "Properties.ObjectLockConfiguration", "evidence is locked when it is written")
}

violation contains v if {
	some name in resources_of_type("AWS::KMS::Key")
	object.get(input.resources[name].properties, "KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
	not resolve(name, "Properties.EnableKeyRotation") == true
	v := make_diag_at("DECANT-KEY-ROTATION", "ERROR", name, "Properties.EnableKeyRotation", "a key rotates")
}

violation contains v if {
	some name in resources_of_type("AWS::DynamoDB::Table")
	not resolve(name, "Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled") == true
	v := make_diag_at("DECANT-TABLE-RECOVERY", "ERROR", name, "Properties.PointInTimeRecoverySpecification", "a table has point-in-time recovery")
}

violation contains v if {
	some name in resources_of_type("AWS::Athena::WorkGroup")
	group := resolve(name, "Properties.Name")
	is_string(group)
	not regex.match(`^[a-zA-Z0-9._-]{1,128}$`, group)
	v := make_diag_at("DECANT-WORKGROUP-NAME", "ERROR", name, "Properties.Name", sprintf("%v is no name of a workgroup: up to 128 of a-z A-Z 0-9 . _ -", [group]))
}

violation contains v if {
	some name in resources_of_type("AWS::Athena::WorkGroup")
	not resolve(name, "Properties.WorkGroupConfiguration.BytesScannedCutoffPerQuery")
	v := make_diag_at("DECANT-WORKGROUP-LIMIT", "ERROR", name, "Properties.WorkGroupConfiguration.BytesScannedCutoffPerQuery", "a workgroup bounds what a query scans")
}
