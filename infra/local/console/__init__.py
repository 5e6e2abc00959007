"""What the AWS console does with the custom widgets of a dashboard, on this machine."""
