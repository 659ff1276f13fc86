# DataSync: combinations that the service refuses when a task is made (DataSync user guide, choosing-task-mode).
package decant.transfer

import rego.v1

violation contains v if {
	some name in resources_of_type("AWS::DataSync::Task")
	resolve(name, "Properties.TaskMode") == "ENHANCED"
	resolve(name, "Properties.Options.VerifyMode") == "POINT_IN_TIME_CONSISTENT"
	v := make_diag_at("DECANT-ENHANCED-VERIFY", "ERROR", name, "Properties.Options.VerifyMode", "an Enhanced task cannot verify a point in time: ONLY_FILES_TRANSFERRED or NONE")
}

violation contains v if {
	some name in resources_of_type("AWS::DataSync::Task")
	# An Enhanced task writes to /aws/datasync by itself (DataSync user guide, configure-logging).
	resolve(name, "Properties.TaskMode") != "ENHANCED"
	not resolve(name, "Properties.CloudWatchLogGroupArn")
	v := make_diag_at("DECANT-TASK-LOG-GROUP", "ERROR", name, "Properties.CloudWatchLogGroupArn", "a Basic transfer task has a log group")
}

violation contains v if {
	some type in ["AWS::DataSync::LocationSMB", "AWS::DataSync::LocationObjectStorage", "AWS::DataSync::LocationAzureBlob"]
	some name in resources_of_type(type)
	some property in ["Password", "SecretKey", "SasToken"]
	value := input.resources[name].properties[property]
	is_string(value)
	not startswith(value, "{{resolve:secretsmanager:")
	v := make_diag_at("DECANT-SECRET-TEXT", "ERROR", name, sprintf("Properties.%s", [property]), "a secret is a reference to Secrets Manager, never text")
}
