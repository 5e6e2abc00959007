# For your own CI: `terraform init && terraform test`, with Terraform 1.7 or newer. It needs no AWS account.
# Hookpost's CI does not run it, because it cannot load the AWS provider.

mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }

  mock_data "aws_partition" {
    defaults = { dns_suffix = "amazonaws.com" }
  }
}

variables {
  release_folder = "./tests/release"
  code_bucket    = "example-code"
}

run "passes_the_defaults_of_the_template" {
  command = plan

  assert {
    condition     = aws_cloudformation_stack.hookpost.name == "hookpost"
    error_message = "The stack has another name."
  }

  assert {
    condition     = aws_cloudformation_stack.hookpost.parameters["BacklogMinutes"] == "15"
    error_message = "A number must be passed as text."
  }

  assert {
    condition     = aws_cloudformation_stack.hookpost.parameters["CodePrefix"] == "hookpost/"
    error_message = "The zips must be below the name of the stack."
  }
}

run "uploads_the_release_and_deploys_it_from_there" {
  command = plan

  variables {
    name = "hookpost-test"
  }

  assert {
    condition     = [for object in aws_s3_object.zip : object.key] == ["hookpost-test/code-pushed-arm64-0123456789abcdef.zip"]
    error_message = "Each zip keeps its name, by which the template finds it."
  }

  assert {
    condition     = startswith(aws_cloudformation_stack.hookpost.template_url, "https://s3.eu-central-1.amazonaws.com/example-code/hookpost-test/template-")
    error_message = "The stack is created from another template."
  }

  assert {
    condition     = endswith(aws_cloudformation_stack.hookpost.template_url, "/template-${aws_cloudformation_stack.hookpost.parameters["Release"]}.json")
    error_message = "Another template must be another value of a parameter, or an update that failed is not repeated."
  }
}

run "passes_lists_and_switches_as_text" {
  command = plan

  variables {
    gradual_deployment   = true
    consumer_account_ids = ["111122223333", "444455556666"]
  }

  assert {
    condition     = aws_cloudformation_stack.hookpost.parameters["GradualDeployment"] == "true"
    error_message = "A switch must be passed as true or false."
  }

  assert {
    condition     = aws_cloudformation_stack.hookpost.parameters["ConsumerAccountIds"] == "111122223333,444455556666"
    error_message = "A list must be passed with commas."
  }
}

run "rejects_a_bad_value_before_anything_is_uploaded" {
  command = plan

  variables {
    backlog_minutes = 0
  }

  expect_failures = [var.backlog_minutes]
}

run "rejects_a_folder_without_a_release" {
  command = plan

  variables {
    release_folder = "./examples"
  }

  expect_failures = [var.release_folder]
}
