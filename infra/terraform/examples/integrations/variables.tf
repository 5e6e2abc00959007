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

variable "code_bucket" {
  description = "S3 bucket in that Region, for the code of Hookpost."
  type        = string
}

variable "integrations" {
  description = "The integrations by their names. Each has an app in Entra or a secret with a token."
  type = map(object({
    organization_url = string
    projects         = optional(list(string))
    entra            = optional(object({ tenant_id = string, client_id = string }))
    pat_secret_id    = optional(string)
    pat_expires_on   = optional(string)
  }))
  default = {}
}
