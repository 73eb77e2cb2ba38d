import type { Finding } from '../contracts/doctor.ts';

type Told = Omit<Finding, 'state' | 'next'> & { readonly next?: readonly string[] };

const of =
  (state: Finding['state']) =>
  ({ next = [], ...told }: Told): Finding => ({ ...told, state, next: [...next] });

export const problem = of('problem');
export const unknown = of('unknown');
export const advice = of('advice');
export const ok = of('ok');

/** An account and a region in which one half of Redrill is, or will be. */
export interface DoctorPlace {
  readonly half: 'source' | 'vault';
  readonly account: string;
  readonly region: string;
}

export const nameOfPlace = ({ account, region }: DoctorPlace): string => `${account} ${region}`;
