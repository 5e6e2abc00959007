// The repository a delivery is about, and every URL a consumer may know it by.
const REPOSITORY = /^https:\/\/(?:[^@/]+@)?dev\.azure\.com\/([^/]+)\/([^/]+)\/_git\/([^/]+)$/;

export function locate(repository) {
  const found = REPOSITORY.exec(repository.webUrl ?? repository.remoteUrl);
  if (!found) throw new Error("the repository has no URL of dev.azure.com");
  const organization = found[1].toLowerCase();
  const [, , project, name] = found;
  const home = `https://dev.azure.com/${organization}`;
  const path = `${project}/_git/${name}`;
  const webUrl = `${home}/${path}`;
  const alternateUrls = [
    `https://${organization}@dev.azure.com/${organization}/${path}`,
    `https://${organization}.visualstudio.com/${path}`,
    `https://${organization}.visualstudio.com/DefaultCollection/${path}`,
    `${organization}@vs-ssh.visualstudio.com:v3/${organization}/${project}/${name}`,
  ];
  if (project.toLowerCase() === name.toLowerCase()) {
    alternateUrls.push(`${home}/_git/${name}`, `https://${organization}.visualstudio.com/_git/${name}`);
  }
  return {
    organization: { name: organization, url: home },
    project: { id: repository.project.id, name: repository.project.name },
    repository: {
      id: repository.id,
      name: repository.name,
      webUrl,
      httpsUrl: webUrl,
      sshUrl: `git@ssh.dev.azure.com:v3/${organization}/${project}/${name}`,
      apiUrl: `${home}/_apis/git/repositories/${repository.id}`,
      alternateUrls,
      defaultBranch: repository.defaultBranch ?? null,
    },
  };
}
