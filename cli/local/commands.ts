/** What `redrill local …` sends to a running `redrill local up`. Loads nothing of the local AWS. */
import { AppError } from '../../core/model/errors.ts';
import type { ShownAlert } from '../../demo/commands.ts';
import { sendControl } from '../../demo/control.ts';
import { alertList, alertText } from './alerts-text.ts';
import { SOCKET } from './places.ts';
import { secondsToAdvance } from './seconds.ts';

export async function advance(duration: string): Promise<void> {
  console.log(`It is now ${await sendControl(SOCKET, 'advance', secondsToAdvance(duration))} there.`);
}

export async function alerts(number: number | undefined, options: { readonly json?: true }): Promise<void> {
  const published = await sendControl<readonly ShownAlert[]>(SOCKET, 'alerts');
  if (number === undefined) {
    console.log(options.json === true ? JSON.stringify(published, null, 2) : alertList(published));
    return;
  }
  const asked = published.find((alert) => alert.number === number);
  if (asked === undefined)
    throw new AppError('BadInput', `there is no alert ${number}; ${published.length} were published`);
  console.log(options.json === true ? JSON.stringify(asked, null, 2) : alertText(asked));
}

export async function failNode(cache: string, node: string | undefined): Promise<void> {
  const nodes = await sendControl<readonly string[]>(SOCKET, 'fail-node', { cache, node });
  console.log(`Nodes of ${cache}:\n  ${nodes.join('\n  ')}`);
  console.log('The failed node is replaced after 3 to 8 minutes: npx redrill local advance 10m');
}

export async function region(state: 'on' | 'off', name: string): Promise<void> {
  await sendControl(SOCKET, 'region', { region: name, down: state === 'off' });
  console.log(
    state === 'off'
      ? `Every call to ${name} is now answered with 503. Undo: npx redrill local region on ${name}`
      : `${name} answers again.`,
  );
}

export async function down(): Promise<void> {
  await sendControl(SOCKET, 'down');
  console.log('stopping');
}
