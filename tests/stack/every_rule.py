"""All rules, wherever they are."""

import closed
import front_door
import rules
import seen

RULES = (*rules.RULES, *front_door.RULES, *closed.RULES, *seen.RULES)
