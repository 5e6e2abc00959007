provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = { team = "platform", service = "hookpost" }
}

# ---- Code ----------------------------------------------------------------------------------------------------------

resource "aws_s3_bucket" "code" {
  bucket_prefix = "hookpost-code-"
}

resource "aws_s3_bucket_public_access_block" "code" {
  bucket                  = aws_s3_bucket.code.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# ---- Key and host name ---------------------------------------------------------------------------------------------

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_kms_key" "hookpost" {
  description         = "Queues and secrets of Hookpost"
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "LetIamPoliciesOfThisAccountDecide"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      }],
      # KMS rejects a statement without principals.
      length(var.consumer_role_arns) == 0 ? [] : [{
        Sid       = "LetConsumersInOtherAccountsRead"
        Effect    = "Allow"
        Principal = { AWS = var.consumer_role_arns }
        Action    = "kms:Decrypt"
        Resource  = "*"
        Condition = { StringLike = { "kms:ViaService" = "sqs.${var.region}.*" } }
      }],
    )
  })

  # Queues and secrets are kept when the stack is deleted, and nobody can read them without their key.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_acm_certificate" "hooks" {
  domain_name       = var.domain_name
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = { for option in aws_acm_certificate.hooks.domain_validation_options : option.domain_name => option }

  zone_id = var.zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "hooks" {
  certificate_arn         = aws_acm_certificate.hooks.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "hooks" {
  zone_id = var.zone_id
  name    = var.domain_name
  type    = "CNAME"
  records = [module.hookpost.domain_target]
  ttl     = 300
}

# ---- Hookpost ------------------------------------------------------------------------------------------------------

module "hookpost" {
  source = "../.."

  name           = "hookpost"
  release_folder = var.release_folder
  code_bucket    = aws_s3_bucket.code.bucket
  tags           = local.tags

  alarm_email        = var.alarm_email
  silence_hours      = 72
  backlog_minutes    = 30
  log_retention_days = 365

  gradual_deployment      = true
  kms_key_arn             = aws_kms_key.hookpost.arn
  consumer_principal_arns = var.consumer_role_arns

  domain_name     = var.domain_name
  certificate_arn = aws_acm_certificate_validation.hooks.certificate_arn
}
