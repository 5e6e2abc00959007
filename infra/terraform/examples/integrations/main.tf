provider "aws" {
  region = var.region
}

module "hookpost" {
  source = "../.."

  release_folder = var.release_folder
  code_bucket    = var.code_bucket
}

# One for each organization. Those of one organization take turns by themselves.
module "integration" {
  source   = "../../modules/integration"
  for_each = var.integrations

  setup_function_name = module.hookpost.setup_function_name
  integration         = each.key
  organization_url    = each.value.organization_url
  projects            = each.value.projects
  entra               = each.value.entra
  pat_secret_id       = each.value.pat_secret_id
  pat_expires_on      = each.value.pat_expires_on
}
