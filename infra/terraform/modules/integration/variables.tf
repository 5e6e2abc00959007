variable "setup_function_name" {
  description = "The output `setup_function_name` of the module of the stack."
  type        = string
}

variable "integration" {
  description = "Name of the integration, in webhook URLs, secrets and events. Another name is another integration, which is connected before the former one is unlinked."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$", var.integration))
    error_message = "integration: expected 1 to 40 lower-case letters, digits and hyphens, without a hyphen at the start or end."
  }
}

variable "organization_url" {
  description = "URL of the organization, such as `https://dev.azure.com/contoso`. Another organization needs another `integration`."
  type        = string
}

variable "entra" {
  description = "The app in Entra that trusts the stack's roles. Null to connect by a token."
  type = object({
    tenant_id      = string
    client_id      = string
    authority_host = optional(string)
  })
  default = null
}

variable "pat_secret_id" {
  description = "Name or ARN of the secret that holds a personal access token. The token itself would stand in the state. Null to connect by an app."
  type        = string
  default     = null
}

variable "pat_expires_on" {
  description = "Last day of the token, such as `2027-05-31`, for the alarm before it. Null if it is not known."
  type        = string
  default     = null
}

variable "projects" {
  description = "Names or ids of the projects. Null for all."
  type        = list(string)
  default     = null
}

variable "repository" {
  description = "Name or id of the only repository, which needs exactly one project. Null for all."
  type        = string
  default     = null
}

variable "branch" {
  description = "The only branch. Null for all."
  type        = string
  default     = null
}

variable "unfiltered" {
  description = "Whether to add a subscription for updates of pull requests that no filter tells, such as a changed title."
  type        = bool
  default     = false
  nullable    = false
}

variable "adopt" {
  description = "Whether to take over an integration that an operator connected."
  type        = bool
  default     = false
  nullable    = false
}

variable "on_delete" {
  description = "What a destroy does: `unlink` deletes subscriptions and secrets, `keep` leaves the integration connected."
  type        = string
  default     = "unlink"
  nullable    = false

  validation {
    condition     = contains(["unlink", "keep"], var.on_delete)
    error_message = "on_delete: expected unlink or keep."
  }
}

variable "recovery_days" {
  description = "How many days the secrets can be restored after a destroy, 7 to 30."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_days >= 7 && var.recovery_days <= 30
    error_message = "recovery_days: expected 7 to 30."
  }
}

variable "run" {
  description = "Any text. Another one runs the update again: after one that failed, Terraform sees nothing to do."
  type        = string
  default     = null
}
