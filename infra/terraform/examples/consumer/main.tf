provider "aws" {
  region = var.region
}

module "hookpost" {
  source = "../.."

  release_folder = var.release_folder
  code_bucket    = var.code_bucket
}

# Copy a consumer, change its `handle`, and build it into this folder's `build` (infra/consumers/README.md).
module "consumer" {
  source = "../../../consumers/lambda"

  stack_id         = module.hookpost.stack_id
  events_queue_arn = module.hookpost.events_queue_arn
}
