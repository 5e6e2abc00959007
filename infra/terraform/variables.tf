variable "name" {
  description = "Name of the stack, of at most 51 characters. The names of its functions, alarms and dashboard begin with it. Another name is another stack."
  type        = string
  default     = "hookpost"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,50}$", var.name))
    error_message = "name: expected at most 51 letters, digits and hyphens, the first a letter."
  }
}

variable "release_folder" {
  description = "Folder of a release, with `template-plain.json` and the zips of the functions. Its release must be that of this module."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.release_folder}/template-plain.json")
    error_message = "release_folder: there is no template-plain.json in it. Unpack a release, or run `make package`, and pass that folder."
  }
}

variable "code_bucket" {
  description = "S3 bucket in the Region of the stack, into which the module uploads the template and the zips."
  type        = string
  nullable    = false
}

variable "code_prefix" {
  description = "Folder in the bucket, with a slash at its end. By default `{name}/`. Two stacks must not share one: each deletes what it uploaded."
  type        = string
  default     = null

  validation {
    condition     = var.code_prefix == null ? true : can(regex("^([A-Za-z0-9._-]+/)+$", var.code_prefix))
    error_message = "code_prefix: expected a folder with a slash at its end, such as hookpost/."
  }
}

variable "cloudformation_role_arn" {
  description = "Role that CloudFormation assumes to change the stack. By default it uses the permissions of whoever runs Terraform."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the stack, which CloudFormation copies to its resources."
  type        = map(string)
  default     = {}
  nullable    = false
}

# Made from the template by `make terraform`.
# BEGIN PARAMETERS OF THE TEMPLATE

variable "architecture" {
  description = "Processor that the functions were built for. arm64 costs a fifth less."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture: expected arm64 or x86_64, the processor that the functions were built for."
  }
}

variable "alarm_email" {
  description = "E-mail address that receives the alarms. AWS sends a confirmation e-mail to it first. Empty for none. To notify a chat or a pager, subscribe it to the topic in the output `alarm_topic_arn`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email: expected one e-mail address, or nothing."
  }
}

variable "silence_hours" {
  description = "Raises an alarm when no event was queued for this many hours: a subscription may be missing. Choose more hours than your quietest weekend has. 0 for no such alarm."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.silence_hours >= 0 && var.silence_hours <= 168
    error_message = "silence_hours: expected hours from 1 to 168, or 0 for no such alarm."
  }
}

variable "backlog_minutes" {
  description = "Raises an alarm when an event waits for a consumer longer than this many minutes."
  type        = number
  default     = 15
  nullable    = false

  validation {
    condition     = var.backlog_minutes >= 1 && var.backlog_minutes <= 10080
    error_message = "backlog_minutes: expected minutes from 1 to 10080, which is 7 days."
  }
}

variable "log_retention_days" {
  description = "Days until CloudWatch deletes a log line. Logs hold no request bodies and no secrets."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: expected a number of days that CloudWatch Logs supports, such as 30 or 365."
  }
}

variable "metrics" {
  description = "basic is what the alarms need. full adds metrics of the outcomes of deliveries, of what watch recovers, and four for each integration, for alarms of its own. CloudWatch charges some $2 a month for them, and $1.20 for each integration. The logs answer the same questions without them: see Operate in infra/README.md."
  type        = string
  default     = "basic"
  nullable    = false

  validation {
    condition     = contains(["basic", "full"], var.metrics)
    error_message = "metrics: expected basic or full."
  }
}

variable "allow_on_premises" {
  description = "Whether setup may connect to Azure DevOps Server 2022.1 or later on your own hosts, and send personal access tokens there. A server in a private network also needs `subnet_ids` and `security_group_ids`, and one with a certificate of your own authority needs `ca_bundle_layer_arn`."
  type        = bool
  default     = false
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets of the functions setup and watch, to reach Azure DevOps in a private network. They need a route to Secrets Manager, SQS and Azure DevOps. Receivers stay outside of the VPC. Empty for no VPC. Needs `security_group_ids`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = can(regex("^$|^subnet-[0-9a-f]{8,17}(,subnet-[0-9a-f]{8,17}){0,15}$", join(",", var.subnet_ids)))
    error_message = "subnet_ids: expected one to 16 subnet ids, separated by commas without spaces, or nothing."
  }
}

variable "security_group_ids" {
  description = "Security groups of setup and watch. They need to allow outgoing TCP 443, or the port of your server, and nothing incoming. Needs `subnet_ids`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = can(regex("^$|^sg-[0-9a-f]{8,17}(,sg-[0-9a-f]{8,17}){0,4}$", join(",", var.security_group_ids)))
    error_message = "security_group_ids: expected one to five security group ids, separated by commas without spaces, or nothing."
  }
}

