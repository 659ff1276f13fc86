/** What the build does: makes the image unless it is there, and tells the deployment that waits for it. */

/** Variables that the function in front sets for each build (lambda/image). */
export const buildVariables = ['TAG', 'RESPONSE_URL', 'STACK_ID', 'REQUEST_ID', 'LOGICAL_ID'] as const;

/** CloudFormation's answer to a custom resource (CloudFormation guide, crpg-ref-responses). */
const answer = [
  'STATUS=SUCCESS; [ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ] || STATUS=FAILED',
  `BODY=$(printf '{"Status":"%s","Reason":"see build %s","PhysicalResourceId":"%s","StackId":"%s","RequestId":"%s","LogicalResourceId":"%s","Data":{"tag":"%s"}}' "$STATUS" "$CODEBUILD_BUILD_ID" "$TAG" "$STACK_ID" "$REQUEST_ID" "$LOGICAL_ID" "$TAG")`,
  `curl --fail --silent --show-error --retry 5 -X PUT -H 'content-type:' --data-binary "$BODY" "$RESPONSE_URL"`,
];

/** @param repository URI of the repository, `account.dkr.ecr.region.amazonaws.com/name`. */
export function buildSpec(repository: string): Record<string, unknown> {
  return {
    version: '0.2',
    env: { shell: 'bash', variables: { REPOSITORY: repository } },
    phases: {
      build: {
        commands: [
          'NAME=${REPOSITORY#*/}',
          'if aws ecr describe-images --repository-name "$NAME" --image-ids imageTag="$TAG" >/dev/null 2>&1; then echo "$TAG is there already"; else ' +
            'aws ecr get-login-password | docker login --username AWS --password-stdin "${REPOSITORY%%/*}" && ' +
            'docker build --platform linux/amd64 -t "$REPOSITORY:$TAG" . && docker push "$REPOSITORY:$TAG"; fi',
        ],
      },
      // Runs after a failed build, too.
      post_build: { commands: answer },
    },
  };
}
