output "setup_console_url" {
  description = "The next step: run `setup` here."
  value       = module.hookpost.setup_console_url
}

output "dashboard_url" {
  description = "The CloudWatch dashboard of the stack."
  value       = module.hookpost.dashboard_url
}

output "events_queue_url" {
  description = "The queue that consumers read."
  value       = module.hookpost.events_queue_url
}

output "events_queue_arn" {
  description = "ARN of the queue, for policies of consumers."
  value       = module.hookpost.events_queue_arn
}
