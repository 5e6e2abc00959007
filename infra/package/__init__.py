"""`make package` and `make deploy`: zips for Lambda, and the template as AWS deploys it."""
