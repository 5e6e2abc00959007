"""An output of the template as an output of the module."""

from infra.generate_terraform.variables import Variable, quoted

SUBJECTS = (
    "Subjects of the federated credentials in Entra, by function: for_each of their resource, see infra/ENTRA.md."
)


def outputs(of_template: list[Variable]) -> str:
    """The file of outputs. An output has a name and a description as a parameter has."""
    blocks = [block("stack_id", "ARN of the stack.", "aws_cloudformation_stack.hookpost.id")]
    for output in of_template:
        value, description = f'aws_cloudformation_stack.hookpost.outputs["{output.parameter}"]', output.description
        if "Condition" in output.definition:
            value, description = f"try({value}, null)", f"{description} Null where the stack has none."
        blocks.append(block(output.name, description, value))
    blocks.append(block("entra_subjects", SUBJECTS, f"{{\n{subjects(of_template)}  }}"))
    return "# Made from the template by `make terraform`.\n\n" + "\n".join(blocks)


def subjects(of_template: list[Variable]) -> str:
    """The members of a map of the roles by function, whose keys are known while planning."""
    ending = "_role_arn"
    roles = {output.name.removesuffix(ending): output for output in of_template if output.name.endswith(ending)}
    value = 'aws_cloudformation_stack.hookpost.outputs["{}"]'
    return "".join(f"    {function} = {value.format(output.parameter)}\n" for function, output in roles.items())


def block(name: str, description: str, value: str) -> str:
    # Terraform's format aligns what is on one line.
    gap = "" if "\n" in value else " " * 6
    return f'output "{name}" {{\n  description = {quoted(description)}\n  value{gap} = {value}\n}}\n'
