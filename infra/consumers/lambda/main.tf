# The same as template.yaml, for Terraform. `events_queue_arn` and `consumer_policy_arn` are outputs of the Hookpost
# stack; `consumer.zip` has handler.py in it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "events_queue_arn" {
  type = string
}

variable "consumer_policy_arn" {
  type = string
}

resource "aws_iam_role" "consumer" {
  name_prefix = "hookpost-consumer-"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "events" {
  role       = aws_iam_role.consumer.name
  policy_arn = var.consumer_policy_arn
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.consumer.name
  policy_arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

data "aws_partition" "here" {}

# The highest `sequence` of each branch and pull request, by which an event that came late is recognized.
resource "aws_dynamodb_table" "newest" {
  name         = "hookpost-consumer-newest"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "partitionkey"

  attribute {
    name = "partitionkey"
    type = "S"
  }
}

resource "aws_iam_role_policy" "newest" {
  role = aws_iam_role.consumer.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "dynamodb:PutItem"
      Resource = aws_dynamodb_table.newest.arn
    }]
  })
}

resource "aws_lambda_function" "consumer" {
  function_name    = "hookpost-consumer"
  role             = aws_iam_role.consumer.arn
  runtime          = "python3.13"
  architectures    = ["arm64"]
  handler          = "handler.handler"
  filename         = "consumer.zip"
  source_code_hash = filebase64sha256("consumer.zip")
  # A sixth of the queue's visibility timeout of 180 s, as AWS recommends.
  timeout = 30

  environment {
    variables = { NEWEST_TABLE = aws_dynamodb_table.newest.name }
  }
}

resource "aws_lambda_event_source_mapping" "events" {
  event_source_arn = var.events_queue_arn
  function_name    = aws_lambda_function.consumer.arn
  batch_size       = 10
  # Without it, one failure returns the whole batch to the queue.
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 5
  }

  # AWS rejects the mapping until the role may read the queue.
  depends_on = [aws_iam_role_policy_attachment.events]
}