variable "ca_bundle_layer_arn" {
  description = "Lambda layer with the file ca.pem: the certificates of your own authorities in PEM form, which setup and watch then trust for Azure DevOps, beside the public ones. Empty for public ones only."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\\d{12}:layer:[A-Za-z0-9_-]+:\\d+$", var.ca_bundle_layer_arn))
    error_message = "ca_bundle_layer_arn: expected the ARN of a version of a Lambda layer, arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION, or nothing."
  }
}

variable "watch_minutes" {
  description = "Interval at which watch repairs subscriptions and replays missed deliveries. A longer interval delays events and loses none. 0 only for a second stack that uses the same secrets, as in another Region."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.watch_minutes >= 0 && var.watch_minutes <= 15
    error_message = "watch_minutes: expected minutes from 1 to 15, or 0 to switch the schedule off."
  }
}

variable "token_warning_days" {
  description = "Raises an alarm when a personal access token expires within this many days."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.token_warning_days >= 1 && var.token_warning_days <= 365
    error_message = "token_warning_days: expected days from 1 to 365."
  }
}

variable "entra_audience" {
  description = "Audience to which setup and watch prove who they are, where they connect without a personal access token. The federated credentials in Entra have the same. Change it only for a sovereign cloud of Microsoft, which is untried."
  type        = string
  default     = "api://AzureADTokenExchange"
  nullable    = false

  validation {
    condition     = can(regex("^api://AzureADTokenExchange[A-Za-z]{0,20}$", var.entra_audience))
    error_message = "entra_audience: expected api://AzureADTokenExchange, or the name that a sovereign cloud of Microsoft adds letters to."
  }
}

variable "consumer_account_ids" {
  description = "AWS accounts, beside this one, whose consumers may read the events queue. Each account decides which of its roles may. Empty for none. `consumer_principal_arns` is narrower."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.consumer_account_ids : can(regex("^$|^\\d{12}$", item))])
    error_message = "consumer_account_ids: expected AWS account ids of 12 digits, separated by commas without spaces, or nothing."
  }
}

variable "consumer_principal_arns" {
  description = "IAM roles and users in other AWS accounts that may read the events queue. They must exist: SQS rejects unknown ones. Empty for none."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.consumer_principal_arns : can(regex("^$|^arn:aws[a-z-]*:iam::\\d{12}:(role|user)/[A-Za-z0-9_+=,.@/-]+$", item))])
    error_message = "consumer_principal_arns: expected ARNs of IAM roles or users, separated by commas without spaces, or nothing."
  }
}

variable "consumer_organization_id" {
  description = "AWS organization whose other accounts may read the events queue. Each account decides which of its roles may. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^o-[a-z0-9]{10,32}$", var.consumer_organization_id))
    error_message = "consumer_organization_id: expected the id of an AWS organization such as o-a1b2c3d4e5, or nothing."
  }
}

variable "deadline_milliseconds" {
  description = "How long a receiver waits for SQS and Secrets Manager before it answers 503. Azure DevOps retries a 503."
  type        = number
  default     = 4000
  nullable    = false

  validation {
    condition     = var.deadline_milliseconds >= 500 && var.deadline_milliseconds <= 8000
    error_message = "deadline_milliseconds: expected milliseconds from 500 to 8000, less than the 10 s after which Lambda stops a receiver."
  }
}

variable "memory_megabytes" {
  description = "Memory of each function. Lambda grants CPU in proportion to it. A receiver uses some 10 MB."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = var.memory_megabytes >= 128 && var.memory_megabytes <= 3008
    error_message = "memory_megabytes: expected megabytes from 128 to 3008."
  }
}

variable "reserved_concurrency" {
  description = "Concurrent executions reserved for each receiver. 0 to reserve none: an account with a limit of 10, as new accounts have, cannot reserve any."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.reserved_concurrency >= 0 && var.reserved_concurrency <= 1000
    error_message = "reserved_concurrency: expected a number from 1 to 1000, or 0 to reserve nothing."
  }
}

variable "requests_per_second" {
  description = "Requests per second that API Gateway accepts. It answers 503 above that, and Azure DevOps retries."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.requests_per_second >= 1 && var.requests_per_second <= 10000
    error_message = "requests_per_second: expected requests per second from 1 to 10000, the quota of a Region."
  }
}

variable "requests_burst" {
  description = "Requests that API Gateway accepts in a burst."
  type        = number
  default     = 200
  nullable    = false

  validation {
    condition     = var.requests_burst >= 1 && var.requests_burst <= 5000
    error_message = "requests_burst: expected requests from 1 to 5000, the quota of a Region."
  }
}

variable "gradual_deployment" {
  description = "Whether an update sends a tenth of the deliveries to the new receivers for five minutes first. CodeDeploy rolls back when an alarm is raised in that time. It proves little where fewer than a hundred deliveries come in five minutes."
  type        = bool
  default     = false
  nullable    = false
}

