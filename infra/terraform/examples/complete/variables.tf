variable "region" {
  description = "Region of the stack."
  type        = string
  default     = "eu-west-1"
}

variable "release_folder" {
  description = "Folder of the release to deploy. By default that which contains this example."
  type        = string
  default     = "../../../.."
}

variable "alarm_email" {
  description = "Address that receives the alarms. AWS sends a confirmation e-mail to it first."
  type        = string
}

variable "domain_name" {
  description = "Host name of the webhooks, such as hooks.example.com."
  type        = string
}

variable "zone_id" {
  description = "Hosted zone in Route 53 that has the host name."
  type        = string
}

variable "consumer_role_arns" {
  description = "Roles in other AWS accounts that may read the events queue. They must exist."
  type        = list(string)
  default     = []
}
