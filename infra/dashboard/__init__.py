"""Draws the dashboard of the template, to judge it without an AWS account."""
