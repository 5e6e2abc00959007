"""All rules of the template."""

import alarms
import api_gateway
import entra
import functions
import iam
import observability
import parameters
import queues
import versions

RULES = tuple(
    rule
    for module in (alarms, api_gateway, entra, functions, iam, observability, parameters, queues, versions)
    for rule in module.RULES
)
