"""What is deployed on AWS: the functions for both processors, the template, checksums and a bill of materials."""
