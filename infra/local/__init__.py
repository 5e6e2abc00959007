"""The local stack: an AWS emulator, the project's own template deployed to it, and a stand-in Azure DevOps."""
