# One integration. `setup` is invoked at every create, update and destroy, and never while planning.

locals {
  entra = var.entra == null ? null : { for name, value in {
    tenantId      = var.entra.tenant_id
    clientId      = var.entra.client_id
    authorityHost = var.entra.authority_host
  } : name => value if value != null }

  input = {
    integration     = var.integration
    organizationUrl = var.organization_url
    entra           = local.entra
    patSecretId     = var.pat_secret_id
    patExpiresOn    = var.pat_expires_on
    projects        = var.projects
    repository      = var.repository
    branch          = var.branch
    unfiltered      = var.unfiltered
    adopt           = var.adopt
    onDelete        = var.on_delete
    recoveryDays    = var.recovery_days
    run             = var.run
  }
}

resource "aws_lambda_invocation" "integration" {
  function_name   = var.setup_function_name
  lifecycle_scope = "CRUD"
  input           = jsonencode({ for name, value in local.input : name => value if value != null })

  lifecycle {
    precondition {
      condition     = (var.entra == null) != (var.pat_secret_id == null)
      error_message = "Give entra or pat_secret_id, and not both."
    }

    precondition {
      condition     = var.repository == null || length(var.projects == null ? [] : var.projects) == 1
      error_message = "repository needs exactly one project in projects."
    }
  }
}