variable "secret_prefix" {
  description = "Prefix of the name of every secret. Empty for the name of the stack, so that two stacks share no secret. Do not change it once an organization is connected: receivers would find no password and answer 401."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = length(var.secret_prefix) <= 100 && can(regex("^$|^[A-Za-z0-9]+([/_.-][A-Za-z0-9]+)*$", var.secret_prefix))
    error_message = "secret_prefix: expected at most 100 letters and digits, separated by single slashes, dots, hyphens or underscores, or nothing."
  }
}

variable "kms_key_arn" {
  description = "Customer managed KMS key for the queues and the secrets. Empty for AWS's own keys, which are free. Before you change the key of an existing stack, read Rotate in infra/README.md."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn: expected the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID (not of an alias), or nothing."
  }
}

variable "allowed_cidrs" {
  description = "Addresses that may call the webhooks. API Gateway answers others 403, which puts a subscription on probation. Use the ranges that Microsoft publishes, and update them when they change. A change takes effect with the other value of `api_deployment`."
  type        = list(string)
  default     = ["0.0.0.0/0", "::/0"]
  nullable    = false
}

variable "web_acl_arn" {
  description = "AWS WAF web ACL for the webhooks. It answers blocked requests 403, so run its rules in count mode first."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\\d{12}:regional/webacl/.+$", var.web_acl_arn))
    error_message = "web_acl_arn: expected the ARN of a regional AWS WAF web ACL, or nothing."
  }
}

variable "access_logs" {
  description = "Whether API Gateway logs each request with address, status and time, but no headers. It needs the logging role of the Region, see `create_api_gateway_account_role`."
  type        = bool
  default     = false
  nullable    = false
}

variable "create_api_gateway_account_role" {
  description = "Whether to create the API Gateway logging role of the account in this Region. It replaces a role that is there, for every API of the Region: look first, with `aws apigateway get-account`. It stays when the stack is deleted."
  type        = bool
  default     = false
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role of the stack. It has to allow what the roles allow, or deliveries are answered 503. Empty for none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:aws[a-z-]*:iam::(\\d{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn: expected the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME, or nothing."
  }
}

variable "role_path" {
  description = "IAM path of every role and policy of the stack. A changed path replaces them."
  type        = string
  default     = "/"
  nullable    = false

  validation {
    condition     = length(var.role_path) <= 60 && can(regex("^/([!-~]+/)?$", var.role_path))
    error_message = "role_path: expected a path of at most 60 characters that begins and ends with a slash, such as /teams/hookpost/."
  }
}

variable "fips_endpoints" {
  description = "Whether the functions call the FIPS endpoints of AWS. Those of SQS and Secrets Manager exist in the United States, Canada and GovCloud only, that of STS, for connecting without a token, not in Canada."
  type        = bool
  default     = false
  nullable    = false
}

variable "dual_stack_endpoints" {
  description = "Whether the functions call the endpoints of SQS, Secrets Manager and STS that have IPv6 addresses as well."
  type        = bool
  default     = false
  nullable    = false
}

variable "domain_name" {
  description = "Host name of the webhooks. It needs `certificate_arn`, and a DNS record that points to the output `domain_target`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$", var.domain_name))
    error_message = "domain_name: expected a host name in lower case such as hooks.example.com, or nothing."
  }
}

variable "certificate_arn" {
  description = "ACM certificate of `domain_name`, in this Region."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:aws[a-z-]*:acm:[a-z0-9-]+:\\d{12}:certificate/[A-Za-z0-9-]+$", var.certificate_arn))
    error_message = "certificate_arn: expected the ARN of an ACM certificate in this Region, or nothing."
  }
}

variable "disable_default_endpoint" {
  description = "Whether API Gateway refuses requests to its own host name, so that `domain_name` is the only way in. It answers them 403, which puts a subscription on probation: first run connect for each integration, which moves the subscriptions. A change takes effect with the other value of `api_deployment`."
  type        = bool
  default     = false
  nullable    = false
}

variable "raw_deliveries" {
  description = "Whether each delivery is also kept as it came, on a queue of its own, for Atlantis, Argo CD or another tool that reads webhooks itself. It needs a relay, see infra/relay. It costs three more calls to SQS for each delivery."
  type        = bool
  default     = false
  nullable    = false
}

variable "api_deployment" {
  description = "Choose the other one whenever you change `allowed_cidrs` or `disable_default_endpoint`: until then the old value applies."
  type        = string
  default     = "first"
  nullable    = false

  validation {
    condition     = contains(["first", "second"], var.api_deployment)
    error_message = "api_deployment: expected first or second."
  }
}

# END PARAMETERS OF THE TEMPLATE
