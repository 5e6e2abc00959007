"""The whole product on one machine: a local AWS emulator, the project's own template, a stand-in Azure DevOps."""
