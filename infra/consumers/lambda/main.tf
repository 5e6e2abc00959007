# The same as template.yaml, for Terraform. Build a consumer into build/ first (../README.md). This folder can be a module,
# as in ../../terraform/examples/consumer.

terraform {
  required_version = ">= 1.4"

  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = ">= 2.0"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "stack_id" {
  description = "ARN of the Hookpost stack. Another stack has another queue: only with it is the event source mapping replaced."
  type        = string
}

variable "events_queue_arn" {
  description = "The output EventsQueueArn of the Hookpost stack, which may be in another account that it allows, in this Region."
  type        = string
}

variable "kms_key_arn" {
  description = "The parameter KmsKeyArn of the Hookpost stack. Null if it has none."
  type        = string
  default     = null
}

variable "name" {
  description = "Name of the function and of its table."
  type        = string
  default     = "hookpost-consumer"
}

variable "runtime" {
  description = "`python3.13`, `nodejs24.x` for TypeScript, or `provided.al2023` for Rust and Go."
  type        = string
  default     = "python3.13"
}

variable "code_folder" {
  description = "The built consumer. Null for `build` in this folder."
  type        = string
  default     = null
}

resource "aws_cloudwatch_log_group" "consumer" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

resource "aws_iam_role" "consumer" {
  name_prefix = "${var.name}-"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# What has been handled, and the highest `sequence` of each branch and pull request, by which a late event is recognized.
resource "aws_dynamodb_table" "state" {
  name         = "${var.name}-state"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  ttl {
    attribute_name = "expiration"
    enabled        = true
  }
}

resource "aws_iam_role_policy" "consume" {
  name = "consume"
  role = aws_iam_role.consumer.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      # Instead of the policy ConsumerPolicyArn, which cannot be attached in another account.
      {
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = var.events_queue_arn
      },
      {
        Effect   = "Allow"
        Action   = ["dynamodb:GetItem", "dynamodb:PutItem"]
        Resource = aws_dynamodb_table.state.arn
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.consumer.arn}:*"
      },
      ], var.kms_key_arn == null ? [] : [{
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.kms_key_arn
        Condition = { StringLike = { "kms:ViaService" = "sqs.${split(":", var.events_queue_arn)[3]}.*" } }
    }])
  })
}

data "archive_file" "consumer" {
  type        = "zip"
  source_dir  = coalesce(var.code_folder, "${path.module}/build")
  output_path = "${path.root}/.terraform/${var.name}.zip"
}

resource "aws_lambda_function" "consumer" {
  function_name    = var.name
  role             = aws_iam_role.consumer.arn
  runtime          = var.runtime
  architectures    = ["arm64"]
  handler          = "lambda_handler.handler"
  filename         = data.archive_file.consumer.output_path
  source_code_hash = data.archive_file.consumer.output_base64sha256
  # A sixth of the queue's visibility timeout of 180 s, as AWS recommends.
  timeout = 30

  environment {
    variables = { STATE_TABLE = aws_dynamodb_table.state.name }
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.consumer.name
  }
}

# What replaces the mapping.
resource "terraform_data" "stack" {
  input = var.stack_id
}

resource "aws_lambda_event_source_mapping" "events" {
  event_source_arn = var.events_queue_arn
  function_name    = aws_lambda_function.consumer.arn
  # One at a time: in a batch of one branch, SQS counts the events behind a failed one as failed too, and moves them to
  # the dead-letter queue with it.
  batch_size = 1
  # Without it, one failure returns the whole batch to the queue, should you raise batch_size.
  function_response_types = ["ReportBatchItemFailures"]

  # How many branches and pull requests are handled at once, at most: the receivers need concurrency too. It also keeps
  # five pollers busy on an empty queue, for some $0.30 a month.
  scaling_config {
    maximum_concurrency = 5
  }

  # While a plan changes the stack, its outputs count as unknown, and an unknown queue would replace the mapping.
  lifecycle {
    ignore_changes       = [event_source_arn]
    replace_triggered_by = [terraform_data.stack]
  }

  # AWS rejects the mapping until the role may read the queue.
  depends_on = [aws_iam_role_policy.consume]
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.consumer.function_name
}
