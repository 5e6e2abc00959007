provider "aws" {
  region = var.region
}

module "hookpost" {
  source = "../.."

  release_folder = var.release_folder
  code_bucket    = var.code_bucket
}

# Copy this folder and change handler.py.
module "consumer" {
  source = "../../../consumers/lambda"

  events_queue_arn    = module.hookpost.events_queue_arn
  consumer_policy_arn = module.hookpost.consumer_policy_arn
}
