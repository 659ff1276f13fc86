/** What is worth knowing of an estate file that is right: no mistakes, so nothing fails because of them. */
import { datasyncTransfers } from '../protocol/datasync.ts';
import type { Estate } from '../protocol/estate.ts';
import type { Path } from './estate-text.ts';

export interface Note {
  readonly path: Path;
  readonly message: string;
}

export const estateNotes = (estate: Estate): Note[] => waitingAgents(estate);

/** Agents are activated after the first deployment, so every estate begins with some of these. */
function waitingAgents(estate: Estate): Note[] {
  return Object.entries(estate.environments).flatMap(([environment, { agents }]) => {
    const transfers = datasyncTransfers(estate, environment);
    return Object.entries(agents)
      .filter(([, { arn }]) => arn === undefined)
      .map(([agent]): Note => {
        const waiting = transfers.filter((t) => t.waitsFor.includes(agent)).map((t) => t.dataset);
        return {
          path: ['environments', environment, 'agents', agent],
          message:
            `is not activated yet${waiting.length > 0 ? `; ${waiting.join(', ')} wait for it` : ''}. When its machine runs: ` +
            `decant agent activate ${agent} --address HOST --env ${environment}`,
        };
      });
  });
}
