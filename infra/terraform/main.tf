# Hookpost is a CloudFormation stack. Its template decides what is kept when the stack is deleted, how receivers are
# replaced, and what each role may do; Terraform uploads it with the zips, and passes parameters and outputs.

locals {
  code_prefix = var.code_prefix == null ? "${var.name}/" : var.code_prefix
  template    = "${var.release_folder}/template-plain.json"
  zips        = fileset(var.release_folder, "*.zip")
  # After an update that was rolled back, the stack has the former value, and the provider does not notice that it has
  # the former template. So this is what the next apply sees a change in.
  release = substr(filesha256(local.template), 0, 16)

  stack_parameters = merge(local.parameters, {
    CodeBucket = var.code_bucket
    CodePrefix = local.code_prefix
    Release    = local.release
  })
  declared_parameters = keys(jsondecode(file(local.template)).Parameters)
  # Those that only one of both has. CloudFormation would reject or default them after the upload.
  foreign_parameters = setunion(
    setsubtract(keys(local.stack_parameters), local.declared_parameters),
    setsubtract(local.declared_parameters, keys(local.stack_parameters)),
  )
}

data "aws_partition" "current" {}

data "aws_region" "current" {}

resource "aws_s3_object" "zip" {
  for_each = local.zips

  bucket      = var.code_bucket
  key         = "${local.code_prefix}${each.value}"
  source      = "${var.release_folder}/${each.value}"
  source_hash = filesha256("${var.release_folder}/${each.value}")

  # The zips of the former release are deleted only after the stack was updated. Otherwise CloudFormation could not roll
  # an update back.
  lifecycle {
    create_before_destroy = true
  }
}

# In S3, because it is larger than a request may be. Its name has its hash, so that another template is another URL.
resource "aws_s3_object" "template" {
  bucket       = var.code_bucket
  key          = "${local.code_prefix}template-${local.release}.json"
  source       = local.template
  source_hash  = filesha256(local.template)
  content_type = "application/json"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudformation_stack" "hookpost" {
  name         = var.name
  template_url = "https://s3.${data.aws_region.current.region}.${data.aws_partition.current.dns_suffix}/${var.code_bucket}/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_IAM"]
  iam_role_arn = var.cloudformation_role_arn
  tags         = var.tags

  parameters = local.stack_parameters

  depends_on = [aws_s3_object.zip]

  lifecycle {
    precondition {
      condition     = length(local.zips) > 0
      error_message = "release_folder: there are no zips in it. Unpack a release, or run `make package`, and pass that folder."
    }

    precondition {
      condition     = length(local.foreign_parameters) == 0
      error_message = "Only one of this module and the release in release_folder has the parameter ${join(", ", local.foreign_parameters)}. Use the module of the release."
    }
  }
}
