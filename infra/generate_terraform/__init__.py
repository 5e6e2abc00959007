"""Writes the parts of the Terraform module that follow from the template, and the tables of its README."""
