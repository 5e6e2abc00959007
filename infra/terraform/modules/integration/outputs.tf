output "webhook_url" {
  description = "Beginning of the webhook URLs, with a slash at the end."
  value       = jsondecode(aws_lambda_invocation.integration.result).webhookUrl
}

output "organization" {
  description = "Name of the organization."
  value       = jsondecode(aws_lambda_invocation.integration.result).organization
}

output "subscriptions" {
  description = "How many subscriptions the integration should have."
  value       = jsondecode(aws_lambda_invocation.integration.result).subscriptions
}
