"""An output of the template as an output of the module."""

from infra.generate_terraform.variables import Variable, quoted


def outputs(of_template: list[Variable]) -> str:
    """The file of outputs. An output has a name and a description as a parameter has."""
    blocks = [block("stack_id", "ARN of the stack.", "aws_cloudformation_stack.hookpost.id")]
    for output in of_template:
        value, description = f'aws_cloudformation_stack.hookpost.outputs["{output.parameter}"]', output.description
        if "Condition" in output.definition:
            value, description = f"try({value}, null)", f"{description} Null where the stack has none."
        blocks.append(block(output.name, description, value))
    return "# Made from the template by `make terraform`.\n\n" + "\n".join(blocks)


def block(name: str, description: str, value: str) -> str:
    return f'output "{name}" {{\n  description = {quoted(description)}\n  value       = {value}\n}}\n'
