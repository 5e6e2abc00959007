"""The local stack: an AWS emulator with the project's own template, and stand-ins for Azure DevOps and Entra."""
