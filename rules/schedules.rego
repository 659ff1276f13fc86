# Schedules: CloudFormation takes any text, the service refuses it when it is deployed or never fires.
package decant.schedules

import rego.v1

expressions := {
	"AWS::DataSync::Task": "Properties.Schedule.ScheduleExpression",
	"AWS::Events::Rule": "Properties.ScheduleExpression",
	"AWS::Glue::Crawler": "Properties.Schedule.ScheduleExpression",
	"AWS::Glue::Trigger": "Properties.Schedule",
	"AWS::Scheduler::Schedule": "Properties.ScheduleExpression",
}

# Six fields; minutes below 60, hours below 24, exactly one of day of month and day of week a question mark.
minute := `([0-5]?[0-9]|\*)([-,/]([0-5]?[0-9]))*`

hour := `([01]?[0-9]|2[0-3]|\*)([-,/]([01]?[0-9]|2[0-3]))*`

day := `(\? [^ ?]+ [^ ?]+|[^ ?]+ [^ ?]+ \?)`

cron := concat("", [`^cron\(`, minute, ` `, hour, ` `, day, ` [^ ]+\)$`])

rate := `^rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\)$`

violation contains v if {
	some type, path in expressions
	some name in resources_of_type(type)
	expression := resolve(name, path)
	is_string(expression)
	not regex.match(cron, expression)
	not regex.match(rate, expression)
	not startswith(expression, "at(")
	v := make_diag_at(
		"DECANT-SCHEDULE", "ERROR", name, path,
		sprintf("%v is no schedule: cron(minute hour day-of-month month day-of-week year) with one ?, or rate(n units)", [expression]),
	)
}

# Crawlers and triggers know cron alone.
violation contains v if {
	some type in ["AWS::Glue::Crawler", "AWS::Glue::Trigger"]
	some name in resources_of_type(type)
	expression := resolve(name, expressions[type])
	is_string(expression)
	startswith(expression, "rate(")
	v := make_diag_at("DECANT-SCHEDULE-RATE", "ERROR", name, expressions[type], sprintf("Glue takes cron expressions only, not %v", [expression]))
}

violation contains v if {
	some name in resources_of_type("AWS::Glue::Trigger")
	resolve(name, "Properties.Type") == "SCHEDULED"
	not resolve(name, "Properties.Schedule")
	v := make_diag_at("DECANT-TRIGGER", "ERROR", name, "Properties.Schedule", "a SCHEDULED trigger has a Schedule")
}
