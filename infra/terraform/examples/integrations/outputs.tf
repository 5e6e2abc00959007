output "webhook_urls" {
  description = "Beginning of the webhook URLs, by integration."
  value       = { for name, integration in module.integration : name => integration.webhook_url }
}
