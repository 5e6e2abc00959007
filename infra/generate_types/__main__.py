"""Rewrites the types of infra/consumers, and the schema that they are made from."""

from infra.generate_types.files import GO, generated


def main() -> None:
    files = generated()
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    if GO not in files:
        print("Go is missing, so its types have not been made.")


if __name__ == "__main__":
    main()
