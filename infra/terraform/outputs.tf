# Made from the template by `make terraform`.

output "stack_id" {
  description = "ARN of the stack."
  value       = aws_cloudformation_stack.hookpost.id
}

output "setup_console_url" {
  description = "Next step: run setup here, on the Test tab, with the events of infra/events."
  value       = aws_cloudformation_stack.hookpost.outputs["SetupConsoleUrl"]
}

output "webhook_base_url" {
  description = "Base of the webhook URLs, {base}/{integration}/code-pushed and {base}/{integration}/pull-request."
  value       = aws_cloudformation_stack.hookpost.outputs["WebhookBaseUrl"]
}

output "dashboard_url" {
  description = "The CloudWatch dashboard of this stack."
  value       = aws_cloudformation_stack.hookpost.outputs["DashboardUrl"]
}

output "events_queue_url" {
  description = "URL of the queue that consumers read events from."
  value       = aws_cloudformation_stack.hookpost.outputs["EventsQueueUrl"]
}

output "events_queue_arn" {
  description = "ARN of the events queue, for event source mappings and policies."
  value       = aws_cloudformation_stack.hookpost.outputs["EventsQueueArn"]
}

output "consumer_policy_arn" {
  description = "Policy to attach to the role of a consumer in this account."
  value       = aws_cloudformation_stack.hookpost.outputs["ConsumerPolicyArn"]
}

output "operator_policy_arn" {
  description = "Policy for whoever looks at the dashboard and presses the buttons of its page Integrations."
  value       = aws_cloudformation_stack.hookpost.outputs["OperatorPolicyArn"]
}

output "events_dead_letter_queue_url" {
  description = "Queue of the events on which a consumer failed five times."
  value       = aws_cloudformation_stack.hookpost.outputs["EventsDeadLetterQueueUrl"]
}

output "events_dead_letter_queue_arn" {
  description = "ARN of the dead-letter queue, to redrive its events."
  value       = aws_cloudformation_stack.hookpost.outputs["EventsDeadLetterQueueArn"]
}

output "quarantine_queue_url" {
  description = "Queue of the authenticated deliveries that a receiver could not read, as received, with the reason."
  value       = aws_cloudformation_stack.hookpost.outputs["QuarantineQueueUrl"]
}

output "deliveries_queue_arn" {
  description = "ARN of the queue of raw deliveries, which a relay reads (infra/relay). Null where the stack has none."
  value       = try(aws_cloudformation_stack.hookpost.outputs["DeliveriesQueueArn"], null)
}

output "deliveries_queue_url" {
  description = "URL of the queue of raw deliveries, for a relay in a container. Null where the stack has none."
  value       = try(aws_cloudformation_stack.hookpost.outputs["DeliveriesQueueUrl"], null)
}

output "deliveries_dead_letter_queue_arn" {
  description = "ARN of the queue of raw deliveries that a relay received a thousand times, to redrive them. Null where the stack has none."
  value       = try(aws_cloudformation_stack.hookpost.outputs["DeliveriesDeadLetterQueueArn"], null)
}

output "alarm_topic_arn" {
  description = "SNS topic of every alarm. Subscribe a chat or a pager to it."
  value       = aws_cloudformation_stack.hookpost.outputs["AlarmTopicArn"]
}

output "setup_role_arn" {
  description = "Role of setup, the subject of a federated credential in Entra. Upper and lower case count there."
  value       = aws_cloudformation_stack.hookpost.outputs["SetupRoleArn"]
}

output "watch_role_arn" {
  description = "Role of watch, the subject of the other federated credential."
  value       = aws_cloudformation_stack.hookpost.outputs["WatchRoleArn"]
}

output "domain_target" {
  description = "Target of the DNS record of `domain_name` (CNAME, or a Route 53 alias). Null where the stack has none."
  value       = try(aws_cloudformation_stack.hookpost.outputs["DomainTarget"], null)
}

output "setup_function_name" {
  description = "Function that connects organizations, for aws lambda invoke --cli-read-timeout 0."
  value       = aws_cloudformation_stack.hookpost.outputs["SetupFunctionName"]
}

output "setup_function_arn" {
  description = "ServiceToken of the custom resources that connect organizations, see infra/AS_CODE.md."
  value       = aws_cloudformation_stack.hookpost.outputs["SetupFunctionArn"]
}

output "watch_function_name" {
  description = "Function that repairs subscriptions and replays missed deliveries. Invoke it as setup."
  value       = aws_cloudformation_stack.hookpost.outputs["WatchFunctionName"]
}

output "code_pushed_function_name" {
  description = "Function that receives git.push."
  value       = aws_cloudformation_stack.hookpost.outputs["CodePushedFunctionName"]
}

output "pull_request_function_name" {
  description = "Function that receives pull request events and comments."
  value       = aws_cloudformation_stack.hookpost.outputs["PullRequestFunctionName"]
}

output "entra_subjects" {
  description = "Subjects of the federated credentials in Entra, by function: for_each of their resource, see infra/ENTRA.md."
  value = {
    setup = aws_cloudformation_stack.hookpost.outputs["SetupRoleArn"]
    watch = aws_cloudformation_stack.hookpost.outputs["WatchRoleArn"]
  }
}
