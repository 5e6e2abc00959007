"""Rewrites the generated files of infra/terraform."""

from infra.generate_terraform.files import generated


def main() -> None:
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
