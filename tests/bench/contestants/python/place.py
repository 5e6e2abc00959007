"""The repository a delivery is about, and every URL a consumer may know it by."""

import re

REPOSITORY = re.compile(r"https://(?:[^@/]+@)?dev\.azure\.com/([^/]+)/([^/]+)/_git/([^/]+)")


def locate(repository: dict) -> dict:
    found = REPOSITORY.fullmatch(repository.get("webUrl") or repository["remoteUrl"])
    if not found:
        raise ValueError("the repository has no URL of dev.azure.com")
    organization, project, name = found.groups()
    organization = organization.lower()
    home = f"https://dev.azure.com/{organization}"
    path = f"{project}/_git/{name}"
    web_url = f"{home}/{path}"
    alternate_urls = [
        f"https://{organization}@dev.azure.com/{organization}/{path}",
        f"https://{organization}.visualstudio.com/{path}",
        f"https://{organization}.visualstudio.com/DefaultCollection/{path}",
        f"{organization}@vs-ssh.visualstudio.com:v3/{organization}/{project}/{name}",
    ]
    if project.lower() == name.lower():
        alternate_urls += [f"{home}/_git/{name}", f"https://{organization}.visualstudio.com/_git/{name}"]
    return {
        "organization": {"name": organization, "url": home},
        "project": {"id": repository["project"]["id"], "name": repository["project"]["name"]},
        "repository": {
            "id": repository["id"],
            "name": repository["name"],
            "webUrl": web_url,
            "httpsUrl": web_url,
            "sshUrl": f"git@ssh.dev.azure.com:v3/{organization}/{project}/{name}",
            "apiUrl": f"{home}/_apis/git/repositories/{repository['id']}",
            "alternateUrls": alternate_urls,
            "defaultBranch": repository.get("defaultBranch"),
        },
    }
