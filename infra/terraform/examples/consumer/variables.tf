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
