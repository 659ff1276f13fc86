# What an operator relies on: alarms that tell, logs that end and are encrypted, messages that are not lost.
package decant.operations

import rego.v1

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::CloudWatch::Alarm"
	not has_items(res.properties, "AlarmActions")
	v := make_diag_at("DECANT-ALARM-ACTION", "ERROR", name, "Properties.AlarmActions", "an alarm tells somebody")
}

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::CloudWatch::Alarm"
	not regex.match(`docs/runbook\.md#[a-z0-9-]+`, object.get(res.properties, "AlarmDescription", ""))
	v := make_diag_at("DECANT-ALARM-RUNBOOK", "ERROR", name, "Properties.AlarmDescription", "an alarm names its article: docs/runbook.md#its-id")
}

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::CloudWatch::Alarm"
	not object.get(res.properties, "TreatMissingData", "") in {"breaching", "notBreaching", "ignore"}
	v := make_diag_at("DECANT-ALARM-MISSING", "ERROR", name, "Properties.TreatMissingData", "an alarm says what missing data means")
}

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::Logs::LogGroup"
	some property in ["RetentionInDays", "KmsKeyId"]
	not has(res.properties, property)
	v := make_diag_at("DECANT-LOG-GROUP", "ERROR", name, sprintf("Properties.%s", [property]), "a log group ends and has a key of the estate")
}

# Dead letter queues are those that another queue, rule or schedule points to.
violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::SQS::Queue"
	not has(res.properties, "RedrivePolicy")
	not is_dead_letters(name)
	v := make_diag_at("DECANT-QUEUE-DLQ", "ERROR", name, "Properties.RedrivePolicy", "a queue has a dead letter queue")
}

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::SQS::Queue"
	object.get(res.properties, "MessageRetentionPeriod", 345600) < 1209600
	v := make_diag_at("DECANT-QUEUE-RETENTION", "ERROR", name, "Properties.MessageRetentionPeriod", "a queue keeps messages for the 14 days that SQS allows")
}

is_dead_letters(name) if contains(lower(name), "deadletters")

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::StepFunctions::StateMachine"
	object.get(res.properties, ["LoggingConfiguration", "Level"], "OFF") != "ALL"
	v := make_diag_at("DECANT-WORKFLOW-LOG", "ERROR", name, "Properties.LoggingConfiguration.Level", "a workflow logs all events")
}

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::Lambda::Function"
	not has(res.properties, "LoggingConfig")
	not is_custom_resource(name)
	v := make_diag_at("DECANT-FUNCTION-LOG", "ERROR", name, "Properties.LoggingConfig", "a function has its own log group, with an end and a key")
}

# CDK's own, where buckets are emptied at the end of a laptop's environment.
is_custom_resource(name) if startswith(name, "Custom")

violation contains v if {
	some name, res in input.resources
	res.resourceType == "AWS::ECS::TaskDefinition"
	some i, container in res.properties.ContainerDefinitions
	not object.get(container, ["LogConfiguration", "LogDriver"], "") == "awslogs"
	v := make_diag_at("DECANT-TASK-LOG", "ERROR", name, sprintf("Properties.ContainerDefinitions.%d.LogConfiguration", [i]), "a task's container logs to CloudWatch")
}

has(properties, name) if object.get(properties, name, null) != null

has_items(properties, name) if count(object.get(properties, name, [])) > 0
