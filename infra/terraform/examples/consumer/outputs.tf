output "setup_console_url" {
  description = "The next step: run `setup` here."
  value       = module.hookpost.setup_console_url
}

output "consumer_function_name" {
  description = "The function that handles events, for `aws logs tail`."
  value       = module.consumer.function_name
}
