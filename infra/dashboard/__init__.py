"""Draws the dashboard of the template, for readers without an AWS account."""
